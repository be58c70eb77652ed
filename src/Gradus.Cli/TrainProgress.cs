using System.Globalization;
using Spectre.Console;

namespace Gradus.Cli;

/// <summary>Trains and shows how it goes on standard error: a bar on a terminal, a line a second otherwise.</summary>
internal sealed class TrainProgress
{
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(1);

    private readonly TrainRun run;
    private readonly Terminal terminal;
    private readonly ProgressTask? bar;
    private readonly TimeProvider time = TimeProvider.System;
    private long shown;
    private EpochReport? last;

    private TrainProgress(TrainRun run, Terminal terminal, ProgressTask? bar)
    {
        (this.run, this.terminal, this.bar) = (run, terminal, bar);
        shown = time.GetTimestamp();
    }

    /// <summary>Trains the run's model.</summary>
    /// <exception cref="DivergedException">As for <see cref="Model.Train(EncodedTable, EncodedTable?, TrainOptions?, CancellationToken)"/>.</exception>
    public static History Show(TrainRun run, Terminal terminal)
    {
        if (!terminal.IsInteractive)
            return new TrainProgress(run, terminal, bar: null).Train();
        return terminal.Progress.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn { Width = 12 }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => new TrainProgress(
                run, terminal, context.AddTask("starting", maxValue: run.Request.Training.Epochs)).Train());
    }

    private History Train()
    {
        var options = run.Request.Training with { OnStep = OnStep, OnEpoch = OnEpoch, OnFinding = finding => TrainRecipe.Note(finding, run.Request.Training, "", terminal) };
        return run.Model.Train(run.Train, run.Validation, options, terminal.Cancellation);
    }

    private void OnStep(int rows)
    {
        run.HasLearnt = true;
        if (bar is null || time.GetElapsedTime(shown) < BarInterval)
            return;
        shown = time.GetTimestamp();
        bar.Value = (last?.Epoch ?? 0) + ((double)rows / run.Train.Rows);
        bar.Description = Markup.Escape(last is null ? $"1/{run.Request.Training.Epochs}" : Describe(last));
    }

    private void OnEpoch(EpochReport report)
    {
        last = report;
        if (bar is not null || (report.Epoch > 1 && time.GetElapsedTime(shown) < LineInterval))
            return;
        shown = time.GetTimestamp();
        terminal.Note($"epoch {Describe(report)} left");
    }

    // At most 67 characters, which with the bar make eighty.
    private string Describe(EpochReport report)
    {
        var culture = CultureInfo.InvariantCulture;
        var epochs = run.Request.Training.Epochs;
        var metric = report.ValidationMetrics is { Values: { Count: > 0 } values } metrics && values.Keys.First() is var first
            ? $" · {Figures.Heading(first)} {metrics.Format(first)}" : "";
        var left = TimeSpan.FromSeconds(report.Seconds / report.Epoch * (epochs - report.Epoch));
        return string.Create(culture, $"{report.Epoch}/{epochs} · loss {report.Loss:G3}{metric} · ")
            + $"{Figures.Rate(report.ExamplesPerSecond)} · ≤ {Figures.Duration(left)}";
    }
}
