using System.Globalization;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>The page of a search.</summary>
internal static class TunePage
{
    public static Page Of(Study study, string commandLine, DateTimeOffset date)
    {
        var ended = study.Trials.Where(trial => trial is { HasEnded: true, Value: not null }).ToArray();
        var best = new List<double?>();
        foreach (var trial in ended)
            best.Add(trial.State == TrialState.Complete ? Math.Min(trial.Value ?? double.NaN, best.LastOrDefault(double.PositiveInfinity) ?? double.PositiveInfinity)
                : best.LastOrDefault());
        var page = new Page($"Search: {study.Description.GetValueOrDefault("data", study.Name)}")
            .Facts([.. study.Description.Select(each => (each.Key, each.Value)), ("trials", Figures.Count(study.Trials.Count)), ("best", commandLine),
                ("date", date.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture))])
            .Heading("History").Paragraph("What the search makes small, of each trial that has ended, and the best complete trial so far.")
            .Chart(Charts.Curves("trial", "value", [new("trial", [.. ended.Select(trial => trial.Value)]), new("best so far", best)]), "Value by trial")
            .Heading("Parallel coordinates").Paragraph("A line is a trial; dark lines are good.")
            .Chart(Parallel(study.Space, ended), "Each trial as a line through its values");
        if (ParameterImportance.Of(study.Space, study.Trials) is { Count: > 0 } shares)
        {
            page.Heading("Importance").Table(["parameter", " share"],
                shares.Select(each => (string[])[each.Name, string.Create(CultureInfo.InvariantCulture, $"{100 * each.Share:0.0} %")]));
        }

        string[] names = [.. study.Space.Parameters.Select(parameter => parameter.Name)];
        return page.Heading("Trials").Table([" trial", "state", " epochs", " value", .. names], study.Trials.Order(StudyTrial.BestFirst).Take(200).Select(trial => (string[])
        [
            trial.Number.ToString(CultureInfo.InvariantCulture), trial.State.ToString().ToLowerInvariant(), Figures.Count(trial.EpochsTaken),
            trial.Value is { } value ? Figures.Number(value) : "", .. names.Select(name => trial.Parameters.GetValueOrDefault(name, "")),
        ]));
    }

    // "-" lets the line pass over the axis, where the parameter does not matter.
    private static JsonNode? PointOf(SearchParameter parameter, StudyTrial trial) => !trial.Parameters.TryGetValue(parameter.Name, out var value) ? "-"
        : parameter.IsNumber ? double.Parse(value, CultureInfo.InvariantCulture) : value;

    private static JsonObject Parallel(SearchSpace space, StudyTrial[] trials)
    {
        var axes = new JsonArray();
        foreach (var (i, parameter) in space.Parameters.Index())
        {
            var axis = new JsonObject { ["dim"] = i, ["name"] = parameter.Name, ["type"] = !parameter.IsNumber ? "category" : parameter.IsLogarithmic ? "log" : "value" };
            if (parameter.IsNumber)
                (axis["min"], axis["max"]) = (parameter.From, parameter.To);
            else
                axis["data"] = new JsonArray([.. parameter.Choices.Select(choice => JsonValue.Create(choice))]);
            axes.Add((JsonNode)axis);
        }

        // Ranks, not values: one huge loss would leave a single colour for all others.
        var ordered = trials.Order(StudyTrial.BestFirst).ToArray();
        axes.Add((JsonNode)new JsonObject { ["dim"] = space.Parameters.Count, ["name"] = "rank", ["type"] = "value", ["inverse"] = true });
        return new JsonObject
        {
            ["legend"] = false,
            ["parallel"] = new JsonObject { ["left"] = 40, ["right"] = 60, ["top"] = 40, ["bottom"] = 40 },
            ["parallelAxis"] = axes,
            ["visualMap"] = new JsonObject
            {
                ["type"] = "continuous",
                ["show"] = false,
                ["min"] = 1,
                ["max"] = Math.Max(2, ordered.Length),
                ["dimension"] = space.Parameters.Count,
                ["inRange"] = new JsonObject { ["color"] = new JsonArray("#0072b2", "#56b4e9", "#bbbbbb") },
            },
            ["series"] = new JsonArray(new JsonObject
            {
                ["type"] = "parallel",
                ["name"] = "trials",
                ["lineStyle"] = new JsonObject { ["width"] = 1.5, ["opacity"] = 0.6 },
                ["data"] = new JsonArray([.. ordered.Select((trial, rank) => new JsonArray(
                    [.. space.Parameters.Select(parameter => PointOf(parameter, trial)), rank + 1]))]),
            }),
        };
    }
}
