using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gradus.Kernels;

/// <summary>Elementwise operations compiled into one loop: each element is loaded once, goes through all of them in registers of the
/// machine, and is stored once. No product is contracted with a sum, so the results are those of one kernel after the other, to the
/// bit. One of the values may be summed up on the way. Written with <see cref="FormulaCode"/>.</summary>
/// <remarks>Vectors of a formula are equal or do not overlap. A sum is taken as by <see cref="Reductions"/>: at most
/// <see cref="Reductions.Block"/> terms in each lane in float, the rest in double.</remarks>
internal sealed unsafe class Formula
{
    /// <summary>Vectors, and numbers, at most.</summary>
    public const int MostOperands = 16;

    private readonly FormulaLoop loop;
    private readonly int width;
    private readonly bool[] isWritten;
    private readonly int numberCount;
    private readonly bool isSummed;

    /// <param name="loop">Runs the operations on whole registers.</param>
    /// <param name="width">Floats of a register.</param>
    /// <param name="isWritten">Whether the formula writes each of the vectors.</param>
    /// <param name="numberCount">How many numbers there are.</param>
    /// <param name="isSummed">Whether a value is summed.</param>
    public Formula(FormulaLoop loop, int width, bool[] isWritten, int numberCount, bool isSummed) =>
        (this.loop, this.width, this.isWritten, this.numberCount, this.isSummed) = (loop, width, isWritten, numberCount, isSummed);

    /// <summary>Whether this process can compile formulas: not where all code was compiled ahead of time.</summary>
    [FeatureGuard(typeof(RequiresDynamicCodeAttribute))]
    public static bool IsSupported => RuntimeFeature.IsDynamicCodeSupported;

    /// <summary>Address of a vector for <see cref="Run(ReadOnlySpan{nint}, ReadOnlySpan{float}, int)"/>: a part of an <see cref="AlignedBuffer"/>, which never moves.</summary>
    public static nint AddressOf(Span<float> vector) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(vector));

    /// <summary>Runs every operation on the first <paramref name="count"/> elements of the vectors.</summary>
    /// <param name="vectors">Their addresses.</param>
    /// <param name="numbers">The numbers.</param>
    /// <param name="count">Elements.</param>
    /// <returns>The sum of the value that is summed, 0 if there is none.</returns>
    public double Run(ReadOnlySpan<nint> vectors, ReadOnlySpan<float> numbers, int count)
    {
        Check.Length(vectors, isWritten.Length, nameof(vectors));
        Check.Length(numbers, numberCount, nameof(numbers));
        fixed (nint* v = vectors)
        {
            fixed (float* n = numbers)
                return RunRow((float**)v, n, count);
        }
    }

    /// <summary>Runs every operation on a rectangle.</summary>
    /// <param name="vectors">Addresses of its first elements.</param>
    /// <param name="strides">Floats of each from row to row; 0 for a row that all rows share, which must not be written.</param>
    /// <param name="numbers">The numbers.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <returns>The sum of the value that is summed, 0 if there is none.</returns>
    public double Run(ReadOnlySpan<nint> vectors, ReadOnlySpan<int> strides, ReadOnlySpan<float> numbers, int rows, int columns)
    {
        Check.Length(vectors, isWritten.Length, nameof(vectors));
        Check.Length(strides, isWritten.Length, nameof(strides));
        Check.Length(numbers, numberCount, nameof(numbers));
        var v = stackalloc float*[isWritten.Length];
        var steps = stackalloc nint[isWritten.Length];
        for (var i = 0; i < isWritten.Length; i++)
        {
            v[i] = (float*)vectors[i];
            steps[i] = strides[i] * sizeof(float);
        }

        // Several rows at a time, if they consist of whole registers and a sum stays short enough.
        var block = columns % width != 0 ? 1 : isSummed ? Reductions.Block * width / columns : rows;
        var sums = stackalloc float[width];
        var total = 0.0;
        fixed (float* n = numbers)
        {
            for (var row = 0; row < rows; row += block)
            {
                if (block <= 1)
                {
                    block = 1;
                    total += RunRow(v, n, columns);
                }
                else
                {
                    loop(v, n, 0, columns * sizeof(float), steps, Math.Min(block, rows - row), sums);
                    total += Sum(sums, width);
                }

                for (var i = 0; i < isWritten.Length; i++)
                    v[i] += (nint)strides[i] * block;
            }
        }

        return total;
    }

    private double RunRow(float** vectors, float* numbers, int count)
    {
        var whole = count - (count % width);
        var stretch = isSummed ? Reductions.Block * width : whole;
        var sums = stackalloc float[width];
        var total = 0.0;
        for (var from = 0; from < whole; from += stretch)
        {
            loop(vectors, numbers, from * sizeof(float), Math.Min(whole, from + stretch) * sizeof(float), null, 1, sums);
            total += Sum(sums, width);
        }

        if (whole < count)
        {
            RunPart(vectors, numbers, whole, count - whole, sums);
            total += Sum(sums, count - whole);
        }

        return total;
    }

    private double Sum(float* sums, int lanes)
    {
        var total = 0.0;
        for (var lane = 0; isSummed && lane < lanes; lane++)
            total += sums[lane];
        return total;
    }

    // The last, partial register goes through the same loop, on copies.
    private void RunPart(float** vectors, float* numbers, int start, int count, float* sums)
    {
        var copies = stackalloc float[isWritten.Length * width];
        var parts = stackalloc float*[isWritten.Length];
        for (var i = 0; i < isWritten.Length; i++)
        {
            parts[i] = copies + (i * width);
            for (var j = 0; j < count; j++)
                parts[i][j] = vectors[i][start + j];
        }

        loop(parts, numbers, 0, width * sizeof(float), null, 1, sums);
        for (var i = 0; i < isWritten.Length; i++)
        {
            for (var j = 0; isWritten[i] && j < count; j++)
                vectors[i][start + j] = parts[i][j];
        }
    }
}

/// <summary>Runs a formula on whole registers: the bytes from <paramref name="from"/> to before <paramref name="to"/> of each vector, in so
/// many rows, of which the next is <paramref name="steps"/> bytes on in each vector; they are read only if there is one. The lanes of what
/// is summed are written to <paramref name="sums"/>.</summary>
internal unsafe delegate void FormulaLoop(float** vectors, float* numbers, nint from, nint to, nint* steps, nint rows, float* sums);
