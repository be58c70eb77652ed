using System.Numerics.Tensors;

namespace Gradus;

/// <summary>Finds where the first number that is not finite arose, after the fact: runs forward and backward once more, keeping
/// every value.</summary>
internal static class DivergenceOrigin
{
    /// <summary>Takes a step apart.</summary>
    /// <param name="network">The network.</param>
    /// <param name="objective">What the step makes small.</param>
    /// <param name="weights">The parameters before the step.</param>
    /// <param name="inputs">X: (batch × inputs).</param>
    /// <param name="targets">As the objective takes them.</param>
    /// <param name="rowWeights">As the objective takes them; empty if it takes none.</param>
    /// <param name="settings">Batch size and seed of the step.</param>
    /// <param name="step">Its number.</param>
    /// <returns>Such as "layer 2 (dense, gelu), its output"; null if every value and gradient is finite.</returns>
    public static string? Find(
        Network network, TrainingObjective objective, ParameterBuffer weights, ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets,
        ReadOnlySpan<float> rowWeights, ProgramOptions settings, long step)
    {
        Expression[] roots = [objective.Losses, objective.Penalty, .. objective.Gradients];
        var program = CompiledProgram.Compile(roots, settings with { KeepAll = true, Placements = [.. weights.PlaceEach()] });
        inputs.CopyTo(program[network.Input]);
        targets.CopyTo(program[objective.Targets]);
        if (objective.RowWeights is not null)
            rowWeights.CopyTo(program[objective.RowWeights]);
        program.Run((ulong)step);

        var layerOf = LayersOf(objective);
        var finite = new HashSet<Expression>(ReferenceEqualityComparer.Instance);
        foreach (var node in Graph.Order(roots))
        {
            var isFinite = !program.Uses(node) || TensorPrimitives.IsFiniteAll<float>(program[node]);
            if (isFinite)
                finite.Add(node);
            else if (node.Inputs.All(finite.Contains))
                return Describe(network, objective, layerOf, node);
        }

        return null;
    }

    /// <summary>Such as "layer 2 (dense, gelu)".</summary>
    /// <param name="network">The network.</param>
    /// <param name="index">From 0.</param>
    public static string NameOf(Network network, int index)
    {
        var layer = network.Layers[index];
        var activation = ActivationOf(layer);
        return FormattableString.Invariant($"layer {index + 1} ({layer.Kind}{(activation == Activation.Identity ? "" : $", {activation}")})");
    }

    /// <summary>Of a layer; identity if it has none.</summary>
    public static Activation ActivationOf(Layer layer) => layer switch
    {
        Dense dense => dense.Activation,
        MemberDense dense => dense.Activation,
        BatchNormalization normalization => normalization.Activation,
        LayerNormalization normalization => normalization.Activation,
        _ => Activation.Identity,
    };

    private static string Describe(Network network, TrainingObjective objective, Dictionary<Expression, int> layerOf, Expression node)
    {
        if (ReferenceEquals(node, network.Input))
            return "the inputs";
        if (ReferenceEquals(node, objective.Targets))
            return "the targets";
        if (node.Op == Ops.Parameter)
            return $"the parameter {node.Name} as it was before training";
        if (layerOf.TryGetValue(node, out var layer))
            return NameOf(network, layer) + ", its output";
        if (Graph.Order([objective.Losses]).Contains(node, ReferenceEqualityComparer.Instance))
            return "the loss";
        if (Graph.Order([objective.Penalty]).Contains(node, ReferenceEqualityComparer.Instance))
            return "the penalties on the weights";
        // What goes back through a layer reaches its own parameters and those below: the highest that it reaches names it.
        for (var i = objective.Gradients.Count - 1; i >= 0; i--)
        {
            if (Graph.Order([objective.Gradients[i]]).Contains(node, ReferenceEqualityComparer.Instance))
                return NameOf(network, LayerOf(network.Parameters[objective.Trained[i]])) + ", its gradient";
        }

        return "the gradient of the loss";
    }

    /// <summary>From 0: the names of a layer's parameters begin with its number.</summary>
    public static int LayerOf(NetworkParameter parameter) =>
        int.Parse(parameter.Name.AsSpan(5, parameter.Name.IndexOf('.', StringComparison.Ordinal) - 5), System.Globalization.CultureInfo.InvariantCulture) - 1;

    // Of what each layer computes, also while training; what several need belongs to the first.
    private static Dictionary<Expression, int> LayersOf(TrainingObjective objective)
    {
        var layerOf = new Dictionary<Expression, int>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < objective.LayerOutputs.Count; i++)
        {
            foreach (var node in Graph.Order([objective.LayerOutputs[i]]).Where(node => node.Op != Ops.Input && node.Op != Ops.Parameter))
                layerOf.TryAdd(node, i);
        }

        return layerOf;
    }
}
