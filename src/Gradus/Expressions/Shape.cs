namespace Gradus;

/// <summary>The shape of a row-major matrix. A scalar is 1 × 1; a pattern is a row.</summary>
/// <param name="Rows">Number of rows; often <see cref="Dimension.Batch"/>.</param>
/// <param name="Columns">Number of columns.</param>
public readonly record struct Shape(Dimension Rows, Dimension Columns)
{
    /// <summary>1 × 1.</summary>
    public static Shape Scalar { get; } = new(1, 1);

    /// <summary>Whether this is 1 × 1.</summary>
    public bool IsScalar => this == Scalar;

    /// <summary>Rows and columns exchanged.</summary>
    public Shape Transposed => new(Columns, Rows);

    /// <summary>The shape of an elementwise operation on two matrices: equal sides, or one of the two is 1.</summary>
    /// <returns>The common shape, or null if the shapes do not fit.</returns>
    public static Shape? Broadcast(Shape a, Shape b) =>
        Side(a.Rows, b.Rows) is { } rows && Side(a.Columns, b.Columns) is { } columns ? new Shape(rows, columns) : null;

    private static Dimension? Side(Dimension a, Dimension b) =>
        a == b || b == Dimension.One ? a : a == Dimension.One ? b : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Rows} × {Columns}";
}
