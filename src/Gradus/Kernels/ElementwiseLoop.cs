using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gradus.Kernels;

/// <summary>The loop of every elementwise kernel, written once. The last, partial register goes through the same
/// formula, so an element's value does not depend on where in the span it stands.</summary>
internal static unsafe class ElementwiseLoop
{
    /// <summary>y ← op(x).</summary>
    public static void Map<TOp>(TOp op, ReadOnlySpan<float> x, Span<float> y)
        where TOp : struct, IUnaryOp
    {
        Check.Length<float>(y, x.Length, nameof(y));
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
            Map<TOp, Floats512>(op, x, y);
        else if (Vector256.IsHardwareAccelerated && Avx2.IsSupported)
            Map<TOp, Floats256>(op, x, y);
        else
            Map<TOp, Floats128>(op, x, y);
    }

    /// <summary>destination ← op(x, y).</summary>
    public static void Map<TOp>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> destination)
        where TOp : struct, IBinaryOp
    {
        Check.Length(y, x.Length, nameof(y));
        Check.Length<float>(destination, x.Length, nameof(destination));
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
            Map<TOp, Floats512>(x, y, destination);
        else if (Vector256.IsHardwareAccelerated && Avx2.IsSupported)
            Map<TOp, Floats256>(x, y, destination);
        else
            Map<TOp, Floats128>(x, y, destination);
    }

    /// <summary>destination ← op(x, y, z).</summary>
    public static void Map<TOp>(
        ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> z, Span<float> destination)
        where TOp : struct, ITernaryOp
    {
        Check.Length(y, x.Length, nameof(y));
        Check.Length(z, x.Length, nameof(z));
        Check.Length<float>(destination, x.Length, nameof(destination));
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
            Map<TOp, Floats512>(x, y, z, destination);
        else if (Vector256.IsHardwareAccelerated && Avx2.IsSupported)
            Map<TOp, Floats256>(x, y, z, destination);
        else
            Map<TOp, Floats128>(x, y, z, destination);
    }

    /// <summary>y ← op(x) at one width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Map<TOp, T>(TOp op, ReadOnlySpan<float> x, Span<float> y)
        where TOp : struct, IUnaryOp
        where T : struct, IFloats<T>
    {
        fixed (float* from = x, to = y)
        {
            for (nint n = x.Length, i = 0; i < n; i += T.Width)
                Write(op.Invoke(Read<T>(from + i, n - i)), to + i, n - i);
        }
    }

    /// <summary>destination ← op(x, y) at one width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Map<TOp, T>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> destination)
        where TOp : struct, IBinaryOp
        where T : struct, IFloats<T>
    {
        fixed (float* left = x, right = y, to = destination)
        {
            for (nint n = x.Length, i = 0; i < n; i += T.Width)
            {
                var value = TOp.Invoke(Read<T>(left + i, n - i), Read<T>(right + i, n - i));
                Write(value, to + i, n - i);
            }
        }
    }

    /// <summary>destination ← op(x, y, z) at one width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Map<TOp, T>(
        ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> z, Span<float> destination)
        where TOp : struct, ITernaryOp
        where T : struct, IFloats<T>
    {
        fixed (float* first = x, second = y, third = z, to = destination)
        {
            for (nint n = x.Length, i = 0; i < n; i += T.Width)
            {
                var value = TOp.Invoke(
                    Read<T>(first + i, n - i), Read<T>(second + i, n - i), Read<T>(third + i, n - i));
                Write(value, to + i, n - i);
            }
        }
    }

    // One body for full and partial registers: two copies of a long formula would exceed what the JIT will inline.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Read<T>(float* source, nint count)
        where T : struct, IFloats<T> =>
        count >= T.Width ? T.Load(source) : T.LoadPart(source, (int)count, default);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<T>(T value, float* destination, nint count)
        where T : struct, IFloats<T>
    {
        if (count >= T.Width)
            T.Store(value, destination);
        else
            T.StorePart(value, destination, (int)count);
    }
}
