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

    /// <summary>The gradient cut to [−c, c].</summary>
    public static Expression Clip(Expression g, TrainOptions options) => options.ClipValue is { } most ? Min(Max(g, -most), most) : g;

    /// <summary>What all gradients are multiplied by so that their norm together is at most c: c / max(‖g‖, c), 1 × 1.</summary>
    /// <param name="squares">‖g‖² of each gradient.</param>
    /// <param name="bound">c.</param>
    public static Expression Scale(IEnumerable<Expression> squares, double bound) =>
        bound / Max(Sqrt(squares.Aggregate((a, b) => a + b)), bound);

    /// <summary>The placements that shrink the weights into each unit to ‖w‖ ≤ c: W ← W ⊙ min(1, c / ‖W‖), norms of columns. Rows of
    /// W that are looked up are matrices of their own and count with the rest of their layer's.</summary>
    public static IEnumerable<Placement> MaxNorm(Network network, ParameterBuffer weights, TrainOptions options, double bound)
    {
        foreach (var matrices in network.Parameters.Where(parameter => parameter.IsWeight && !Freezing.Holds(parameter, options)).GroupBy(parameter => parameter.FanIn is null
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
