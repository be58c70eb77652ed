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
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported && columns >= 16)
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

    // Sixteen rows: each 16 × 16 block goes through registers, the last columns one by one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Strip16(float* source, nint stride, float* destination, nint destinationStride, int columns)
    {
        var c = 0;
        for (; c <= columns - 16; c += 16)
        {
            // Four rows' 128-bit quarters are gathered by the loads, so that only two rounds of shuffles remain.
            for (var q = 0; q < 4; q++)
            {
                var from = source + c + 4 * q;
                var r0 = Quarters(from, stride);
                var r1 = Quarters(from + stride, stride);
                var r2 = Quarters(from + 2 * stride, stride);
                var r3 = Quarters(from + 3 * stride, stride);
                var a = Avx512F.UnpackLow(r0, r1).AsDouble();
                var b = Avx512F.UnpackHigh(r0, r1).AsDouble();
                var d = Avx512F.UnpackLow(r2, r3).AsDouble();
                var e = Avx512F.UnpackHigh(r2, r3).AsDouble();
                var to = destination + (c + 4 * q) * destinationStride;
                Avx512F.UnpackLow(a, d).AsSingle().Store(to);
                Avx512F.UnpackHigh(a, d).AsSingle().Store(to + destinationStride);
                Avx512F.UnpackLow(b, e).AsSingle().Store(to + 2 * destinationStride);
                Avx512F.UnpackHigh(b, e).AsSingle().Store(to + 3 * destinationStride);
            }
        }

        for (; c < columns; c++)
        {
            for (var r = 0; r < 16; r++)
                destination[c * destinationStride + r] = source[r * stride + c];
        }
    }

    // Four floats of the rows 0, 4, 8 and 12 from here.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quarters(float* from, nint stride)
    {
        var low = Avx.InsertVector128(Vector256.Create(Vector128.Load(from), default), Vector128.Load(from + 4 * stride), 1);
        var high = Avx.InsertVector128(
            Vector256.Create(Vector128.Load(from + 8 * stride), default), Vector128.Load(from + 12 * stride), 1);
        return Vector512.Create(low, high);
    }
}
