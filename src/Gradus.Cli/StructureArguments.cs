using System.CommandLine;

namespace Gradus.Cli;

/// <summary>The options of <c>train</c> that change how the network is put together: embeddings, members, residual blocks.
/// </summary>
internal sealed class StructureArguments
{
    private const int MaxSize = 1_024;   // of a column's vector, and of its bins

    private static readonly (string Name, Func<int?, int?, double?, Layer> Layer)[] Embeddings =
    [
        ("piecewise", (width, bins, _) => new PiecewiseEmbedding(width ?? 16, bins ?? 48)),
        ("periodic", (width, bins, deviation) => new PeriodicEmbedding(width ?? 24, bins ?? 48, deviation ?? 0.1)),
    ];

    private readonly Option<string?> embed = Parsing.Choice("--embed-numbers",
        "Each number column becomes a vector: of its place among quantiles, or of sines and cosines", [.. Embeddings.Select(each => each.Name)], each => each);

    private readonly Option<int?> width = Parsing.WholeNumber(
        "--embed-width", "With --embed-numbers: length of the vectors [default: 16 for piecewise, 24 for periodic]", 1, 16, MaxSize);

    private readonly Option<int?> bins = Parsing.WholeNumber(
        "--embed-bins", "With --embed-numbers: bins, or frequencies, of a column [default: 48]", 1, 48, MaxSize);

    private readonly Option<double?> deviation = Parsing.Number(
        "--embed-deviation", "S", "With --embed-numbers periodic: deviation of the first frequencies [default: 0.1]",
        "a number above 0, such as 0.1", number => number > 0);

    private readonly Option<int?> members = Parsing.Value<int?>(
        "--members", "K", "Train K networks in one that share their weights; answers are the mean of theirs",
        $"a whole number from 2 to {Members.MaxCount}, such as 32", (string text, out int? value) =>
        {
            var whole = int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number);
            value = number;
            return whole && number is >= 2 and <= Members.MaxCount;
        });

    private readonly Option<bool> scales = Parsing.Flag(
        "--member-scales", "With --members: each scales the inputs and the sums of every layer, not of the first alone");

    private readonly Option<bool> residual = Parsing.Flag(
        "--residual", "Each hidden layer after the first is added to what it is given");

    public StructureArguments(Command command)
    {
        foreach (var option in (Option[])[embed, width, bins, deviation, members, scales, residual])
            command.Options.Add(option);
    }

    /// <summary>Embedding, members, and the hidden layers, each a block with what belongs to it.</summary>
    public IEnumerable<Layer> Arrange(IReadOnlyList<IReadOnlyList<Layer>> blocks, ParseResult result)
    {
        var count = result.GetValue(members);
        var name = result.GetValue(embed);
        if (name is null && (result.GetValue(width) ?? result.GetValue(bins)) is not null)
            throw new GradusException($"{(result.GetValue(width) is null ? bins : width).Name} belongs to --embed-numbers. Give both, or leave it out.");
        if (name != "periodic" && result.GetValue(deviation) is not null)
            throw new GradusException("--embed-deviation belongs to --embed-numbers periodic. Give both, or leave it out.");
        if (count is null && result.GetValue(scales))
            throw new GradusException("--member-scales belongs to --members. Give both, or leave it out.");
        if (name is not null)
            yield return Embeddings.Single(each => each.Name == name).Layer(result.GetValue(width), result.GetValue(bins), result.GetValue(deviation));
        if (count is { } k)
            yield return new Members(k) { Scales = name is null ? Initializer.Signs : Initializer.Normal(1) };
        if (result.GetValue(residual) && blocks.Count < 2)
            throw new GradusException("--residual works on hidden layers after the first, and there is none. Give --hidden 64,64,64, or leave it out.");
        var before = 0;
        foreach (var block in blocks)
        {
            Layer[] layers = [.. block.Select(layer => layer is Dense dense && result.GetValue(scales) && count is not null
                ? new MemberDense(dense.Outputs, dense.Activation) { Weights = dense.Weights } : layer)];
            var outputs = block.OfType<Dense>().Single().Outputs;
            if (result.GetValue(residual) && before > 0)
            {
                if (outputs != before)
                    throw new GradusException($"--residual adds hidden layers, so their widths must be equal; --hidden has {before} and then {outputs}.");
                yield return new Residual(layers);
            }
            else
            {
                foreach (var layer in layers)
                    yield return layer;
            }

            before = outputs;
        }
    }
}
