using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gradus.Kernels;

// Maxima: NaN if there is one, −∞ of nothing.
internal static unsafe partial class Reductions
{
    /// <summary>Largest element.</summary>
    public static float Max(ReadOnlySpan<float> source)
    {
        Span<float> result = [0f];
        RowMax(source, source.Length, new Region(0, 1, 0, source.Length), result);
        return result[0];
    }

    /// <summary>destination_i = max_j x_ij for the rows i and over the columns j of <paramref name="region"/>.</summary>
    public static void RowMax(ReadOnlySpan<float> source, int columns, Region region, Span<float> destination)
    {
        CheckRegion(source, columns, region);
        Check.Length<float>(destination, region.Row + region.Rows, nameof(destination));
        fixed (float* from = source, to = destination)
        {
            var first = from + region.Row * (nint)columns + region.Column;
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                RowMax<Floats512>(first, columns, region.Rows, region.Columns, to + region.Row);
            else if (Vector256.IsHardwareAccelerated && Avx2.IsSupported)
                RowMax<Floats256>(first, columns, region.Rows, region.Columns, to + region.Row);
            else
                RowMax<Floats128>(first, columns, region.Rows, region.Columns, to + region.Row);
        }
    }

    /// <summary>destination_j = max_i x_ij over the rows i and for the columns j of <paramref name="region"/>.</summary>
    public static void ColumnMax(ReadOnlySpan<float> source, int columns, Region region, Span<float> destination)
    {
        CheckRegion(source, columns, region);
        Check.Length<float>(destination, region.Column + region.Columns, nameof(destination));
        fixed (float* from = source, to = destination)
        {
            var first = from + region.Row * (nint)columns + region.Column;
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                ColumnMax<Floats512>(first, columns, region.Rows, region.Columns, to + region.Column);
            else if (Vector256.IsHardwareAccelerated && Avx2.IsSupported)
                ColumnMax<Floats256>(first, columns, region.Rows, region.Columns, to + region.Column);
            else
                ColumnMax<Floats128>(first, columns, region.Rows, region.Columns, to + region.Column);
        }
    }

    /// <summary>destination_i = index of the first largest element of row i, as a float; the first NaN, if there is one.
    /// </summary>
    public static void RowIndexOfMax(ReadOnlySpan<float> source, int rows, int columns, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        RowMax(source, columns, new Region(0, rows, 0, columns), destination);
        for (var row = 0; row < rows; row++)
        {
            var values = source.Slice(row * columns, columns);
            var largest = destination[row];
            var j = 0;
            if (float.IsNaN(largest))
            {
                while (!float.IsNaN(values[j]))
                    j++;
            }
            else
            {
                while (values[j] != largest)
                    j++;
            }

            destination[row] = j;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void RowMax<T>(float* x, nint stride, int rows, int columns, float* largest)
        where T : struct, IFloats<T>
    {
        var nothing = T.Create(float.NegativeInfinity);
        for (var row = 0; row < rows; row++, x += stride)
        {
            var most = nothing;
            for (var j = 0; j < columns; j += T.Width)
                most = T.Max(most, T.LoadPart(x + j, int.Min(T.Width, columns - j), nothing));
            largest[row] = T.Maximum(most);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ColumnMax<T>(float* x, nint stride, int rows, int columns, float* largest)
        where T : struct, IFloats<T>
    {
        var nothing = T.Create(float.NegativeInfinity);
        for (var j = 0; j < columns; j += T.Width)
        {
            var count = int.Min(T.Width, columns - j);
            var most = nothing;
            for (var row = 0; row < rows; row++)
                most = T.Max(most, T.LoadPart(x + row * stride + j, count, nothing));
            T.StorePart(most, largest + j, count);
        }
    }
}
