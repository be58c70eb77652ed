using Spectre.Console;

namespace Gradus.Cli;

/// <summary>Runs an experiment and shows on standard error what has ended: a bar on a terminal, a line a run otherwise.</summary>
internal sealed class ExperimentProgress : IProgress<ExperimentRun>
{
    private readonly Lock gate = new();
    private readonly ExperimentPlan plan;
    private readonly Terminal terminal;
    private readonly ProgressTask? bar;
    private readonly LearningTask task;
    private readonly int total;
    private int done;

    private ExperimentProgress(ExperimentPlan plan, LearningTask task, Terminal terminal, ProgressTask? bar, int done, int total) =>
        (this.plan, this.task, this.terminal, this.bar, this.done, this.total) = (plan, task, terminal, bar, done, total);

    public static ExperimentResult Show(ExperimentRunner runner, ExperimentPlan plan, ExperimentJournal? journal, Terminal terminal)
    {
        var wanted = plan.Values.SelectMany(value => Enumerable.Range(0, plan.Repetitions).Select(i => (value, plan.Seed + (ulong)i))).ToHashSet();
        var done = journal?.Runs.Count(run => wanted.Contains((run.X, run.Seed))) ?? 0;
        ExperimentResult Run(ProgressTask? bar) =>
            runner.Run(journal, new ExperimentProgress(plan, runner.Task, terminal, bar, done, runner.Total), terminal.Cancellation);
        if (!terminal.IsInteractive)
            return Run(null);
        return terminal.Progress.Progress().AutoClear(true)
            .Columns(new ProgressBarColumn { Width = 12 }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                var bar = context.AddTask($"{done} of {runner.Total} runs", maxValue: runner.Total);
                bar.Value = done;
                return Run(bar);
            });
    }

    public void Report(ExperimentRun value)
    {
        lock (gate)
        {
            done++;
            var error = value.TestError is { } test ? $"test {ExperimentReport.ErrorName(task)} {ExperimentReport.Error(task, test)}" : "diverged";
            var line = $"{done} of {total} runs: {plan.Experiment.Varies} {value.X}, seed {value.Seed}: {error}";
            if (bar is null)
            {
                terminal.Note(line);
                return;
            }

            bar.Value = done;
            bar.Description = Markup.Escape(line);
        }
    }
}
