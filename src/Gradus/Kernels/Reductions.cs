using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gradus.Kernels;

/// <summary>Sums and maxima over a row-major matrix (rows × columns), or a rectangle of it.</summary>
/// <remarks>
/// Sums are taken in float over blocks of at most <see cref="Block"/> terms in each lane, blocks are added in double:
/// |sum − exact| ≤ (Block + 20)·2⁻²⁴·Σ|x|, however many terms there are. The order depends on the shape alone. The
/// rectangle of the destination is the projection of the source's: cut columns into regions, and each part writes its own.
/// </remarks>
internal static unsafe partial class Reductions
{
    /// <summary>Most terms that are added in float before double takes over.</summary>
    public const int Block = 64;

    /// <summary>Sum of all elements.</summary>
    public static double Sum(ReadOnlySpan<float> source)
    {
        fixed (float* from = source)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                return Sum<Floats512>(from, source.Length);
            return Vector256.IsHardwareAccelerated && Avx2.IsSupported
                ? Sum<Floats256>(from, source.Length)
                : Sum<Floats128>(from, source.Length);
        }
    }

    /// <summary>destination_i = Σ_j x_ij for the rows i and over the columns j of <paramref name="region"/>.</summary>
    public static void RowSums(ReadOnlySpan<float> source, int columns, Region region, Span<float> destination)
    {
        CheckRegion(source, columns, region);
        Check.Length<float>(destination, region.Row + region.Rows, nameof(destination));
        fixed (float* from = source, to = destination)
        {
            var first = from + region.Row * (nint)columns + region.Column;
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                RowSums<Floats512>(first, columns, region.Rows, region.Columns, to + region.Row);
            else if (Vector256.IsHardwareAccelerated && Avx2.IsSupported)
                RowSums<Floats256>(first, columns, region.Rows, region.Columns, to + region.Row);
            else
                RowSums<Floats128>(first, columns, region.Rows, region.Columns, to + region.Row);
        }
    }

    /// <summary>destination_j = Σ_i x_ij over the rows i and for the columns j of <paramref name="region"/>.</summary>
    public static void ColumnSums(ReadOnlySpan<float> source, int columns, Region region, Span<float> destination)
    {
        CheckRegion(source, columns, region);
        Check.Length<float>(destination, region.Column + region.Columns, nameof(destination));
        fixed (float* from = source, to = destination)
        {
            var first = from + region.Row * (nint)columns + region.Column;
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                ColumnSums<Floats512>(first, columns, region.Rows, region.Columns, to + region.Column);
            else if (Vector256.IsHardwareAccelerated && Avx2.IsSupported)
                ColumnSums<Floats256>(first, columns, region.Rows, region.Columns, to + region.Column);
            else
                ColumnSums<Floats128>(first, columns, region.Rows, region.Columns, to + region.Column);
        }
    }

    private static void CheckRegion(ReadOnlySpan<float> source, int columns, Region region)
    {
        Check.Range(region.Column, region.Columns, columns, nameof(region));
        Check.Range(region.Row, region.Rows, int.MaxValue, nameof(region));
        Check.Length(source, ((long)region.Row + region.Rows) * columns, nameof(source));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Sum<T>(float* x, nint n)
        where T : struct, IFloats<T>
    {
        double total = 0;
        nint i = 0;
        while (i <= n - 4 * T.Width)
        {
            // Four independent sums: an addition takes as long as four loads.
            T s0 = default, s1 = default, s2 = default, s3 = default;
            var end = nint.Min(n - 4 * T.Width, i + (Block - 1) * 4 * T.Width);
            for (; i <= end; i += 4 * T.Width)
            {
                s0 += T.Load(x + i);
                s1 += T.Load(x + i + T.Width);
                s2 += T.Load(x + i + 2 * T.Width);
                s3 += T.Load(x + i + 3 * T.Width);
            }

            total += T.SumWide((s0 + s1) + (s2 + s3));
        }

        var rest = default(T);
        for (; i < n; i += T.Width)
            rest += T.LoadPart(x + i, (int)nint.Min(n - i, T.Width), default);
        return total + T.SumWide(rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void RowSums<T>(float* x, nint stride, int rows, int columns, float* sums)
        where T : struct, IFloats<T>
    {
        for (var row = 0; row < rows; row++, x += stride)
        {
            if (columns <= T.Width)
                sums[row] = T.Sum(T.LoadPart(x, columns, default));
            else
                sums[row] = (float)Sum<T>(x, columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ColumnSums<T>(float* x, nint stride, int rows, int columns, float* sums)
        where T : struct, IFloats<T>
    {
        const int most = 64;
        var totals = stackalloc double[most];
        var partial = stackalloc float[most];
        var j = 0;
        for (; j <= columns - 4 * T.Width; j += 4 * T.Width)
        {
            for (var row = 0; row == 0 || row < rows; row += Block)
            {
                T s0 = default, s1 = default, s2 = default, s3 = default;
                var end = x + int.Min(rows, row + Block) * stride + j;
                for (var from = x + row * stride + j; from < end; from += stride)
                {
                    s0 += T.Load(from);
                    s1 += T.Load(from + T.Width);
                    s2 += T.Load(from + 2 * T.Width);
                    s3 += T.Load(from + 3 * T.Width);
                }

                var to = rows <= Block ? sums + j : partial;
                T.Store(s0, to);
                T.Store(s1, to + T.Width);
                T.Store(s2, to + 2 * T.Width);
                T.Store(s3, to + 3 * T.Width);
                Collect(rows, row, 4 * T.Width, partial, totals, sums + j);
            }
        }

        for (; j < columns; j += T.Width)
        {
            var count = int.Min(T.Width, columns - j);
            for (var row = 0; row == 0 || row < rows; row += Block)
            {
                var sum = default(T);
                var end = x + int.Min(rows, row + Block) * stride + j;
                for (var from = x + row * stride + j; from < end; from += stride)
                    sum += T.LoadPart(from, count, default);
                T.StorePart(sum, rows <= Block ? sums + j : partial, count);
                Collect(rows, row, count, partial, totals, sums + j);
            }
        }
    }

    // Adds a block's sums to the totals, and writes the totals after the last block.
    private static void Collect(int rows, int row, int count, float* partial, double* totals, float* sums)
    {
        if (rows <= Block)
            return;
        for (var i = 0; i < count; i++)
        {
            totals[i] = (row == 0 ? 0 : totals[i]) + partial[i];
            if (row + Block >= rows)
                sums[i] = (float)totals[i];
        }
    }
}
