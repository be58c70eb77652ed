using System.Runtime.CompilerServices;

namespace Gradus.Kernels;

/// <summary>A value of a formula, as a type: the JIT compiles the whole formula into one loop (expression templates: Veldhuizen,
/// C++ Report 7(5), 1995).</summary>
internal interface ITerm
{
    /// <summary>The value of elements <paramref name="i"/> to <paramref name="i"/> + <c>T.Width</c> − 1.</summary>
    static abstract T At<T>(in FormulaOperands x, nint i)
        where T : struct, IFloats<T>;
}

/// <summary>What a formula does with a value, as a type.</summary>
internal interface IStatement
{
    /// <summary>Does it for elements <paramref name="i"/> to <paramref name="i"/> + <c>T.Width</c> − 1.</summary>
    static abstract void Run<T>(in FormulaOperands x, nint i)
        where T : struct, IFloats<T>;
}

/// <summary>A vector that is read.</summary>
internal readonly unsafe struct VectorTerm<TPlace> : ITerm
    where TPlace : IPlace
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T At<T>(in FormulaOperands x, nint i)
        where T : struct, IFloats<T> => T.Load(TPlace.Vector(x) + i);
}

/// <summary>A number.</summary>
internal readonly struct NumberTerm<TPlace> : ITerm
    where TPlace : IPlace
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T At<T>(in FormulaOperands x, nint i)
        where T : struct, IFloats<T> => T.Create(TPlace.Number(x));
}

/// <summary>f(a).</summary>
internal readonly struct UnaryTerm<TOp, TA> : ITerm
    where TOp : IUnaryFunction
    where TA : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T At<T>(in FormulaOperands x, nint i)
        where T : struct, IFloats<T> => TOp.Invoke(TA.At<T>(x, i));
}

/// <summary>f(a, b).</summary>
internal readonly struct BinaryTerm<TOp, TA, TB> : ITerm
    where TOp : IBinaryOp
    where TA : ITerm
    where TB : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T At<T>(in FormulaOperands x, nint i)
        where T : struct, IFloats<T> => TOp.Invoke(TA.At<T>(x, i), TB.At<T>(x, i));
}

/// <summary>f(a, b, c).</summary>
internal readonly struct TernaryTerm<TOp, TA, TB, TC> : ITerm
    where TOp : ITernaryOp
    where TA : ITerm
    where TB : ITerm
    where TC : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T At<T>(in FormulaOperands x, nint i)
        where T : struct, IFloats<T> => TOp.Invoke(TA.At<T>(x, i), TB.At<T>(x, i), TC.At<T>(x, i));
}

/// <summary>vector ← value.</summary>
internal readonly unsafe struct Assignment<TPlace, TValue> : IStatement
    where TPlace : IPlace
    where TValue : ITerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<T>(in FormulaOperands x, nint i)
        where T : struct, IFloats<T> => T.Store(TValue.At<T>(x, i), TPlace.Vector(x) + i);
}

/// <summary>One statement after the other.</summary>
internal readonly struct Sequence<TFirst, TSecond> : IStatement
    where TFirst : IStatement
    where TSecond : IStatement
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<T>(in FormulaOperands x, nint i)
        where T : struct, IFloats<T>
    {
        TFirst.Run<T>(x, i);
        TSecond.Run<T>(x, i);
    }
}
