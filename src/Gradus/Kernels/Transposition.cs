using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gradus.Kernels;

/// <summary>Bᵀ (columns × rows) ← A (rows × columns).</summary>
internal static unsafe class Transposition
{
    /// <summary>Transposes a whole matrix; the destination must not overlap the source.</summary>
    public static void Transpose(ReadOnlySpan<float> source, int rows, int columns, Span<float> destination)
    {
        Check.Length(source, (long)rows * columns, nameof(source));
        Check.Length(destination, (long)rows * columns, nameof(destination));
        fixed (float* from = source, to = destination)
            Block(from, columns, to, rows, rows, columns);
    }

    /// <summary>destination[c·destinationStride + r] ← source[r·sourceStride + c].</summary>
    public static void Block(
        float* source, nint sourceStride, float* destination, nint destinationStride, int rows, int columns)
    {
        var r = 0;
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported && columns >= 4)
        {
            for (; r <= rows - 16; r += 16)
                Strip16(source + r * sourceStride, sourceStride, destination + r, destinationStride, columns);
        }

        if (Vector128.IsHardwareAccelerated && columns >= 4)
        {
            for (; r <= rows - 4; r += 4)
                Strip4(source + r * sourceStride, sourceStride, destination + r, destinationStride, columns);
        }

        for (; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
                destination[c * destinationStride + r] = source[r * sourceStride + c];
        }
    }

    private static void Strip4(float* source, nint stride, float* destination, nint destinationStride, int columns)
    {
        var c = 0;
        for (; c <= columns - 4; c += 4)
        {
            var r0 = Vector128.Load(source + c);
            var r1 = Vector128.Load(source + stride + c);
            var r2 = Vector128.Load(source + 2 * stride + c);
            var r3 = Vector128.Load(source + 3 * stride + c);
            var to = destination + c * destinationStride;
            if (Sse.IsSupported)
            {
                // 2 × 2 blocks within pairs of rows, then between them.
                var a = Sse.UnpackLow(r0, r1);
                var b = Sse.UnpackHigh(r0, r1);
                var d = Sse.UnpackLow(r2, r3);
                var e = Sse.UnpackHigh(r2, r3);
                Sse.MoveLowToHigh(a, d).Store(to);
                Sse.MoveHighToLow(d, a).Store(to + destinationStride);
                Sse.MoveLowToHigh(b, e).Store(to + 2 * destinationStride);
                Sse.MoveHighToLow(e, b).Store(to + 3 * destinationStride);
            }
            else
            {
                for (var i = 0; i < 4; i++)
                    Vector128.Create(r0[i], r1[i], r2[i], r3[i]).Store(to + i * destinationStride);
            }
        }

        for (; c < columns; c++)
        {
            for (var r = 0; r < 4; r++)
                destination[c * destinationStride + r] = source[r * stride + c];
        }
    }

    // Sixteen rows of four columns or more: each 16 × 16 block goes through registers, the last columns four at a time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Strip16(float* source, nint stride, float* destination, nint destinationStride, int columns)
    {
        var c = 0;
        for (; c <= columns - 16; c += 16)
        {
            // Four rows' 128-bit quarters are gathered by the loads, so that only two rounds of shuffles remain; all of a row's at once,
            // for the first cache level may keep few rows that lie a power of two apart.
            var from = source + c;
            var to = destination + c * destinationStride;
            var (a0, a1, a2, a3) = (Quarters(from, stride), Quarters(from + 4, stride), Quarters(from + 8, stride), Quarters(from + 12, stride));
            from += stride;
            var (b0, b1, b2, b3) = (Quarters(from, stride), Quarters(from + 4, stride), Quarters(from + 8, stride), Quarters(from + 12, stride));
            from += stride;
            var (d0, d1, d2, d3) = (Quarters(from, stride), Quarters(from + 4, stride), Quarters(from + 8, stride), Quarters(from + 12, stride));
            from += stride;
            var (e0, e1, e2, e3) = (Quarters(from, stride), Quarters(from + 4, stride), Quarters(from + 8, stride), Quarters(from + 12, stride));
            StoreColumns(a0, b0, d0, e0, to, destinationStride);
            StoreColumns(a1, b1, d1, e1, to + 4 * destinationStride, destinationStride);
            StoreColumns(a2, b2, d2, e2, to + 8 * destinationStride, destinationStride);
            StoreColumns(a3, b3, d3, e3, to + 12 * destinationStride, destinationStride);
        }

        while (c < columns)
        {
            c = int.Min(c, columns - 4);   // the last four columns, some of them perhaps once more
            var from = source + c;
            StoreColumns(
                Quarters(from, stride), Quarters(from + stride, stride), Quarters(from + 2 * stride, stride), Quarters(from + 3 * stride, stride),
                destination + c * destinationStride, destinationStride);
            c += 4;
        }
    }

    // Of sixteen rows, of which each argument has every fourth, four columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreColumns(Vector512<float> r0, Vector512<float> r1, Vector512<float> r2, Vector512<float> r3, float* to, nint stride)
    {
        var a = Avx512F.UnpackLow(r0, r1).AsDouble();
        var b = Avx512F.UnpackHigh(r0, r1).AsDouble();
        var d = Avx512F.UnpackLow(r2, r3).AsDouble();
        var e = Avx512F.UnpackHigh(r2, r3).AsDouble();
        Avx512F.UnpackLow(a, d).AsSingle().Store(to);
        Avx512F.UnpackHigh(a, d).AsSingle().Store(to + stride);
        Avx512F.UnpackLow(b, e).AsSingle().Store(to + 2 * stride);
        Avx512F.UnpackHigh(b, e).AsSingle().Store(to + 3 * stride);
    }

    // Four floats of the rows 0, 4, 8 and 12 from here.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quarters(float* from, nint stride)
    {
        var low = Avx.InsertVector128(Vector128.Load(from).ToVector256Unsafe(), Vector128.Load(from + 4 * stride), 1);
        var high = Avx.InsertVector128(Vector128.Load(from + 8 * stride).ToVector256Unsafe(), Vector128.Load(from + 12 * stride), 1);
        return Avx512F.InsertVector256(low.ToVector512Unsafe(), high, 1);
    }
}
