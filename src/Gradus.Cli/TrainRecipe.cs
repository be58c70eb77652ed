using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>The recipe's part of <c>train</c>: the checks that cost little, and what the watch found.</summary>
internal static class TrainRecipe
{
    /// <summary>Makes the checks; null if they are not wanted, or the user has cancelled.</summary>
    public static RecipeReport? Make(TrainRun run, IReadOnlyList<WatchFinding> watch, Terminal terminal)
    {
        if (!run.Request.WithChecks || terminal.Cancellation.IsCancellationRequested)
            return null;
        string[] targets = [.. run.Model.Heads.Select(head => head.Target)];
        var options = run.Request.ModelOptions(targets);
        var others = run.Parts.Train.Columns.Select(column => column.Name).Except(run.Model.Preprocessor.InputNames);
        var setup = new RecipeSetup
        {
            Train = run.Parts.Train,
            Validation = run.Parts.Validation,
            Test = run.Parts.Test,
            Model = options with { Preprocessing = options.Preprocessing with { Ignore = [.. options.Preprocessing.Ignore, .. others] } },
            Layers = run.Request.Layers,
            Training = run.Request.Training,
        };
        RecipeReport[] reports = [.. targets.Select(target => Recipe.AfterTraining(setup with { Model = setup.Model with { Target = target } }, watch))];
        // A check of several targets is the worst of theirs.
        return new RecipeReport(
            [.. reports.SelectMany(report => report.Checks).GroupBy(check => check.Name).Select(same => same.MaxBy(check => check.Verdict)).OfType<RecipeCheck>()],
            reports.Sum(report => report.Seconds));
    }

    /// <summary>One line if all is well; else a line for each check that does not pass, and where to learn more.</summary>
    public static void Say(RecipeReport? report, TrainRun run, Terminal terminal)
    {
        if (report is null)
            return;
        int Count(Verdict verdict) => report.Checks.Count(check => check.Verdict == verdict);
        string Others(Verdict verdict, string what) => Count(verdict) is > 0 and var count ? $", {count} {what}" : "";
        var isWell = report.Verdict == Verdict.Pass;
        terminal.Say($"Recipe: {Figures.Count(Count(Verdict.Pass), "check")} passed{Others(Verdict.Warn, "warned")}{Others(Verdict.Fail, "failed")}{(isWell ? "." : ":")}");
        foreach (var check in report.Checks.Where(check => check.Verdict != Verdict.Pass).OrderByDescending(check => check.Verdict))
            CheckReport.Sentence(check, terminal);
        if (!isWell && run.Model.Heads is [{ Target: var target }] && run.Request.Data != DataArguments.StandardInput)
            terminal.Say($"`gradus check {CheckpointArguments.Quote(run.Request.Data)} --target {CheckpointArguments.Quote(target)}` tells more.");
    }

    /// <summary>A finding as a line among those of the progress.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="options">How is trained: what ends training with an exception is told with it.</param>
    /// <param name="member">Who found it, such as "member 2: "; empty for a single network.</param>
    /// <param name="terminal">Where the line goes.</param>
    public static void Note(WatchFinding finding, TrainOptions options, string member, Terminal terminal)
    {
        if (finding.Kind != WatchKind.NonFinite || options.OnExplosion == ExplosionPolicy.Reduce)
            terminal.Note($"Watch: {member}{finding.Message} {finding.Advice}");
    }

    /// <summary>The findings in the object of <c>--json</c>.</summary>
    public static JsonArray ToJson(IReadOnlyList<WatchFinding> watch, bool withMember = false) => new([.. watch.Select(finding =>
    {
        var json = new JsonObject
        {
            ["kind"] = Figures.Camel(finding.Kind),
            ["epoch"] = finding.Epoch,
            ["step"] = finding.Step,
            ["layer"] = finding.Layer,
            ["message"] = finding.Message,
            ["advice"] = finding.Advice,
        };
        if (withMember)
            json["member"] = finding.Member;
        return json;
    })]);
}
