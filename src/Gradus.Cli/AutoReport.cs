using System.Globalization;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>What <c>train --auto</c> says.</summary>
/// <param name="Run">What was trained, on what.</param>
/// <param name="Auto">What was asked for.</param>
/// <param name="Result">What was found.</param>
/// <param name="Recipe">What the checks found; null if they did not apply.</param>
/// <param name="Lines">Lines of trials.</param>
/// <param name="Seconds">Time until the model was saved.</param>
internal sealed record AutoReport(TrainRun Run, AutoRequest Auto, AutoResult Result, RecipeReport? Recipe, TrialLines Lines, double Seconds)
{
    private const int MostBeside = 3;   // parameters in eighty columns

    public required Metrics? Test { get; init; }

    public required Metrics? BestTest { get; init; }

    public required Baselines? Baselines { get; init; }

    /// <summary>The data and its parts.</summary>
    public static void Before(
        TrainRequest request, AutoRequest auto, DataSet data, IReadOnlyList<string> targets, DataSplit split, bool hasFolds, Terminal terminal)
    {
        if (request.Json)
            return;
        terminal.Say($"data      {data.Name}: {Figures.Count(data.Table.RowCount, "row")}, {TrainReport.Kinds(data.Table)}");
        terminal.Say($"target    {string.Join(", ", targets)}");
        terminal.Say($"rows      {(hasFolds ? $"{Figures.Count(split.Train.RowCount)} in 5 folds" : $"{Figures.Count(split.Train.RowCount)} training · {Figures.Count(split.Validation.RowCount)} validation")}"
            + $" · {Figures.Count(split.Test.RowCount)} test{(data.Test is null ? "" : " (its own test part)")}");
        terminal.Say($"time      {Figures.Duration(auto.Limit)} on {Figures.Count(request.Training.Threads ?? Environment.ProcessorCount, "thread")}, seed {request.Training.Seed}");
    }

    /// <summary>What was found, and how good it is.</summary>
    public void Draw(Terminal terminal)
    {
        foreach (var check in Recipe?.Checks.Where(check => check.Verdict != Verdict.Pass) ?? [])
            terminal.Say($"check     {CheckReport.Name(check.Verdict)}: {check.Name}: {check.Measured}");
        int Count(TrialState state) => Result.Trials.Count(trial => trial.State == state);
        terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{Result.Trials.Count(trial => trial.HasEnded)} trials of up to {Result.Epochs} epochs in {Seconds:0} s: ")
            + $"{Count(TrialState.Complete)} complete, {Count(TrialState.Pruned)} stopped early, {Count(TrialState.Exploded)} exploded."
            + (Result.Scaling is { } scaling ? $" Numbers: {ScalingNames.Of(scaling)}." : "")
            + (Result.Suggestion is { } rate ? string.Create(CultureInfo.InvariantCulture, $" Range test: rate {rate:G2}.") : ""));
        string ValueOf(TrainedTrial member, string name) => member.Trial.Parameters.GetValueOrDefault(name, "");
        // The network says the others.
        var names = Result.Space.Parameters.Select(parameter => parameter.Name).Except(["width", "depth", "members"]);
        var differ = names.Where(name => Result.Members.Select(member => ValueOf(member, name)).Distinct().Count() > 1).Take(MostBeside).ToArray();
        var metric = Result.Validation.Values.Keys.First(name => name != "accuracy" || Result.Validation.Values.Count == 1);
        var table = Tables.New([" trial", "network", $" {Figures.Heading(metric)}", .. differ.Select(name => " " + name)]);
        foreach (var member in Result.Members)
        {
            table.Add([member.Trial.Number.ToString(CultureInfo.InvariantCulture), $"{(member.Weights.Count > 1 ? $"{member.Weights.Count} × " : "")}{member.Network}",
                member.Metrics.Format(metric), .. differ.Select(name => ValueOf(member, name))]);
        }

        table.Add(["", "together", Result.Validation.Format(metric)]);
        terminal.Screen.Write(table);
        if (Result.AreUsual)
            terminal.Say("Usual networks for few rows: what the search found is not clearly better.");
        if (Result.IsRepeatable)
            terminal.Say("The time bounded nothing: this seed gives the same bits again.");
        if (Result.Refitted > 0)
        {
            terminal.Say($"{(Result.Refitted == Result.Members.Count ? "All" : Figures.Count(Result.Refitted))} of these networks were then trained again, on training and");
            terminal.Say("validation rows together.");
        }

        if (Test is not null)
            TrainReport.Compare(Run, Test, "test", Baselines, terminal, Result.Members.Count > 1 ? BestTest : null);
        terminal.Say($"Saved {Run.Path}.");
    }

    // The trainer decides whether networks train to their last epoch.
    private CommandLine LineOf(TrainedTrial member) => member.Training.StopOn == TrainOptions.StopOnNone
        ? Lines.LineOf(member.Trial).With([new("--stop-on", TrainOptions.StopOnNone)]) : Lines.LineOf(member.Trial);

    /// <summary>The object of <c>--json</c>.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["task"] = TargetReport.TaskName(Run.Model),
            ["target"] = TargetNames.Of(Run.Model),
            ["rows"] = new JsonObject { ["train"] = Run.Train.Rows, ["validation"] = Run.Validation?.Rows ?? 0, ["test"] = Run.Test?.Rows ?? 0 },
            ["limit"] = Auto.Limit.TotalSeconds,
            ["seconds"] = Seconds,
            ["seed"] = Run.Request.Training.Seed,
            ["trials"] = Result.Trials.Count(trial => trial.HasEnded),
            ["pruned"] = Result.Trials.Count(trial => trial.State == TrialState.Pruned),
            ["exploded"] = Result.Trials.Count(trial => trial.State == TrialState.Exploded),
            ["epochs"] = Result.Epochs,
            ["folds"] = Result.Folds > 1 ? Result.Folds : 0,
            ["scaling"] = Result.Scaling is { } scaling ? ScalingNames.Of(scaling) : null,
            ["learningRate"] = Result.Suggestion,
            ["networks"] = Run.Model.Members.Count,
            ["refitted"] = Result.Refitted,
            ["repeatable"] = Result.IsRepeatable,
            ["usual"] = Result.AreUsual,
            ["members"] = new JsonArray([.. Result.Members.Select(member => new JsonObject
            {
                ["trial"] = member.Trial.Number,
                ["network"] = member.Network.ToString(),
                ["parameters"] = TuneReport.Parameters(member.Trial),
                ["validation"] = Figures.ToJson(member.Metrics.Values),
                ["train"] = LineOf(member).ToString(),
            })]),
            ["validation"] = Figures.ToJson(Result.Validation.Values),
            ["model"] = Run.Path,
        };
        if (Recipe is not null)
            json["check"] = CheckReport.ToJson(Recipe);
        if (Test is not null)
            json["test"] = Figures.ToJson(Test.Values);
        if (BestTest is not null)
            json["bestTest"] = Figures.ToJson(BestTest.Values);
        if (Baselines is not null)
            json["baselines"] = TrainReport.ToJson(Baselines);
        if (Run.Model.Heads.Count > 1)
            json["targets"] = TargetReport.ToJson(Run.Model, Result.Validation, Test, Baselines);
        return json;
    }
}
