using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gradus.Kernels;

/// <summary>Elementwise statements compiled into one loop: each element is loaded once, goes through all of them in registers, and
/// is stored once. No product is contracted with a sum, so the results are those of one kernel after the other, to the bit.
/// </summary>
/// <remarks>Vectors of a formula are equal or do not overlap.</remarks>
internal abstract class Formula
{
    private static readonly Type[] Places =
    [
        typeof(Place0), typeof(Place1), typeof(Place2), typeof(Place3), typeof(Place4), typeof(Place5), typeof(Place6), typeof(Place7),
        typeof(Place8), typeof(Place9), typeof(Place10), typeof(Place11),
    ];

    /// <summary>Whether this process can compile formulas: not where all code was compiled ahead of time.</summary>
    [FeatureGuard(typeof(RequiresDynamicCodeAttribute))]
    public static bool IsSupported => RuntimeFeature.IsDynamicCodeSupported;

    /// <summary>Vector <paramref name="index"/>.</summary>
    [RequiresDynamicCode("Makes a type.")]
    public static Type Vector(int index) => typeof(VectorTerm<>).MakeGenericType(Places[index]);

    /// <summary>Number <paramref name="index"/>.</summary>
    [RequiresDynamicCode("Makes a type.")]
    public static Type Number(int index) => typeof(NumberTerm<>).MakeGenericType(Places[index]);

    /// <summary>An operation on one to three terms.</summary>
    [RequiresDynamicCode("Makes a type.")]
    public static Type Apply(Type operation, Type[] terms) => terms.Length switch
    {
        1 => typeof(UnaryTerm<,>).MakeGenericType(operation, terms[0]),
        2 => typeof(BinaryTerm<,,>).MakeGenericType(operation, terms[0], terms[1]),
        _ => typeof(TernaryTerm<,,,>).MakeGenericType(operation, terms[0], terms[1], terms[2]),
    };

    /// <summary>Vector <paramref name="index"/> ← <paramref name="value"/>.</summary>
    [RequiresDynamicCode("Makes a type.")]
    public static Type Assign(int index, Type value) => typeof(Assignment<,>).MakeGenericType(Places[index], value);

    /// <summary>The formula of one statement after the other.</summary>
    /// <param name="statements">At least one.</param>
    /// <param name="written">Whether a statement assigns to each of the vectors.</param>
    [RequiresDynamicCode("Makes a type.")]
    public static Formula Of(ReadOnlySpan<Type> statements, bool[] written) =>
        Activator.CreateInstance(typeof(Formula<>).MakeGenericType(Join(statements)), [written]) as Formula
            ?? throw new InvalidOperationException("No formula was made.");

    /// <summary>Address of a vector for <see cref="Run"/>: a part of an <see cref="AlignedBuffer"/>, which never moves.</summary>
    public static unsafe nint AddressOf(Span<float> vector) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(vector));

    /// <summary>Runs every statement on the first <paramref name="count"/> elements of the vectors.</summary>
    /// <param name="vectors">Their addresses; room for <see cref="FormulaOperands.Most"/>.</param>
    /// <param name="numbers">Room for as many.</param>
    /// <param name="count">Elements.</param>
    public abstract void Run(ReadOnlySpan<nint> vectors, ReadOnlySpan<float> numbers, int count);

    // By halves: the JIT inlines calls only to a certain depth.
    [RequiresDynamicCode("Makes a type.")]
    private static Type Join(ReadOnlySpan<Type> statements) => statements.Length == 1 ? statements[0]
        : typeof(Sequence<,>).MakeGenericType(Join(statements[..(statements.Length / 2)]), Join(statements[(statements.Length / 2)..]));
}

/// <summary>A formula of a type.</summary>
internal sealed unsafe class Formula<TStatement>(bool[] written) : Formula
    where TStatement : IStatement
{
    public override void Run(ReadOnlySpan<nint> vectors, ReadOnlySpan<float> numbers, int count)
    {
        Check.Length(vectors, FormulaOperands.Most, nameof(vectors));
        Check.Length(numbers, FormulaOperands.Most, nameof(numbers));
        fixed (nint* v = vectors)
        {
            fixed (float* n = numbers)
            {
                if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                    Run<Floats512>((float**)v, n, count);
                else if (Vector256.IsHardwareAccelerated && Avx2.IsSupported)
                    Run<Floats256>((float**)v, n, count);
                else
                    Run<Floats128>((float**)v, n, count);
            }
        }
    }

    private void Run<T>(float** vectors, float* numbers, int count)
        where T : struct, IFloats<T>
    {
        var whole = count - (count % T.Width);
        if (whole > 0)
            Loop<T>(vectors, numbers, whole);
        if (whole < count)
            RunPart<T>(vectors, numbers, whole, count - whole);
    }

    // The last, partial register goes through the same loop, on copies.
    private void RunPart<T>(float** vectors, float* numbers, int start, int count)
        where T : struct, IFloats<T>
    {
        var copies = stackalloc float[FormulaOperands.Most * T.Width];
        var parts = stackalloc float*[FormulaOperands.Most];
        for (var i = 0; i < written.Length; i++)
        {
            parts[i] = copies + (i * T.Width);
            for (var j = 0; j < count; j++)
                parts[i][j] = vectors[i][start + j];
        }

        Loop<T>(parts, numbers, T.Width);
        for (var i = 0; i < written.Length; i++)
        {
            for (var j = 0; written[i] && j < count; j++)
                vectors[i][start + j] = parts[i][j];
        }
    }

    // Operand by operand: how much the JIT inlines into a method grows with what it finds there.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Loop<T>(float** vectors, float* numbers, nint count)
        where T : struct, IFloats<T>
    {
        FormulaOperands x;
        x.V0 = vectors[0];
        x.V1 = vectors[1];
        x.V2 = vectors[2];
        x.V3 = vectors[3];
        x.V4 = vectors[4];
        x.V5 = vectors[5];
        x.V6 = vectors[6];
        x.V7 = vectors[7];
        x.V8 = vectors[8];
        x.V9 = vectors[9];
        x.V10 = vectors[10];
        x.V11 = vectors[11];
        x.N0 = numbers[0];
        x.N1 = numbers[1];
        x.N2 = numbers[2];
        x.N3 = numbers[3];
        x.N4 = numbers[4];
        x.N5 = numbers[5];
        x.N6 = numbers[6];
        x.N7 = numbers[7];
        x.N8 = numbers[8];
        x.N9 = numbers[9];
        x.N10 = numbers[10];
        x.N11 = numbers[11];
        for (nint i = 0; i < count; i += T.Width)
            TStatement.Run<T>(x, i);
    }
}
