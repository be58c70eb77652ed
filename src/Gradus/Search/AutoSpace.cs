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

    private static readonly double[] UsualShares = [1, 0.2, 0.04];   // of a usual penalty

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
        // Those that say all that matters here; a linear network only where the space has one.
        return [.. known
            .Where(values => space.Parameters.All(each => each.When?.Holds(values) == false || values.ContainsKey(each.Name)))
            .Where(values => values["depth"] != "0" || space.Parameters.Any(each => each is { Name: "depth", From: 0 }))
            .Select(values => Drawn(space, values))
            .DistinctBy(values => string.Join(' ', values.Values))];
    }

    /// <summary>Values that do well on most tables of few rows: one hidden layer of each activation, which L-BFGS takes to a minimum with a usual
    /// L2 penalty, the likeliest first, and with less where the rows have little noise.</summary>
    /// <param name="space">None if it has no L-BFGS.</param>
    /// <param name="hasClasses">Whether a class is predicted: cross-entropy takes less of a penalty than the squared error of a standardised number.</param>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Usual(SearchSpace space, bool hasClasses)
    {
        string[] activations = [.. space.Parameters.FirstOrDefault(each => each.Name == "activation")?.Choices ?? [""]];
        return [.. UsualShares.SelectMany(share => activations.Select(activation => Drawn(space, new()
            {
                [Optimizer] = OnAllRows,
                ["l2"] = (share * (hasClasses ? 0.005 : UsualL2(activation))).ToString("G6", CultureInfo.InvariantCulture),
                ["width"] = "64",
                ["depth"] = "1",
                ["activation"] = activation,
                ["embed-numbers"] = "none",
            })))
            .DistinctBy(values => string.Join(' ', values.Values))];
    }

    // The best of several on splits of diabetes, whose targets have much noise (docs/auto.md): the smoother the activation, the less.
    private static double UsualL2(string activation) => activation switch
    {
        "relu" => 0.1,
        "silu" or "mish" => 0.05,
        _ => 0.07,
    };

    private static IReadOnlyDictionary<string, string> Drawn(SearchSpace space, Dictionary<string, string> values) =>
        space.Draw(each => Nearest(each, values[each.Name]));

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

    // Within the range; of choices the value itself, or the last.
    private static string Nearest(SearchParameter parameter, string value) =>
        !parameter.IsNumber ? (parameter.Choices.Contains(value) ? value : parameter.Choices[^1])
        : Math.Clamp(double.Parse(value, CultureInfo.InvariantCulture), parameter.From, parameter.To).ToString(CultureInfo.InvariantCulture);

    private static bool HasNumbers(Model start) => start.Preprocessor.Inputs.Any(input => input is { Kind: ColumnKind.Number, Columns.Count: 1 });
}
