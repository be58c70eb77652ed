using System.Globalization;

namespace Gradus;

/// <summary>What <see cref="AutoTrainer"/> searches, and what it tries first.</summary>
internal static class AutoSpace
{
    /// <summary>The space for some rows.</summary>
    /// <param name="start">Says which kinds of columns there are.</param>
    /// <param name="isSmall">Whether rows are few: linear networks and small batches are worth trying then.</param>
    /// <param name="suggestion">The learning rate that the range test suggests.</param>
    /// <param name="fixedNames">Parameters that are left out.</param>
    /// <exception cref="GradusException">Nothing is left to search.</exception>
    public static SearchSpace For(Model start, bool isSmall, double? suggestion, IReadOnlyCollection<string> fixedNames)
    {
        List<SearchParameter> parameters =
        [
            SearchSpace.RatesAround(suggestion ?? 0.003, above: 3),
            SearchParameter.Number("width", isSmall ? 16 : 32, isSmall ? 256 : 512, isLogarithmic: true, isWhole: true),
            SearchParameter.Number("depth", isSmall ? 0 : 1, 3, isWhole: true),
            SearchParameter.Choice("activation", "relu", "gelu", "silu", "mish"),
            SearchParameter.Number("dropout", 0, 0.4),
            SearchParameter.Number("weight-decay", 1e-4, 1, isLogarithmic: true),
            SearchParameter.Choice("batch", isSmall ? ["16", "32", "64"] : ["64", "128", "256"]),
            SearchParameter.Choice("members", "none", "8", "16"),
        ];
        if (HasNumbers(start))
            parameters.Add(SearchParameter.Choice("embed-numbers", "none", "piecewise"));
        return new SearchSpace([.. parameters.Where(parameter => !fixedNames.Contains(parameter.Name))]);
    }

    /// <summary>Values that do well on many tables: a plain network as <c>train</c> has by default, one with embedded numbers, the same
    /// with members that share weights, a linear one where rows are few, and a wide one with dropout.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> First(SearchSpace space)
    {
        Dictionary<string, string>[] known =
        [
            Values("0.001", "64", "2", "relu", "0", "0.0001", "64", "none", "none"),
            Values("0.006", "256", "2", "mish", "0.1", "0.01", "128", "8", "piecewise"),
            Values("0.003", "256", "2", "mish", "0.1", "0.01", "128", "none", "piecewise"),
            Values("0.01", "64", "0", "relu", "0", "0.1", "32", "none", "none"),
            Values("0.001", "512", "2", "relu", "0.3", "0.001", "128", "none", "none"),
        ];
        // A linear network only where the space has one.
        return [.. known.Where(values => values["depth"] != "0" || space.Parameters.Any(each => each is { Name: "depth", From: 0 }))
            .Select(values => space.Parameters.ToDictionary(each => each.Name, each => Nearest(each, values[each.Name])))
            .DistinctBy(values => string.Join(' ', values.Values))];
    }

    private static Dictionary<string, string> Values(
        string rate, string width, string depth, string activation, string dropout, string decay, string batch, string members, string embed) => new()
        {
            ["lr"] = rate,
            ["width"] = width,
            ["depth"] = depth,
            ["activation"] = activation,
            ["dropout"] = dropout,
            ["weight-decay"] = decay,
            ["batch"] = batch,
            ["members"] = members,
            ["embed-numbers"] = embed,
        };

    // Within the range; of choices the value itself, or the last.
    private static string Nearest(SearchParameter parameter, string value) =>
        !parameter.IsNumber ? (parameter.Choices.Contains(value) ? value : parameter.Choices[^1])
        : Math.Clamp(double.Parse(value, CultureInfo.InvariantCulture), parameter.From, parameter.To).ToString(CultureInfo.InvariantCulture);

    private static bool HasNumbers(Model start) => start.Preprocessor.Inputs.Any(input => input is { Kind: ColumnKind.Number, Columns.Count: 1 });
}
