using System.Runtime.CompilerServices;

namespace Gradus.Kernels;

/// <summary>y = f(x), element by element.</summary>
internal interface IUnaryOp
{
    /// <summary>f of each lane.</summary>
    T Invoke<T>(T x)
        where T : struct, IFloats<T>;
}

/// <summary>y = f(x), element by element, with nothing to remember.</summary>
internal interface IUnaryFunction
{
    /// <summary>f of each lane.</summary>
    static abstract T Invoke<T>(T x)
        where T : struct, IFloats<T>;
}

/// <summary>A function as an operation.</summary>
internal readonly struct Operation<TFunction> : IUnaryOp
    where TFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x)
        where T : struct, IFloats<T> => TFunction.Invoke(x);
}

/// <summary>z = f(x, y), element by element.</summary>
internal interface IBinaryOp
{
    /// <summary>f of each pair of lanes.</summary>
    static abstract T Invoke<T>(T x, T y)
        where T : struct, IFloats<T>;
}

/// <summary>w = f(x, y, z), element by element.</summary>
internal interface ITernaryOp
{
    /// <summary>f of each triple of lanes.</summary>
    static abstract T Invoke<T>(T x, T y, T z)
        where T : struct, IFloats<T>;
}
