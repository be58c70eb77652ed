using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>The part of <c>train</c> that is its own when several networks are trained: <c>--ensemble</c> and <c>--folds</c>.</summary>
internal static class TrainEnsemble
{
    /// <param name="run">What is trained, on what.</param>
    /// <param name="terminal">Where words go.</param>
    /// <returns>The exit code.</returns>
    public static int Run(TrainRun run, Terminal terminal)
    {
        var (request, model) = (run.Request, run.Model);
        var before = Before(run, terminal);
        var history = Train(run, before, terminal, out var diverged);
        if (history.StopReason == StopReason.Cancelled && request.Training.Checkpoint is { } checkpoint)
            return Paused(run, history, checkpoint, terminal);
        var kept = history.Kept;
        var isDone = kept.Count > 0;
        if (isDone)
            model.Save(run.Path);
        var test = isDone && run.Test is not null ? model.Evaluate(run.Test) : null;
        var tests = test is null || run.Test is null ? [] : Enumerable.Range(0, kept.Count).Select(i => model.Member(i).Evaluate(run.Test)).ToArray();
        var report = new EnsembleReport(request.Members, request.Folds is not null, history, tests,
            (isDone ? model.Training?.Metrics : null) ?? new Dictionary<string, double>());
        var baselines = !isDone || run.Test is null || !request.WithBaselines ? null
            : Baselines.Measure(model, run.Train, run.Validation, run.Test, request.Training.Seed, terminal.Cancellation);
        if (diverged is not null)
            terminal.Note(diverged.Message);
        if (history.StopReason == StopReason.Cancelled)
        {
            terminal.Note(isDone ? $"Cancelled: {kept.Count} of {request.Members} networks had completed an epoch and are kept, each with its best weights."
                : "Cancelled before any network had completed an epoch.");
        }

        var recipe = TrainRecipe.Make(run, report.Summary.Watch, terminal);
        if (request.Json)
            terminal.Json(ToJson(run, report, diverged, test, baselines, recipe, isDone));
        if (!isDone)
        {
            if (!request.Json)
                TrainRecipe.Say(recipe, run, terminal);
            terminal.Note("No model was saved.");
            return ExitCode.Failed;
        }

        if (!request.Json)
        {
            report.Draw(test, terminal);
            if (test is not null)
                TrainReport.Compare(run, test, "test", baselines, terminal);
            TrainRecipe.Say(recipe, run, terminal);
            terminal.Say($"Saved {run.Path}.");
        }

        return diverged is null ? ExitCode.Success : ExitCode.Failed;
    }

    // What the checkpoints of a run that is resumed say of its networks.
    private static IReadOnlyList<CheckpointSummary?> Before(TrainRun run, Terminal terminal)
    {
        if (run.Request.Training.Checkpoint is not { Resume: true, Folder: var folder })
            return [];
        var before = CheckpointSummary.ReadMembers(folder);
        terminal.Note($"Resuming '{folder}': {before.Count(each => each?.Ended is not null)} of {before.Count} networks are trained, "
            + $"{before.Count(each => each is { Ended: null })} are under way.");
        return before;
    }

    private static int Paused(TrainRun run, EnsembleHistory history, CheckpointOptions checkpoint, Terminal terminal)
    {
        var report = new EnsembleReport(run.Request.Members, run.Request.Folds is not null, history, [], new Dictionary<string, double>());
        if (run.Request.Json)
            terminal.Json(ToJson(run, report, diverged: null, test: null, baselines: null, recipe: null, saved: false));
        var done = history.Members.Count(member => member.History.StopReason != StopReason.Cancelled);
        terminal.Note($"Interrupted: {done} of {run.Request.Members} networks are trained, {history.Members.Count - done} under way. {CheckpointArguments.GoOn(checkpoint)}");
        return ExitCode.Interrupted;
    }

    private static EnsembleHistory Train(
        TrainRun run, IReadOnlyList<CheckpointSummary?> before, Terminal terminal, out MembersDivergedException? diverged)
    {
        diverged = null;
        try
        {
            var fromWeights = run.Request.Start is not null;
            return EnsembleProgress.Show(run, before, terminal, options => run.Request.Folds is { } folds
                ? run.Model.TrainFolds(run.Parts.Train, folds, options, fromWeights, terminal.Cancellation)
                : run.Model.TrainEnsemble(run.Train, run.Validation, run.Request.Members, options, fromWeights, terminal.Cancellation));
        }
        catch (MembersDivergedException e)
        {
            diverged = e;
            return e.History;
        }
    }

    private static JsonObject ToJson(
        TrainRun run, EnsembleReport report, MembersDivergedException? diverged, Metrics? test, Baselines? baselines, RecipeReport? recipe, bool saved)
    {
        var json = TrainReport.ToJson(run, report.Summary, stopped: null, test, baselines, recipe, saved);
        report.AddTo(json);
        if (diverged is not null)
            json["error"] = diverged.Message;
        return json;
    }
}
