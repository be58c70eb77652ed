using System.Globalization;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>What <c>train</c> says of several networks.</summary>
/// <param name="Asked">Networks to train.</param>
/// <param name="IsFolds">Whether each has a fold of its own.</param>
/// <param name="History">How their training went.</param>
/// <param name="Tests">Test metrics of each that is kept; empty without test rows.</param>
/// <param name="Validation">Validation figures of the ensemble; with folds, the means over the folds.</param>
internal sealed record EnsembleReport(
    int Asked, bool IsFolds, EnsembleHistory History, IReadOnlyList<Metrics> Tests, IReadOnlyDictionary<string, double> Validation)
{
    /// <summary>All that training gave in one history: the first network's epochs, the ensemble's end and time.</summary>
    public History Summary => new(
        History.Kept is [var first, ..] ? first.History.Epochs : [], History.Kept is [var one, ..] ? one.History.BestEpoch : 0,
        History.StopReason, History.Seconds)
    { Watch = [.. History.Members.SelectMany(member => member.History.Watch)] };

    /// <summary>A line on how it ended, and a table: a row for each network, their mean and deviation.</summary>
    public void Draw(Metrics? test, Terminal terminal)
    {
        var (kept, what) = (History.Kept, IsFolds ? "fold" : "member");
        var epochs = Figures.Count(History.Members.Sum(member => member.History.Epochs.Count), "epoch");
        var seconds = History.Seconds.ToString("0.0", CultureInfo.InvariantCulture);
        terminal.Say($"{epochs} of {Figures.Count(History.Members.Count, what)} in {seconds} s{(History.StopReason == StopReason.Cancelled ? " (cancelled)" : "")}.");
        var validations = kept.Select(member => member.History.Best?.ValidationMetrics).OfType<Metrics>().ToArray();
        // As many figures as eighty columns hold; --json has them all.
        string[] ofValidation = [.. History.Validation.Keys.Take(IsFolds ? 3 : 2)];
        string[] ofTest = [.. (test?.Values.Keys ?? []).Take(IsFolds ? 1 : 2)];
        var table = Tables.New([what, " seed", " epochs",
            .. ofValidation.Select(name => $" validation\n{Figures.Heading(name)}"), .. ofTest.Select(name => $" test\n{Figures.Heading(name)}")]);
        for (var i = 0; i < kept.Count; i++)
        {
            table.Add([$"{kept[i].Number}", $"{kept[i].Seed}", $"{kept[i].History.Epochs.Count}",
                .. ofValidation.Select(name => Figures.Number(validations[i].Values[name])),
                .. ofTest.Select(name => Figures.Number(Tests[i].Values[name]))]);
        }

        void Row(string label, Func<Spread, double> figure) => table.Add([label, "", "",
            .. ofValidation.Select(name => Figures.Number(figure(History.Validation[name]))),
            .. ofTest.Select(name => Figures.Number(figure(Spread.Of(Tests)[name])))]);
        Row("mean", spread => spread.Mean);
        Row("deviation", spread => spread.Deviation);
        table.Add(["ensemble", "", "",
            .. ofValidation.Select(name => IsFolds ? "" : Figures.Number(Validation[name])), .. ofTest.Select(name => test is null ? "" : Figures.Number(test.Values[name]))]);
        terminal.Screen.Write(table);
    }

    /// <summary>Adds the networks and their spread to the object of <c>--json</c>.</summary>
    public void AddTo(JsonObject json)
    {
        var kept = History.Kept;
        json["members"] = new JsonArray([.. History.Members.Select(member =>
        {
            var at = kept.TakeWhile(other => other.Number != member.Number).Count();
            return new JsonObject
            {
                ["member"] = member.Number,
                ["seed"] = member.Seed,
                ["kept"] = member.IsKept,
                ["epochs"] = member.History.Epochs.Count,
                ["bestEpoch"] = member.History.BestEpoch,
                ["stopReason"] = Figures.Camel(member.History.StopReason),
                ["seconds"] = member.History.Seconds,
                ["validation"] = member.History.Best?.ValidationMetrics is { } validation ? Figures.ToJson(validation.Values) : null,
                ["test"] = at < Tests.Count ? Figures.ToJson(Tests[at].Values) : null,
            };
        })]);
        if (IsFolds)
            json["folds"] = Asked;
        json["validation"] = Validation.Count > 0 ? Figures.ToJson(Validation) : null;
        json["mean"] = Spreads(spread => spread.Mean);
        json["deviation"] = Spreads(spread => spread.Deviation);

        JsonObject Spreads(Func<Spread, double> figure) => new()
        {
            ["validation"] = Figures.ToJson(History.Validation.ToDictionary(each => each.Key, each => figure(each.Value))),
            ["test"] = Figures.ToJson(Spread.Of(Tests).ToDictionary(each => each.Key, each => figure(each.Value))),
        };
    }
}
