using System.Globalization;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>Options of Apache ECharts for the usual charts; <see cref="Page"/> draws them.</summary>
internal static class Charts
{
    /// <summary>A line of a chart.</summary>
    /// <param name="Name">In the legend.</param>
    /// <param name="Values">One for each x; null where there is none.</param>
    /// <param name="Deviations">Half the length of the error bars; null for none.</param>
    internal sealed record Line(string Name, IReadOnlyList<double?> Values, IReadOnlyList<double?>? Deviations = null);

    /// <summary>Lines over values that stand at equal distances, each value marked, with error bars.</summary>
    /// <param name="xs">Names of the values.</param>
    /// <param name="xName">What they are.</param>
    /// <param name="yName">What is measured, with its unit.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="isLogarithmic">Whether the y axis is; it has no place for 0 and below, which are left out.</param>
    /// <remarks>Values that are no numbers have no line between them. Error bars end at 0 where no value is below it.</remarks>
    public static JsonObject Lines(
        IReadOnlyList<string> xs, string xName, string yName, IReadOnlyList<Line> lines, bool isLogarithmic = false)
    {
        var series = new JsonArray();
        var areNumbers = xs.All(each => double.TryParse(each, CultureInfo.InvariantCulture, out _));
        var least = lines.SelectMany(line => line.Values).All(value => value is null or >= 0) ? 0 : double.NegativeInfinity;
        foreach (var line in lines)
        {
            series.Add((JsonNode)new JsonObject
            {
                ["type"] = "line",
                ["name"] = line.Name,
                ["symbol"] = "circle",
                ["symbolSize"] = 8,
                ["lineStyle"] = new JsonObject { ["width"] = areNumbers ? 2 : 0 },
                ["data"] = new JsonArray([.. line.Values.Select(value => IsShown(value, isLogarithmic) ? JsonValue.Create(value) : null)]),
            });
            var bars = line.Values.Zip(line.Deviations ?? []).Select((each, i) => (X: i, Low: Least(each.First - each.Second, least), High: each.First + each.Second))
                .Where(bar => IsShown(bar.Low, isLogarithmic) && IsShown(bar.High, isLogarithmic)).ToArray();
            if (bars.Length == 0)
                continue;
            series.Add((JsonNode)new JsonObject
            {
                ["type"] = "custom",
                ["name"] = line.Name,
                ["data"] = new JsonArray([.. bars.Select(bar => new JsonArray(bar.X, bar.Low, bar.High))]),
                ["encode"] = new JsonObject { ["x"] = 0, ["y"] = new JsonArray(1, 2) },
            });
        }

        var x = Axis("category", xName);
        if (!areNumbers)
        {
            x["axisLabel"] = new JsonObject { ["interval"] = 0, ["rotate"] = 40, ["hideOverlap"] = false };
            x["nameGap"] = 64;
        }

        x["data"] = new JsonArray([.. xs.Select(each => JsonValue.Create(each))]);
        return new JsonObject
        {
            ["xAxis"] = x,
            ["yAxis"] = YAxis(yName, isLogarithmic, lines.SelectMany(line => line.Values)),
            ["series"] = series,
        };
    }

    /// <summary>Curves over 1, 2, 3, …: the history of one or several runs.</summary>
    /// <param name="xName">What is counted, such as epochs.</param>
    /// <param name="yName">What is measured, with its unit.</param>
    /// <param name="curves">The curves; they may end at different places.</param>
    /// <param name="isLogarithmic">As for <see cref="Lines"/>.</param>
    public static JsonObject Curves(string xName, string yName, IReadOnlyList<Line> curves, bool isLogarithmic = false)
    {
        var x = Axis("value", xName);
        x["min"] = 1;
        x["max"] = curves.Max(curve => curve.Values.Count);
        x["minInterval"] = 1;
        x["splitLine"] = new JsonObject { ["show"] = false };
        return new JsonObject
        {
            ["xAxis"] = x,
            ["yAxis"] = YAxis(yName, isLogarithmic, curves.SelectMany(curve => curve.Values)),
            ["series"] = new JsonArray([.. curves.Select(curve => new JsonObject
            {
                ["type"] = "line",
                ["name"] = curve.Name,
                ["symbol"] = curve.Values.Count > 1 ? "none" : "circle",
                ["data"] = new JsonArray([.. curve.Values.Select((value, i) => (X: i + 1, Y: value)).Where(each => IsShown(each.Y, isLogarithmic))
                    .Select(each => new JsonArray(each.X, each.Y))]),
            })]),
        };
    }

    private static bool IsShown(double? value, bool isLogarithmic) =>
        value is { } number && double.IsFinite(number) && (!isLogarithmic || number > 0);

    private static double? Least(double? value, double least) => value is { } number ? Math.Max(number, least) : null;

    private static JsonObject Axis(string type, string name) => new()
    {
        ["type"] = type,
        ["name"] = name,
        ["nameLocation"] = "middle",
        ["nameGap"] = 32,
    };

    private static JsonObject YAxis(string name, bool isLogarithmic, IEnumerable<double?> values)
    {
        var axis = new JsonObject
        {
            ["type"] = isLogarithmic ? "log" : "value",
            ["name"] = name,
            ["nameLocation"] = "end",
            ["scale"] = true,
        };
        if (isLogarithmic)
        {
            // Marks at powers of ten say little where all values are between two of them.
            var shown = values.OfType<double>().Where(value => IsShown(value, isLogarithmic)).DefaultIfEmpty(1).ToArray();
            axis["logBase"] = shown.Max() / shown.Min() < 100 ? 2 : 10;
        }

        return axis;
    }
}
