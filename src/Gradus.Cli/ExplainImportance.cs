using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>What <c>explain MODEL DATA --importance</c> shows.</summary>
internal static class ExplainImportance
{
    private const int MostColumns = 30, BarWidth = 12, NameWidth = 18;

    public static void Run(Model model, Table table, ulong seed, bool asJson, Terminal terminal)
    {
        var columns = model.Preprocessor.InputNames.Count;
        var progress = terminal.IsInteractive ? new Counter(columns, terminal) : null;
        var (whole, importances) = PermutationImportance.Of(model, table, seed, PermutationImportance.DefaultRepetitions, progress, terminal.Cancellation);
        progress?.Clear();
        if (asJson)
            terminal.Json(ToJson(model, whole, importances, seed));
        else
            Draw(table, whole, importances, terminal);
    }

    private static JsonObject ToJson(Model model, Metrics whole, IReadOnlyList<PermutationImportance> importances, ulong seed) => new()
    {
        ["target"] = TargetNames.Of(model),
        ["rows"] = whole.Count,
        ["seed"] = seed,
        ["repetitions"] = PermutationImportance.DefaultRepetitions,
        ["metrics"] = Figures.ToJson(whole.Values),
        ["importance"] = new JsonArray([.. importances.Select(each =>
        {
            var json = new JsonObject { ["column"] = each.Column };
            foreach (var metric in Shown(whole))
            {
                var (mean, deviation) = each.Worsening(metric, whole);
                json[metric] = new JsonObject { ["worsening"] = mean, ["deviation"] = deviation };
            }

            return json;
        })]),
    };

    private static void Draw(Table table, Metrics whole, IReadOnlyList<PermutationImportance> importances, Terminal terminal)
    {
        terminal.Say($"{table.Name}, {Figures.Count(whole.Count, "row")}: {whole}");
        terminal.Say($"how much worse when a column is permuted ({PermutationImportance.DefaultRepetitions} times, mean ± deviation):");
        var metrics = Shown(whole);
        var drawn = Tables.New(metrics.SelectMany(metric => (string[])[$" {Heading(metric)}", " ±"]).Prepend("column").Append(""));
        var largest = importances[0].Worsening(metrics[0], whole).Mean;
        foreach (var each in importances.Take(MostColumns))
        {
            var figures = metrics.Select(metric => each.Worsening(metric, whole)).ToArray();
            var name = each.Column.Length <= NameWidth ? each.Column : each.Column[..(NameWidth - 1)] + "…";
            drawn.Add([name, .. figures.SelectMany(figure => (string[])[Figure(figure.Mean), Figure(figure.Deviation)]),
                Bars.Of(figures[0].Mean, largest, BarWidth)]);
        }

        terminal.Screen.Write(drawn);
        if (importances.Count > MostColumns)
            terminal.Say($"and {Figures.Count(importances.Count - MostColumns, "less important column")}; --json has them all");
    }

    /// <summary>The first one sorts.</summary>
    private static string[] Shown(Metrics whole) => whole switch
    {
        RegressionMetrics => ["rmse"],
        ClassificationMetrics => ["logLoss", "accuracy"],
        _ => [.. whole.Values.Keys.Where(name => name is "r2" or "accuracy")],
    };

    private static string Heading(string metric) => $"{Figures.Heading(metric)} {(metric is "accuracy" or "r2" ? "-" : "+")}";

    private static string Figure(double value) => Math.Abs(value) >= 1000 ? Figures.Number(value)
        : value.ToString("G3", System.Globalization.CultureInfo.InvariantCulture);

    private sealed class Counter(int columns, Terminal terminal) : IProgress<int>
    {
        public void Report(int value) => terminal.Error.Write($"\rcolumn {value} of {columns} ");

        public void Clear() => terminal.Error.Write("\r" + new string(' ', 40) + "\r");
    }
}
