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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Map<TOp, T>(TOp op, ReadOnlySpan<float> x, Span<float> y)
        where TOp : struct, IUnaryOp
        where T : struct, IFloats<T>
    {
        fixed (float* from = x, to = y)
        {
            nint n = x.Length, i = 0;
            for (; i <= n - T.Width; i += T.Width)
                T.Store(op.Invoke(T.Load(from + i)), to + i);
            if (i < n)
                T.StorePart(op.Invoke(T.LoadPart(from + i, (int)(n - i), default)), to + i, (int)(n - i));
        }
    }

    /// <summary>destination ← op(x, y) at one width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Map<TOp, T>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> destination)
        where TOp : struct, IBinaryOp
        where T : struct, IFloats<T>
    {
        fixed (float* left = x, right = y, to = destination)
        {
            nint n = x.Length, i = 0;
            for (; i <= n - T.Width; i += T.Width)
                T.Store(TOp.Invoke(T.Load(left + i), T.Load(right + i)), to + i);
            if (i < n)
            {
                var rest = (int)(n - i);
                var value = TOp.Invoke(T.LoadPart(left + i, rest, default), T.LoadPart(right + i, rest, default));
                T.StorePart(value, to + i, rest);
            }
        }
    }

    /// <summary>destination ← op(x, y, z) at one width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Map<TOp, T>(
        ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> z, Span<float> destination)
        where TOp : struct, ITernaryOp
        where T : struct, IFloats<T>
    {
        fixed (float* first = x, second = y, third = z, to = destination)
        {
            nint n = x.Length, i = 0;
            for (; i <= n - T.Width; i += T.Width)
                T.Store(TOp.Invoke(T.Load(first + i), T.Load(second + i), T.Load(third + i)), to + i);
            if (i < n)
            {
                var rest = (int)(n - i);
                var value = TOp.Invoke(
                    T.LoadPart(first + i, rest, default),
                    T.LoadPart(second + i, rest, default),
                    T.LoadPart(third + i, rest, default));
                T.StorePart(value, to + i, rest);
            }
        }
    }
}
