using System.Runtime.CompilerServices;

namespace Gradus.Kernels;

/// <summary>What a <see cref="Formula"/> reads and writes: vectors of one length, by their first elements, and numbers.</summary>
/// <remarks>Fields, not arrays, so that the JIT keeps those that a formula uses in registers of the machine.</remarks>
internal unsafe struct FormulaOperands
{
    /// <summary>Vectors, and numbers, at most.</summary>
    public const int Most = 12;

    public float* V0;
    public float* V1;
    public float* V2;
    public float* V3;
    public float* V4;
    public float* V5;
    public float* V6;
    public float* V7;
    public float* V8;
    public float* V9;
    public float* V10;
    public float* V11;
    public float N0;
    public float N1;
    public float N2;
    public float N3;
    public float N4;
    public float N5;
    public float N6;
    public float N7;
    public float N8;
    public float N9;
    public float N10;
    public float N11;
}

/// <summary>A place among the operands, as a type: a choice by number would cost the JIT more than it will inline.</summary>
internal unsafe interface IPlace
{
    /// <summary>First element of the vector of this place.</summary>
    static abstract float* Vector(in FormulaOperands x);

    /// <summary>The number of this place.</summary>
    static abstract float Number(in FormulaOperands x);
}

internal readonly unsafe struct Place0 : IPlace
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* Vector(in FormulaOperands x) => x.V0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Number(in FormulaOperands x) => x.N0;
}

internal readonly unsafe struct Place1 : IPlace
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* Vector(in FormulaOperands x) => x.V1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Number(in FormulaOperands x) => x.N1;
}

internal readonly unsafe struct Place2 : IPlace
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* Vector(in FormulaOperands x) => x.V2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Number(in FormulaOperands x) => x.N2;
}

internal readonly unsafe struct Place3 : IPlace
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* Vector(in FormulaOperands x) => x.V3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Number(in FormulaOperands x) => x.N3;
}

internal readonly unsafe struct Place4 : IPlace
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* Vector(in FormulaOperands x) => x.V4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Number(in FormulaOperands x) => x.N4;
}

internal readonly unsafe struct Place5 : IPlace
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* Vector(in FormulaOperands x) => x.V5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Number(in FormulaOperands x) => x.N5;
}

internal readonly unsafe struct Place6 : IPlace
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* Vector(in FormulaOperands x) => x.V6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Number(in FormulaOperands x) => x.N6;
}

internal readonly unsafe struct Place7 : IPlace
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* Vector(in FormulaOperands x) => x.V7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Number(in FormulaOperands x) => x.N7;
}

internal readonly unsafe struct Place8 : IPlace
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* Vector(in FormulaOperands x) => x.V8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Number(in FormulaOperands x) => x.N8;
}

internal readonly unsafe struct Place9 : IPlace
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* Vector(in FormulaOperands x) => x.V9;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Number(in FormulaOperands x) => x.N9;
}

internal readonly unsafe struct Place10 : IPlace
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* Vector(in FormulaOperands x) => x.V10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Number(in FormulaOperands x) => x.N10;
}

internal readonly unsafe struct Place11 : IPlace
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* Vector(in FormulaOperands x) => x.V11;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Number(in FormulaOperands x) => x.N11;
}
