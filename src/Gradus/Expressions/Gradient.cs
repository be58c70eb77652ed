namespace Gradus;

/// <summary>Reverse-mode differentiation: the gradient of an expression is another expression.</summary>
public static class Gradient
{
    /// <summary>∂loss/∂p for each parameter p: the chain rule applied from the loss back, contributions of all paths
    /// added.</summary>
    /// <param name="loss">A 1 × 1 expression.</param>
    /// <param name="parameters">Any expressions: parameters, inputs, or intermediate results.</param>
    /// <returns>One expression for each parameter, of the parameter's shape; zeros where the loss does not depend on it.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="loss"/> is not 1 × 1.</exception>
    /// <remarks>Rumelhart, Hinton and Williams 1986; reverse accumulation as in Griewank and Walther 2008, ch. 3. The result
    /// consists of the same ops, so gradients of gradients work.</remarks>
    public static IReadOnlyList<Expression> Of(Expression loss, params ReadOnlySpan<Expression> parameters)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (!loss.Shape.IsScalar)
            throw new ArgumentException($"A gradient is of a 1 × 1 expression; this one is {loss.Shape}. Sum it first, or take its Jacobian.", nameof(loss));

        var order = Graph.Order([loss]);
        var reaches = NodesThatReach(order, parameters);
        var upstream = new Dictionary<Expression, Expression>(ReferenceEqualityComparer.Instance) { [loss] = 1 };
        for (var i = order.Count - 1; i >= 0; i--)
        {
            var node = order[i];
            if (!upstream.TryGetValue(node, out var g) || !Array.Exists(node.InputArray, reaches.Contains))
                continue;
            var contributions = node.Op.Derivative(node, g);
            for (var j = 0; j < contributions.Length; j++)
            {
                var input = node.InputArray[j];
                if (contributions[j] is not { } contribution || !reaches.Contains(input))
                    continue;
                contribution = SumTo(BroadcastTo(contribution, node.Op, node.Shape), input.Shape);
                upstream[input] = upstream.TryGetValue(input, out var sum) ? sum + contribution : contribution;
            }
        }

        var gradients = new Expression[parameters.Length];
        for (var i = 0; i < gradients.Length; i++)
        {
            gradients[i] = Functions.BroadcastTo(
                upstream.TryGetValue(parameters[i], out var g) ? g : 0, parameters[i].Shape);
        }

        return gradients;
    }

    /// <summary>The adjoint of broadcasting: sums the sides that were repeated.</summary>
    internal static Expression SumTo(Expression g, Shape shape)
    {
        if (g.Shape == shape)
            return g;
        if (shape.IsScalar)
            return Functions.Sum(g);
        if (shape.Rows == Dimension.One && g.Shape.Rows != Dimension.One)
            g = Functions.Sum(g, Axis.Rows);
        if (shape.Columns == Dimension.One && g.Shape.Columns != Dimension.One)
            g = Functions.Sum(g, Axis.Columns);
        return g;
    }

    // A simplified elementwise rule may give a smaller matrix that stands for its repetition.
    private static Expression BroadcastTo(Expression contribution, Op op, Shape result) =>
        op.Lowering is Lowering.Unary or Lowering.Binary or Lowering.Ternary
            ? Functions.BroadcastTo(contribution, result) : contribution;

    private static HashSet<Expression> NodesThatReach(List<Expression> order, ReadOnlySpan<Expression> parameters)
    {
        var reaches = new HashSet<Expression>(ReferenceEqualityComparer.Instance);
        foreach (var parameter in parameters)
            reaches.Add(parameter);
        foreach (var node in order)
        {
            if (Array.Exists(node.InputArray, reaches.Contains))
                reaches.Add(node);
        }

        return reaches;
    }
}
