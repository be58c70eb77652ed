using System.Globalization;

namespace Gradus;

/// <summary>One side of a matrix: a fixed number, or the batch size, which is known only when a program is compiled.
/// </summary>
public readonly record struct Dimension
{
    private readonly int size;   // ≥ 0: fixed; −1: the batch size

    private Dimension(int size) => this.size = size;

    /// <summary>The number of rows of a batch; every expression of a program shares it.</summary>
    public static Dimension Batch { get; } = new(-1);

    /// <summary>The dimension 1, which broadcasts against every other.</summary>
    public static Dimension One { get; } = new(1);

    /// <summary>Whether this is the batch size.</summary>
    public bool IsBatch => size < 0;

    /// <summary>A fixed dimension.</summary>
    /// <param name="size">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative.</exception>
    public static Dimension Fixed(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return new Dimension(size);
    }

    /// <summary>A fixed dimension of <paramref name="size"/>.</summary>
    public static implicit operator Dimension(int size) => Fixed(size);

    /// <summary>The number that this dimension stands for when a batch has <paramref name="batch"/> rows.</summary>
    public int Resolve(int batch) => IsBatch ? batch : size;

    /// <summary>The number itself.</summary>
    /// <exception cref="InvalidOperationException">This is the batch size.</exception>
    public int Size => IsBatch ? throw new InvalidOperationException(
        "The batch size is known only to a compiled program; a fixed dimension is needed here.") : size;

    /// <inheritdoc/>
    public override string ToString() => IsBatch ? "batch" : size.ToString(CultureInfo.InvariantCulture);
}
