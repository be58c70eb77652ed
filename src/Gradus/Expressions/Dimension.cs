using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gradus;

/// <summary>One side of a matrix: a fixed number, or the batch size, which is known only when a program is compiled, or a
/// multiple of it.</summary>
public readonly record struct Dimension
{
    private readonly int size;   // ≥ 0: fixed; −k: k times the batch size

    private Dimension(int size) => this.size = size;

    /// <summary>The number of rows of a batch; every expression of a program shares it.</summary>
    public static Dimension Batch { get; } = new(-1);

    /// <summary>The dimension 1, which broadcasts against every other.</summary>
    public static Dimension One { get; } = new(1);

    /// <summary>Whether this is the batch size or a multiple of it.</summary>
    public bool IsBatch => size < 0;

    /// <summary>k of a side that is k times the batch size; the number itself of a fixed one.</summary>
    public int Factor => Math.Abs(size);

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

    /// <summary>A side <paramref name="count"/> times as long.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "Times is the named form.")]
    public static Dimension operator *(int count, Dimension side) => side.Times(count);

    /// <summary>A side <paramref name="count"/> times as long.</summary>
    /// <param name="count">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public Dimension Times(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new Dimension(checked(size * count));
    }

    /// <summary>The number that this dimension stands for when a batch has <paramref name="batch"/> rows.</summary>
    public int Resolve(int batch) => IsBatch ? checked(-size * batch) : size;

    /// <summary>The number itself.</summary>
    /// <exception cref="InvalidOperationException">This is the batch size or a multiple of it.</exception>
    public int Size => IsBatch ? throw new InvalidOperationException(
        "The batch size is known only to a compiled program; a fixed dimension is needed here.") : size;

    /// <inheritdoc/>
    public override string ToString() => size == -1 ? "batch" : IsBatch ? string.Create(CultureInfo.InvariantCulture, $"{-size}·batch")
        : size.ToString(CultureInfo.InvariantCulture);
}
