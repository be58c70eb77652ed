using System.Runtime.CompilerServices;

namespace Gradus.Kernels;

// The operations for which System.Numerics.Tensors has kernels, as operations of formulas: the same results to the bit.
internal readonly struct AddOp : IBinaryOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x, T y)
        where T : struct, IFloats<T> => x + y;
}

internal readonly struct SubtractOp : IBinaryOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x, T y)
        where T : struct, IFloats<T> => x - y;
}

internal readonly struct MultiplyOp : IBinaryOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x, T y)
        where T : struct, IFloats<T> => x * y;
}

internal readonly struct DivideOp : IBinaryOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x, T y)
        where T : struct, IFloats<T> => x / y;
}

internal readonly struct NegateOp : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, IFloats<T> => -x;
}

internal readonly struct SquareRootOp : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, IFloats<T> => T.Sqrt(x);
}

internal readonly struct AbsoluteOp : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : struct, IFloats<T> => T.Abs(x);
}
