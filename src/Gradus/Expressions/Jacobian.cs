namespace Gradus;

/// <summary>Jacobians of vector-valued expressions.</summary>
public static class Jacobian
{
    /// <summary>J_ij = ∂y_i/∂x_j.</summary>
    /// <param name="y">A vector of fixed length m: 1 × m or m × 1.</param>
    /// <param name="variables">Vectors or scalars of fixed length; their elements follow each other as columns.</param>
    /// <returns>An expression of shape m × (total length of the variables).</returns>
    /// <exception cref="ArgumentException">An argument is not a vector of fixed length.</exception>
    public static Expression Of(Expression y, params ReadOnlySpan<Expression> variables)
    {
        ArgumentNullException.ThrowIfNull(y);
        if (variables.IsEmpty)
            throw new ArgumentException("At least one variable is needed.", nameof(variables));
        foreach (var v in variables)
            RequireVector(v);
        RequireVector(y);

        var row = y.Shape.Rows == Dimension.One ? y : Functions.Transpose(y);
        var columns = new Expression[row.Shape.Columns.Size];   // Jᵀ: column i is ∇yᵢ
        var blocks = new Expression[variables.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            var gradients = Gradient.Of(row.Column(i), variables);
            for (var j = 0; j < blocks.Length; j++)
                blocks[j] = gradients[j].Shape.Rows == Dimension.One ? gradients[j] : Functions.Transpose(gradients[j]);
            columns[i] = Functions.Transpose(Functions.ConcatenateColumns(blocks));
        }

        return Functions.Transpose(Functions.ConcatenateColumns(columns));
    }

    private static void RequireVector(Expression x)
    {
        var (rows, columns) = x.Shape;
        if (rows.IsBatch || columns.IsBatch || (rows != Dimension.One && columns != Dimension.One))
            throw new ArgumentException($"A Jacobian is of vectors of fixed length; this expression is {x.Shape}.");
    }
}
