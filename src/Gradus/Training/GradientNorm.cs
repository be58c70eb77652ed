using static Gradus.Functions;

namespace Gradus;

/// <summary>Clipping by norm for a step that is part of the gradients' epilogues: the norm of all gradients is needed before the first
/// is used, and a gradient of weights is never written. Its norm is found without it.</summary>
/// <remarks>
/// The gradient of a layer's weights is XᵀG + λW, (inputs × outputs), from X (batch × inputs) and G (batch × outputs):
/// ‖XᵀG + λW‖² = ‖XᵀG‖² + 2λ Σ G ⊙ XW + λ²‖W‖². ‖XᵀG‖² comes from products of rows (see <see cref="ProductSquares"/>), XW from the
/// forward pass. Where the batch is large beside the sides, or the gradient has another form (lookups, biases, L1, clipping by
/// value), it is computed, written, and read again.
/// </remarks>
internal static class GradientNorm
{
    // For each weight, in the products of rows, which take rows²(inputs + outputs). Some 0.3 ns: beyond, writing and reading is faster.
    private const double MostOperations = 64;

    /// <summary>Gradients times min(1, c / ‖all of them‖).</summary>
    /// <param name="gradients">Of all trained parameters.</param>
    /// <param name="bound">c, above 0.</param>
    /// <param name="batch">Rows.</param>
    public static Expression[] Clip(IReadOnlyList<Expression> gradients, double bound, int batch)
    {
        var scale = Regularization.Scale(gradients.Select(g => SquaresOf(g, batch)), bound);
        return [.. gradients.Select(g => scale * g)];
    }

    /// <summary>‖g‖², 1 × 1, without g where it has the form and the size for it.</summary>
    internal static Expression SquaresOf(Expression gradient, int batch)
    {
        var (product, lambda, w) = (gradient, 0.0, (Expression?)null);
        if (gradient.Op == Ops.Add)
        {
            // XᵀG + λW or λW + XᵀG
            var first = gradient.InputArray[0].Op == Ops.Dot ? 0 : 1;
            product = gradient.InputArray[first];
            var penalty = gradient.InputArray[1 - first];
            if (penalty.Op == Ops.Multiply && penalty.InputArray[0].Op == Ops.Constant && penalty.InputArray[1].Op == Ops.Parameter)
                (lambda, w) = (penalty.InputArray[0].Arguments.Value, penalty.InputArray[1]);
            else
                return Sum(SumOfSquares(gradient));
        }

        if (product.Op != Ops.Dot || !product.Arguments.TransposeLeft || product.Arguments.TransposeRight)
            return Sum(SumOfSquares(gradient));
        var (x, g) = (product.InputArray[0], product.InputArray[1]);
        var (rows, inputs, outputs) = ((double)x.Shape.Rows.Resolve(batch), (double)x.Shape.Columns.Size, (double)g.Shape.Columns.Size);
        if (rows * rows * (inputs + outputs) > MostOperations * inputs * outputs)
            return Sum(SumOfSquares(gradient));
        var squares = ProductSquares(x, g);
        return w is null ? squares : squares + (2 * lambda * Sum(g * x.Dot(w))) + (lambda * lambda * Sum(SumOfSquares(w)));
    }
}
