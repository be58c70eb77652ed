namespace Gradus;

internal delegate void UnaryKernel(ReadOnlySpan<float> x, Span<float> y);

internal delegate void BinaryKernel(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y);

internal delegate void VectorScalarKernel(ReadOnlySpan<float> a, float b, Span<float> y);

internal delegate void ScalarVectorKernel(float a, ReadOnlySpan<float> b, Span<float> y);

internal delegate void TernaryKernel(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, Span<float> y);

/// <summary>Fills elements <paramref name="first"/>, <paramref name="first"/> + 1, … of a matrix of random numbers; each
/// depends on its index alone, so any cut gives the same matrix.</summary>
internal delegate void RandomKernel(Kernels.RandomKey key, long first, OpArguments arguments, Span<float> y);

/// <summary>How a program computes an op: one of a closed list, from which the compiler chooses the instruction.</summary>
internal abstract record Lowering
{
    /// <summary>The operation of which a <see cref="Kernels.Formula"/> is made; null for those that have only a kernel.</summary>
    public Kernels.FormulaOperation? Formula => this switch
    {
        Unary unary => unary.Operation,
        Binary binary => binary.Operation,
        Ternary ternary => ternary.Operation,
        _ => null,
    };

    /// <summary>A value that is there before the program runs: input, parameter, constant.</summary>
    public sealed record Leaf : Lowering;

    /// <summary>y_ij = f(x_ij).</summary>
    public sealed record Unary(Func<OpArguments, UnaryKernel> Kernel, Kernels.FormulaOperation? Operation = null) : Lowering;

    /// <summary>y_ij = f(a_ij, b_ij); the forms with a scalar on one side save expanding it where they exist.</summary>
    public sealed record Binary(BinaryKernel Kernel, VectorScalarKernel? VectorScalar = null,
        ScalarVectorKernel? ScalarVector = null, Kernels.FormulaOperation? Operation = null) : Lowering;

    /// <summary>y_ij = f(a_ij, b_ij, c_ij).</summary>
    public sealed record Ternary(TernaryKernel Kernel, Kernels.FormulaOperation? Operation = null) : Lowering;

    /// <summary>y_ij drawn by index.</summary>
    public sealed record Random(RandomKernel Kernel) : Lowering;

    /// <summary>The input repeated to the result's shape.</summary>
    public sealed record Broadcast : Lowering;

    /// <summary>The number of rows or columns of the input, a constant once the batch size is known.</summary>
    public sealed record Extent : Lowering;

    /// <summary>Matrix product.</summary>
    public sealed record Product : Lowering;

    /// <summary>A sum or a maximum along an axis.</summary>
    public sealed record Reduction(bool IsMaximum) : Lowering;

    /// <summary>Each row of the result depends on the same row of the input alone.</summary>
    public sealed record RowWise(RowKernel Kernel) : Lowering;

    /// <summary>The input's own memory under another shape.</summary>
    public sealed record View : Lowering;

    /// <summary>Movement of elements: transpose, columns joined or cut, rows gathered or scattered.</summary>
    public sealed record Movement(MovementKind Kind) : Lowering;
}

/// <summary>Computes rows of y (rows × columns of y) from rows of x (rows × columns).</summary>
internal delegate void RowKernel(ReadOnlySpan<float> x, int rows, int columns, Span<float> y);

internal enum MovementKind
{
    Transpose,
    ConcatenateColumns,
    SliceColumns,
    GatherRows,
    ScatterAddRows,
}
