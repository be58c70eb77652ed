using static Gradus.Functions;

namespace Gradus;

/// <summary>What training adds to the loss, to the gradient and after the step, as expressions.</summary>
internal static class Regularization
{
    /// <summary>Refuses penalties for more or fewer layers than there are.</summary>
    /// <exception cref="GradusException">The message says how many have weights.</exception>
    public static void Check(Network network, TrainOptions options)
    {
        var layers = WeightsByLayer(network).Count;
        foreach (var (name, penalty) in ((string, PerLayer)[])[("--l2", options.L2), ("--l1", options.L1)])
        {
            if (penalty.Values.Count != 1 && penalty.Values.Count != layers)
            {
                throw new GradusException($"{name} gives {penalty.Values.Count} numbers, {penalty}; the network has {layers} layers with weights, "
                    + $"the output layer included. Give one for all, or {layers}.");
            }
        }
    }

    /// <summary>Σ λ₂/2 Σw² + λ₁ Σ|w| over the weights of each layer, biases left out; 1 × 1.</summary>
    public static Expression Penalty(Network network, TrainOptions options)
    {
        Expression penalty = 0;
        var layers = WeightsByLayer(network);
        for (var i = 0; i < layers.Count; i++)
        {
            foreach (var w in layers[i])
            {
                if (options.L2[i] > 0)
                    penalty += options.L2[i] / 2 * Sum(Square(w));
                if (options.L1[i] > 0)
                    penalty += options.L1[i] * Sum(Abs(w));
            }
        }

        return penalty;
    }

    // The names of a layer's parameters begin with its own.
    private static List<List<Expression>> WeightsByLayer(Network network) =>
        [.. network.Parameters.Where(parameter => parameter.IsWeight).GroupBy(parameter => parameter.Name.Split('.')[0], parameter => parameter.Expression)
            .Select(layer => layer.ToList())];

    /// <summary>The gradient cut to [−c, c], then, if a bound of the norm is given, scaled to it: g · c / max(‖g‖, c).</summary>
    /// <param name="g">All gradients together if the norm is bounded.</param>
    /// <param name="options">The bounds.</param>
    public static Expression Clip(Expression g, TrainOptions options)
    {
        if (options.ClipValue is { } most)
            g = Min(Max(g, -most), most);
        if (options.ClipNorm is { } bound)
            g *= bound / Max(Sqrt(Sum(Square(g))), bound);
        return g;
    }

    /// <summary>The placements that shrink the weights into each unit to ‖w‖ ≤ c: W ← W ⊙ min(1, c / ‖W‖), norms of columns. Rows of
    /// W that are looked up are matrices of their own and count with the rest of their layer's.</summary>
    public static IEnumerable<Placement> MaxNorm(Network network, ParameterBuffer weights, double bound)
    {
        foreach (var matrices in network.Parameters.Where(parameter => parameter.IsWeight).GroupBy(parameter => parameter.FanIn is null
            ? parameter.Name : parameter.Name[..parameter.Name.LastIndexOf('.')], parameter => parameter.Expression, StringComparer.Ordinal))
        {
            var squares = matrices.Select(w => Sum(Square(w), Axis.Rows)).Aggregate((a, b) => a + b);
            foreach (var w in matrices)
            {
                yield return weights.Place(w, w);
                yield return weights.Place(w * (bound / Max(Sqrt(squares), bound)), w);
            }
        }
    }
}
