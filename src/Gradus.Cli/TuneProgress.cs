using System.Globalization;
using Spectre.Console;

namespace Gradus.Cli;

/// <summary>Runs a search and shows on standard error how it goes: a bar on a terminal, a line a second otherwise.</summary>
internal sealed class TuneProgress : IProgress<StudyTrial>
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly SearchPlan plan;
    private readonly Terminal terminal;
    private readonly ProgressTask? bar;
    private readonly int before;
    private readonly long started;
    private long? shown;
    private StudyTrial? best;
    private int done;
    private int pruned;

    private TuneProgress(SearchPlan plan, Study study, Terminal terminal, ProgressTask? bar)
    {
        (this.plan, this.terminal, this.bar, started) = (plan, terminal, bar, plan.Time.GetTimestamp());
        (best, before) = (study.Best, study.Trials.Count(trial => trial.HasEnded));
        (done, pruned) = (before, study.Trials.Count(trial => trial.State is TrialState.Pruned or TrialState.Exploded));
    }

    /// <summary>Runs the trials of the plan.</summary>
    public static void Show(SearchPlan plan, Study study, NetworkTrials networks, Terminal terminal)
    {
        if (study.Trials.Count > 0)
            terminal.Note($"Going on with '{study.Name}', which has {Figures.Count(study.Trials.Count(trial => trial.HasEnded), "trial")} that ended.");
        void Run(ProgressTask? bar) =>
            new SearchRunner(plan, study, networks.Run).Run(new TuneProgress(plan, study, terminal, bar), terminal.Cancellation);
        if (!terminal.IsInteractive)
        {
            Run(null);
            return;
        }

        terminal.Progress.Progress().AutoClear(true)
            .Columns(new ProgressBarColumn { Width = 12 }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => Run(context.AddTask("starting", maxValue: plan.Trials)));
    }

    public void Report(StudyTrial value)
    {
        lock (gate)
        {
            done++;
            pruned += value.State is TrialState.Pruned or TrialState.Exploded ? 1 : 0;
            if (value.State == TrialState.Complete && (best is null || StudyTrial.BestFirst.Compare(value, best) < 0))
                best = value;
            if (bar is not null)
            {
                (bar.Value, bar.Description) = (done, Markup.Escape(Describe()));
                return;
            }

            if (shown is { } last && done < plan.Trials && plan.Time.GetElapsedTime(last) < LineInterval)
                return;
            shown = plan.Time.GetTimestamp();
            terminal.Note("trial " + Describe());
        }
    }

    // At most 67 characters, which with the bar make eighty.
    private string Describe()
    {
        var elapsed = plan.Time.GetElapsedTime(started);
        var left = elapsed / Math.Max(1, done - before) * Math.Max(0, plan.Trials - done);
        if (plan.Limit is { } limit && limit - elapsed < left)
            left = limit > elapsed ? limit - elapsed : TimeSpan.Zero;
        return string.Create(CultureInfo.InvariantCulture, $"{done}/{plan.Trials} · {pruned} stopped early · ")
            + (best is null ? "none complete" : $"best {TuneReport.Value(best)} (trial {best.Number})") + $" · ≤ {Figures.Duration(left)}";
    }
}
