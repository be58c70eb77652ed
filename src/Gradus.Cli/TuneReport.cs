using System.Globalization;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>What a search found: the best trials, what decided, and JSON.</summary>
internal static class TuneReport
{
    private const int Shown = 10;
    private const int MostBesideMetric = 5;   // parameters, in eighty columns

    /// <summary>The first metric of a trial, or its value: RMSE 48,900.</summary>
    public static string Value(StudyTrial trial)
    {
        return trial.Metrics.Keys.FirstOrDefault() is { } first ? $"{Figures.Heading(first)} {Figures.Number(trial.Metrics[first])}"
            : trial.Value is { } value ? Figures.Number(value) : "none";
    }

    public static void Draw(Study study, double? seconds, Terminal terminal)
    {
        var trials = study.Trials;
        int Count(TrialState state) => trials.Count(trial => trial.State == state);
        var unfinished = Count(TrialState.Running) + Count(TrialState.Waiting);
        terminal.Say($"{Figures.Count(trials.Count(trial => trial.HasEnded), "trial")}: {Count(TrialState.Complete)} complete, {Count(TrialState.Pruned)} pruned, "
            + $"{Count(TrialState.Exploded)} exploded{(unfinished > 0 ? $", {unfinished} not ended" : "")}"
            + (seconds is { } time ? string.Create(CultureInfo.InvariantCulture, $", in {time:0.0} s.") : "."));
        foreach (var phase in trials.GroupBy(trial => trial.Phase).Where(phase => phase.Key != StudyTrial.OnlyPhase))
        {
            terminal.Say($"{phase.Key}: {Figures.Count(phase.Count(), "trial")} of {Figures.Count(phase.First().Epochs, "epoch")}"
                + (phase.Where(trial => trial.State == TrialState.Complete).Order(StudyTrial.BestFirst).FirstOrDefault() is { } first ? $", best {Value(first)} (trial {first.Number})" : "") + ".");
        }

        var best = trials.Where(trial => trial.State == TrialState.Complete).Order(StudyTrial.BestFirst).Take(Shown).ToArray();
        if (best.Length == 0)
            return;
        var differ = study.Space.Parameters.Select(parameter => parameter.Name).Where(name => best.Select(trial => trial.Parameters.GetValueOrDefault(name, "")).Distinct().Count() > 1).ToArray();
        var same = study.Space.Parameters.Select(parameter => parameter.Name).Except(differ).Where(best[0].Parameters.ContainsKey).ToArray();
        if (same.Length > 0)
            terminal.Say($"The same in the best {best.Length}: {string.Join(", ", same.Select(name => $"{name} {best[0].Parameters[name]}"))}.");
        var metric = best[0].Metrics.Keys.FirstOrDefault();
        // The metric alone where it puts the trials in the same order as what the search makes small.
        var metrics = best.Select(trial => metric is null ? 0 : (Metrics.IsScore(metric) ? -1 : 1) * trial.Metrics.GetValueOrDefault(metric, double.NaN)).ToArray();
        var withLoss = metric is null || metrics.Zip(metrics.Skip(1)).Any(pair => pair.First > pair.Second);
        var withMetric = metric is not null && (!withLoss || differ.Length <= MostBesideMetric);
        var table = Tables.New([" trial", .. withLoss ? (string[])[" loss"] : [], .. withMetric ? (string[])[" " + Figures.Heading(metric ?? "")] : [], .. differ.Select(name => " " + name)]);
        foreach (var trial in best)
        {
            table.Add([trial.Number.ToString(CultureInfo.InvariantCulture), .. withLoss ? (string[])[Figures.Number(trial.Value ?? double.NaN)] : [],
                .. withMetric ? (string[])[Figures.Number(trial.Metrics.GetValueOrDefault(metric ?? "", double.NaN))] : [], .. differ.Select(name => trial.Parameters.GetValueOrDefault(name, ""))]);
        }

        terminal.Screen.Write(table);
        if (ParameterImportance.Of(study.Space, trials) is { Count: > 1 } shares)
            terminal.Say("Importance, %: " + string.Join(", ", shares.Where(each => each.Share >= 0.005).Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Name} {100 * each.Share:0}"))) + ".");
    }

    /// <summary>What a study holds.</summary>
    public static JsonObject ToJson(Study study)
    {
        var trials = study.Trials;
        return new JsonObject
        {
            ["trials"] = trials.Count(trial => trial.HasEnded),
            ["pruned"] = trials.Count(trial => trial.State == TrialState.Pruned),
            ["exploded"] = trials.Count(trial => trial.State == TrialState.Exploded),
            ["best"] = study.Best is { } best ? ToJson(best) : null,
            ["importance"] = new JsonObject(ParameterImportance.Of(study.Space, trials).Select(each => KeyValuePair.Create(each.Name, (JsonNode?)each.Share))),
            ["study"] = study.Name,
        };
    }

    /// <summary>A trial.</summary>
    public static JsonObject ToJson(StudyTrial trial) => new()
    {
        ["trial"] = trial.Number,
        ["phase"] = trial.Phase,
        ["state"] = trial.State.ToString().ToLowerInvariant(),
        ["value"] = trial.Value,
        ["epochs"] = trial.EpochsTaken,
        ["seconds"] = trial.Seconds,
        ["validation"] = Figures.ToJson(trial.Metrics),
        ["parameters"] = Parameters(trial),
    };

    /// <summary>What a search found.</summary>
    public static JsonObject ToJson(Study study, StudyTrial best, double seconds, Metrics? test, string command)
    {
        var json = ToJson(study);
        json["seconds"] = seconds;
        var of = ToJson(best);
        of["test"] = test is null ? null : Figures.ToJson(test.Values);
        (json["best"], json["train"]) = (of, command);
        return json;
    }

    /// <summary>Values by name, numbers as numbers.</summary>
    public static JsonObject Parameters(StudyTrial trial) => new(trial.Parameters.Select(each => KeyValuePair.Create(each.Key,
        double.TryParse(each.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? (JsonNode?)number : each.Value)));
}
