using System.Globalization;
using Spectre.Console;

namespace Gradus.Cli;

/// <summary>Trains several networks and shows how it goes on standard error: one bar for all on a terminal, a line a second
/// otherwise.</summary>
internal sealed class EnsembleProgress
{
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(1);

    private readonly TrainRun run;
    private readonly Terminal terminal;
    private readonly ProgressTask? bar;
    private readonly TimeProvider time = TimeProvider.System;
    private readonly Lock drawing = new();
    private readonly int[] epochs;   // of each member
    private readonly int before;     // epochs of all that an interrupted run had done
    private readonly long started;
    private long shown;

    private EnsembleProgress(TrainRun run, IReadOnlyList<CheckpointSummary?> summaries, Terminal terminal, ProgressTask? bar)
    {
        (this.run, this.terminal, this.bar) = (run, terminal, bar);
        epochs = new int[run.Request.Members];
        for (var i = 0; i < summaries.Count; i++)
            epochs[i] = summaries[i] is not { } summary ? 0 : summary.Ended is null ? summary.Epoch - 1 : run.Request.Training.Epochs;
        before = epochs.Sum();
        shown = started = time.GetTimestamp();
    }

    /// <summary>Calls a function with options that show the progress.</summary>
    /// <param name="run">What is trained.</param>
    /// <param name="summaries">How far each network was before an interruption; empty if there was none.</param>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="train">The function.</param>
    public static EnsembleHistory Show(
        TrainRun run, IReadOnlyList<CheckpointSummary?> summaries, Terminal terminal, Func<TrainOptions, EnsembleHistory> train)
    {
        if (!terminal.IsInteractive)
            return new EnsembleProgress(run, summaries, terminal, bar: null).Train(train);
        return terminal.Progress.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn { Width = 12 }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => new EnsembleProgress(
                run, summaries, terminal, context.AddTask("starting", maxValue: run.Request.Members * run.Request.Training.Epochs)).Train(train));
    }

    private EnsembleHistory Train(Func<TrainOptions, EnsembleHistory> train) => train(run.Request.Training with
    {
        OnEpoch = OnEpoch,
        OnFinding = finding => TrainRecipe.Note(finding, run.Request.Training, $"{Name} {finding.Member}: ", terminal),
    });

    private void OnEpoch(EpochReport report)
    {
        lock (drawing)
        {
            epochs[report.Member - 1] = report.Epoch;
            if (bar is null)
            {
                if (report.Epoch > 1 && time.GetElapsedTime(shown) < LineInterval)
                    return;
                shown = time.GetTimestamp();
                terminal.Note($"{Name} {report.Member}, epoch {Describe(report)}");
                return;
            }

            if (time.GetElapsedTime(shown) < BarInterval)
                return;
            shown = time.GetTimestamp();
            bar.Value = epochs.Sum();
            bar.Description = Markup.Escape($"{Name} {report.Member}/{epochs.Length}: {Describe(report)} · ≤ {Figures.Duration(Left())}");
        }
    }

    private string Name => run.Request.Folds is null ? "member" : "fold";

    // At most 67 characters with what stands around it, which with the bar make eighty.
    private string Describe(EpochReport report)
    {
        var metric = report.ValidationMetrics is { } metrics
            ? $" · {Figures.Heading(metrics.Values.First().Key)} {metrics.Format(metrics.Values.First().Key)}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{report.Epoch}/{run.Request.Training.Epochs} · loss {report.Loss:G3}{metric}");
    }

    // Early stopping ends members sooner: at most this much.
    private TimeSpan Left()
    {
        var done = (double)(epochs.Sum() - before) / (((double)epochs.Length * run.Request.Training.Epochs) - before);
        return time.GetElapsedTime(started) * Math.Min((1 - done) / done, 1e6);
    }
}
