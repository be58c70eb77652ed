namespace Gradus;

/// <summary>One layer at one row.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Inputs">Number of inputs.</param>
/// <param name="Sums">U = XW + b, what other texts call z; null for a layer without weights.</param>
/// <param name="Outputs">H = f(U), what other texts call a.</param>
/// <param name="Deltas">δ = ∂J/∂U (∂J/∂H for a layer without weights); null without a target.</param>
/// <param name="Parameters">Its weights and biases with their gradients.</param>
public sealed record ExplainedLayer(
    Layer Layer, int Inputs, IReadOnlyList<double>? Sums, IReadOnlyList<double> Outputs, IReadOnlyList<double>? Deltas,
    IReadOnlyList<ExplainedParameter> Parameters)
{
    internal static IReadOnlyList<ExplainedLayer> Of(Network network, ReferenceContext values, Expression? loss)
    {
        var sums = new Expression?[network.Layers.Count];
        for (var i = 0; i < sums.Length; i++)
            sums[i] = SumOf(network, i);
        Expression[] signals = [.. sums.Select((sum, i) => sum ?? network.LayerOutputs[i])];
        Expression[] parameters = [.. network.Parameters.Select(parameter => parameter.Expression)];
        var gradients = loss is null ? null : Gradient.Of(loss, [.. signals, .. parameters]);
        return
        [
            .. network.Layers.Select((layer, i) => new ExplainedLayer(
                layer,
                (i == 0 ? network.Input : network.LayerOutputs[i - 1]).Shape.Columns.Size,
                sums[i] is { } sum ? Value(sum) : null,
                Value(network.LayerOutputs[i]),
                gradients is null ? null : Value(gradients[i]),
                [.. Enumerable.Range(0, parameters.Length).Where(p => network.Parameters[p].Name.StartsWith(Prefix(i), StringComparison.Ordinal))
                    .Select(p => new ExplainedParameter(network.Parameters[p].Name[Prefix(i).Length..], parameters[p].Shape.Rows.Size,
                        parameters[p].Shape.Columns.Size, Value(parameters[p]), gradients is null ? null : Value(gradients[signals.Length + p])))])),
        ];

        double[] Value(Expression x) => values.Evaluate(x).Values;
    }

    private static string Prefix(int layer) => FormattableString.Invariant($"layer{layer + 1}.");

    /// <summary>The product with the layer's weights, what is looked up for categories, and the bias that is added to them.</summary>
    private static Expression? SumOf(Network network, int layer)
    {
        if (network.Layers[layer] is not Dense)
            return null;
        var own = network.Parameters.Where(p => p.Name.StartsWith(Prefix(layer), StringComparison.Ordinal)).Select(p => p.Expression).ToHashSet();
        var order = Graph.Order([network.LayerOutputs[layer]]);
        var product = order.FindLast(node => node.Op == Ops.Dot && own.Contains(node.InputArray[1]));
        if (product is null && network.Layers[layer] is not Dense)
            return null;
        var sum = product ?? order.Find(IsLookup);
        while (order.Find(node => node.Op == Ops.Add && node.InputArray[0] == sum && (own.Contains(node.InputArray[1]) || IsLookup(node.InputArray[1]))) is { } next)
            sum = next;
        return sum;

        bool IsLookup(Expression node) => node.Op == Ops.Multiply && node.InputArray[0] is { } rows && rows.Op == Ops.Gather && own.Contains(rows.InputArray[0]);
    }
}
