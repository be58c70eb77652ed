using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gradus.Kernels;

/// <summary>Elementwise operations compiled into one loop: each element is loaded once, goes through all of them in registers of the
/// machine, and is stored once. No product is contracted with a sum, so the results are those of one kernel after the other, to the
/// bit. Written with <see cref="FormulaCode"/>.</summary>
/// <remarks>Vectors of a formula are equal or do not overlap.</remarks>
internal sealed unsafe class Formula
{
    /// <summary>Vectors, and numbers, at most.</summary>
    public const int MostOperands = 16;

    private readonly FormulaLoop loop;
    private readonly int width;
    private readonly bool[] isWritten;
    private readonly int numberCount;

    /// <param name="loop">Runs the operations on whole registers.</param>
    /// <param name="width">Floats of a register.</param>
    /// <param name="isWritten">Whether the formula writes each of the vectors.</param>
    /// <param name="numberCount">How many numbers there are.</param>
    public Formula(FormulaLoop loop, int width, bool[] isWritten, int numberCount) =>
        (this.loop, this.width, this.isWritten, this.numberCount) = (loop, width, isWritten, numberCount);

    /// <summary>Whether this process can compile formulas: not where all code was compiled ahead of time.</summary>
    [FeatureGuard(typeof(RequiresDynamicCodeAttribute))]
    public static bool IsSupported => RuntimeFeature.IsDynamicCodeSupported;

    /// <summary>Address of a vector for <see cref="Run"/>: a part of an <see cref="AlignedBuffer"/>, which never moves.</summary>
    public static nint AddressOf(Span<float> vector) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(vector));

    /// <summary>Runs every operation on the first <paramref name="count"/> elements of the vectors.</summary>
    /// <param name="vectors">Their addresses.</param>
    /// <param name="numbers">The numbers.</param>
    /// <param name="count">Elements.</param>
    public void Run(ReadOnlySpan<nint> vectors, ReadOnlySpan<float> numbers, int count)
    {
        Check.Length(vectors, isWritten.Length, nameof(vectors));
        Check.Length(numbers, numberCount, nameof(numbers));
        var whole = count - (count % width);
        fixed (nint* v = vectors)
        {
            fixed (float* n = numbers)
            {
                if (whole > 0)
                    loop((float**)v, n, whole * sizeof(float));
                if (whole < count)
                    RunPart((float**)v, n, whole, count - whole);
            }
        }
    }

    // The last, partial register goes through the same loop, on copies.
    private void RunPart(float** vectors, float* numbers, int start, int count)
    {
        var copies = stackalloc float[isWritten.Length * width];
        var parts = stackalloc float*[isWritten.Length];
        for (var i = 0; i < isWritten.Length; i++)
        {
            parts[i] = copies + (i * width);
            for (var j = 0; j < count; j++)
                parts[i][j] = vectors[i][start + j];
        }

        loop(parts, numbers, width * sizeof(float));
        for (var i = 0; i < isWritten.Length; i++)
        {
            for (var j = 0; isWritten[i] && j < count; j++)
                vectors[i][start + j] = parts[i][j];
        }
    }
}

/// <summary>Runs a formula on whole registers of <paramref name="bytes"/> bytes of each vector.</summary>
internal unsafe delegate void FormulaLoop(float** vectors, float* numbers, nint bytes);
