using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gradus.Kernels;

/// <summary>Weighted sums of neighbours, along the rows or the columns of a matrix.</summary>
internal static unsafe class Convolution
{
    /// <summary>Columns are worked off in blocks of so many: a row of the destination is written up to the next multiple.</summary>
    public const int Block = 16;

    /// <summary>destination[r, c] = Σ_k taps[k] · source[r · stride + c + k · step]; rows of the destination are
    /// <paramref name="stride"/> apart as well.</summary>
    /// <param name="source">Long enough for every sum.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="taps">Weights.</param>
    /// <param name="step">1 along rows, <paramref name="stride"/> along columns.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">A multiple of <see cref="Block"/>.</param>
    /// <param name="destination">Not the source.</param>
    public static void Run(
        ReadOnlySpan<float> source, int stride, ReadOnlySpan<float> taps, int step, int rows, int columns, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns % Block, 0, nameof(columns));
        var last = (((long)rows - 1) * stride) + columns;
        Check.Length(source, last + ((taps.Length - 1L) * step), nameof(source));
        Check.Length<float>(destination, last, nameof(destination));
        fixed (float* from = source, weights = taps, to = destination)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                Run<Floats512>(from, stride, weights, taps.Length, step, rows, columns, to);
            else if (Vector256.IsHardwareAccelerated && Avx2.IsSupported)
                Run<Floats256>(from, stride, weights, taps.Length, step, rows, columns, to);
            else
                Run<Floats128>(from, stride, weights, taps.Length, step, rows, columns, to);
        }
    }

    // Two rows at a time: sums that do not wait for each other.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Run<T>(float* source, int stride, float* taps, int count, int step, int rows, int columns, float* destination)
        where T : struct, IFloats<T>
    {
        for (var r = 0; r < rows; r += 2)
        {
            var below = r + 1 < rows ? stride : 0;   // the last row of an odd number is summed twice
            for (var c = 0; c < columns; c += T.Width)
            {
                var at = source + ((nint)r * stride) + c;
                var (upper, lower) = (T.Create(0), T.Create(0));
                for (var k = 0; k < count; k++, at += step)
                {
                    var tap = T.Create(taps[k]);
                    upper = T.MultiplyAdd(tap, T.Load(at), upper);
                    lower = T.MultiplyAdd(tap, T.Load(at + below), lower);
                }

                var to = destination + ((nint)r * stride) + c;
                T.Store(upper, to);
                T.Store(lower, to + below);
            }
        }
    }
}
