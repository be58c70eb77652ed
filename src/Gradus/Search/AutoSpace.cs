using System.Globalization;

namespace Gradus;

/// <summary>What <see cref="AutoTrainer"/> searches, and what it tries first.</summary>
internal static class AutoSpace
{
    /// <summary>The parameter that says which optimiser trains.</summary>
    public const string Optimizer = "optimizer";

    /// <summary>What trains in batches, with a learning rate, dropout and weight decay.</summary>
    public static string InBatches { get; } = new AdamW().Name;

    /// <summary>What takes all rows a step and goes to a minimum of the loss with an L2 penalty: where rows are few.</summary>
    public static string OnAllRows { get; } = new Lbfgs().Name;

    /// <summary>The space for some rows.</summary>
    /// <param name="start">Says which kinds of columns there are.</param>
    /// <param name="isSmall">Whether rows are few: narrow networks and small batches are worth trying then.</param>
    /// <param name="withLinear">Whether there may be networks without hidden layers.</param>
    /// <param name="optimizers">Between which ones to choose: one or both of the above.</param>
    /// <param name="suggestion">The learning rate that the range test suggests.</param>
    /// <param name="fixedNames">Parameters that are left out.</param>
    /// <exception cref="GradusException">Nothing is left to search.</exception>
    public static SearchSpace For(
        Model start, bool isSmall, bool withLinear, IReadOnlyList<string> optimizers, double? suggestion, IReadOnlyCollection<string> fixedNames)
    {
        var isOpen = optimizers.Count > 1;
        SearchParameter? Of(string optimizer, SearchParameter parameter) =>
            !optimizers.Contains(optimizer) ? null : isOpen ? parameter.OnlyWhere(Optimizer, optimizer) : parameter;
        SearchParameter?[] all =
        [
            isOpen ? SearchParameter.Choice(Optimizer, optimizers) : null,
            Of(InBatches, SearchSpace.RatesAround(suggestion ?? 0.003, above: 3)),
            Of(OnAllRows, SearchParameter.Number("l2", 1e-4, 1, isLogarithmic: true)),
            SearchParameter.Number("width", isSmall ? 16 : 32, isSmall ? 256 : 512, isLogarithmic: true, isWhole: true),
            SearchParameter.Number("depth", withLinear ? 0 : 1, 3, isWhole: true),
            SearchParameter.Choice("activation", "relu", "gelu", "silu", "mish"),
            Of(InBatches, SearchParameter.Number("dropout", 0, 0.4)),
            Of(InBatches, SearchParameter.Number("weight-decay", 1e-4, 1, isLogarithmic: true)),
            Of(InBatches, SearchParameter.Choice("batch", isSmall ? ["16", "32", "64"] : ["64", "128", "256"])),
            Of(InBatches, SearchParameter.Choice("members", "none", "8", "16")),
            HasNumbers(start) ? SearchParameter.Choice("embed-numbers", "none", "piecewise") : null,
        ];
        return new SearchSpace([.. all.OfType<SearchParameter>().Where(parameter => !fixedNames.Contains(parameter.Name))]);
    }

    /// <summary>Values that do well on many tables: a plain network as <c>train</c> has by default, one with embedded numbers, the same
    /// with members that share weights, a linear one where rows are few, a wide one with dropout, and where rows are few two that go to a
    /// minimum with an L2 penalty.</summary>
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
        Dictionary<string, string>[] penalized = [Penalized("0.01", "64", "1", "relu"), Penalized("0.1", "64", "2", "relu")];
        // Those that say all that matters here; a linear network only where the space has one.
        return [.. known.Concat(penalized)
            .Where(values => space.Parameters.All(each => each.When?.Holds(values) == false || values.ContainsKey(each.Name)))
            .Where(values => values["depth"] != "0" || space.Parameters.Any(each => each is { Name: "depth", From: 0 }))
            .Select(values => space.Draw(each => Nearest(each, values[each.Name])))
            .DistinctBy(values => string.Join(' ', values.Values))];
    }

    private static Dictionary<string, string> Values(
        string rate, string width, string depth, string activation, string dropout, string decay, string batch, string members, string embed) => new()
        {
            [Optimizer] = InBatches,
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

    private static Dictionary<string, string> Penalized(string l2, string width, string depth, string activation) => new()
    {
        [Optimizer] = OnAllRows,
        ["l2"] = l2,
        ["width"] = width,
        ["depth"] = depth,
        ["activation"] = activation,
        ["embed-numbers"] = "none",
    };

    // Within the range; of choices the value itself, or the last.
    private static string Nearest(SearchParameter parameter, string value) =>
        !parameter.IsNumber ? (parameter.Choices.Contains(value) ? value : parameter.Choices[^1])
        : Math.Clamp(double.Parse(value, CultureInfo.InvariantCulture), parameter.From, parameter.To).ToString(CultureInfo.InvariantCulture);

    private static bool HasNumbers(Model start) => start.Preprocessor.Inputs.Any(input => input is { Kind: ColumnKind.Number, Columns.Count: 1 });
}
