using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gradus.Kernels;

/// <summary>A formula as it is written down: what is done with an element, one operation after the other, each giving a value that
/// later ones take.</summary>
internal sealed class FormulaCode
{
    // Of a FormulaLoop.
    private const short VectorsArgument = 0, NumbersArgument = 1, FromArgument = 2, ToArgument = 3, StepsArgument = 4, RowsArgument = 5, SumsArgument = 6;

    // Layers of a network share their formulas, but for the addresses and numbers that these are run with.
    private static readonly ConcurrentDictionary<string, FormulaLoop> Loops = [];

    private readonly List<Line> lines = [];
    private readonly List<bool> isWritten = [];
    private int numbers;
    private bool isSummed;

    /// <summary>The value of an element of vector <paramref name="index"/>.</summary>
    public int Load(int index)
    {
        Declare(index);
        return Add(new Line(LineKind.Load, index));
    }

    /// <summary>Number <paramref name="index"/>.</summary>
    public int Number(int index)
    {
        numbers = Math.Max(numbers, index + 1);
        return Add(new Line(LineKind.Number, index));
    }

    /// <summary>The operation on values.</summary>
    public int Apply(FormulaOperation operation, params int[] values) => Add(new Line(LineKind.Apply, 0, operation, values));

    /// <summary>Element of vector <paramref name="index"/> ← <paramref name="value"/>.</summary>
    public void Store(int value, int index)
    {
        Declare(index);
        isWritten[index] = true;
        Add(new Line(LineKind.Store, index, Values: [value]));
    }

    /// <summary>Sums <paramref name="value"/> over all elements; once in a formula.</summary>
    public void Sum(int value)
    {
        if (isSummed)
            throw new InvalidOperationException("A formula has one sum.");
        isSummed = true;
        Add(new Line(LineKind.Sum, 0, Values: [value]));
    }

    /// <summary>Compiles it for the widest registers of this machine, in some 2 ms, or finds it among those compiled before.
    /// </summary>
    [RequiresDynamicCode("Emits code.")]
    public Formula Compile()
    {
        if (isWritten.Count > Formula.MostOperands || numbers > Formula.MostOperands)
            throw new InvalidOperationException($"A formula of {isWritten.Count} vectors and {numbers} numbers; at most {Formula.MostOperands} of each.");
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
            return Compile<Floats512>();
        return Vector256.IsHardwareAccelerated && Avx2.IsSupported ? Compile<Floats256>() : Compile<Floats128>();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", lines.Select((line, i) => line.ToString(i)));

    private void Declare(int index)
    {
        while (isWritten.Count <= index)
            isWritten.Add(false);
    }

    private int Add(Line line)
    {
        lines.Add(line);
        return lines.Count - 1;
    }

    [RequiresDynamicCode("Emits code.")]
    private Formula Compile<T>()
        where T : struct, IFloats<T> => new(Loops.GetOrAdd(ToString(), static (_, code) => code.Emit<T>(), this), T.Width, [.. isWritten], numbers, isSummed);

    // A method of its own, not a type put together from generic parts: the JIT inlines the operations of a register into it (seen for
    // Adam's, with L2 and clipping), where a nest of generic types was too deep for it and left calls in the loop.
    [RequiresDynamicCode("Emits code.")]
    private unsafe FormulaLoop Emit<T>()
        where T : struct, IFloats<T>
    {
        var method = new DynamicMethod("Formula", typeof(void), [typeof(float**), typeof(float*), typeof(nint), typeof(nint), typeof(nint*), typeof(nint), typeof(float*)], typeof(FormulaCode).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        MethodInfo load = new LoadFunction<T>(T.Load).Method, store = new StoreFunction<T>(T.Store).Method, create = new Func<float, T>(T.Create).Method, add = FormulaOperation.Binary<AddOp>().Method<T>();

        // Addresses and numbers, read once.
        var addresses = new LocalBuilder[isWritten.Count];
        for (var i = 0; i < addresses.Length; i++)
        {
            addresses[i] = il.DeclareLocal(typeof(float*));
            EmitElement(il, VectorsArgument, i * sizeof(nint));
            il.Emit(OpCodes.Ldind_I);
            il.Emit(OpCodes.Stloc, addresses[i]);
        }

        var values = new LocalBuilder[lines.Count];
        var sum = il.DeclareLocal(typeof(T));   // zero, as all locals
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Kind is LineKind.Store or LineKind.Sum)
                continue;
            values[i] = il.DeclareLocal(typeof(T));
            if (lines[i].Kind != LineKind.Number)
                continue;
            EmitElement(il, NumbersArgument, lines[i].Index * sizeof(float));
            il.Emit(OpCodes.Ldind_R4);
            il.Emit(OpCodes.Call, create);
            il.Emit(OpCodes.Stloc, values[i]);
        }

        // do for (offset = from; offset < to; offset += register) every line that is not a number; while (rows remain)
        var offset = il.DeclareLocal(typeof(nint));
        var (row, body, test, end) = (il.DefineLabel(), il.DefineLabel(), il.DefineLabel(), il.DefineLabel());
        il.MarkLabel(row);
        il.Emit(OpCodes.Ldarg, FromArgument);
        il.Emit(OpCodes.Stloc, offset);
        il.Emit(OpCodes.Br, test);
        il.MarkLabel(body);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            foreach (var value in line.Values ?? [])
                il.Emit(OpCodes.Ldloc, values[value]);
            if (line.Kind is LineKind.Load or LineKind.Store)
            {
                il.Emit(OpCodes.Ldloc, addresses[line.Index]);
                il.Emit(OpCodes.Ldloc, offset);
                il.Emit(OpCodes.Add);
            }

            switch (line.Kind)
            {
                case LineKind.Load:
                    il.Emit(OpCodes.Call, load);
                    il.Emit(OpCodes.Stloc, values[i]);
                    break;
                case LineKind.Store:
                    il.Emit(OpCodes.Call, store);
                    break;
                case LineKind.Apply when line.Operation is { } operation:
                    il.Emit(OpCodes.Call, operation.Method<T>());
                    il.Emit(OpCodes.Stloc, values[i]);
                    break;
                case LineKind.Sum:
                    il.Emit(OpCodes.Ldloc, sum);
                    il.Emit(OpCodes.Call, add);
                    il.Emit(OpCodes.Stloc, sum);
                    break;
                default:
                    break;
            }
        }

        il.Emit(OpCodes.Ldloc, offset);
        il.Emit(OpCodes.Ldc_I4, T.Width * sizeof(float));
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, offset);
        il.MarkLabel(test);
        il.Emit(OpCodes.Ldloc, offset);
        il.Emit(OpCodes.Ldarg, ToArgument);
        il.Emit(OpCodes.Blt, body);

        // The next row.
        il.Emit(OpCodes.Ldarg, RowsArgument);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Starg, RowsArgument);
        il.Emit(OpCodes.Ldarg, RowsArgument);
        il.Emit(OpCodes.Brfalse, end);
        for (var i = 0; i < addresses.Length; i++)
        {
            il.Emit(OpCodes.Ldloc, addresses[i]);
            EmitElement(il, StepsArgument, i * sizeof(nint));
            il.Emit(OpCodes.Ldind_I);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, addresses[i]);
        }

        il.Emit(OpCodes.Br, row);
        il.MarkLabel(end);
        if (isSummed)
        {
            il.Emit(OpCodes.Ldloc, sum);
            il.Emit(OpCodes.Ldarg, SumsArgument);
            il.Emit(OpCodes.Call, store);
        }

        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<FormulaLoop>();
    }

    private static void EmitElement(ILGenerator il, short argument, int bytes)
    {
        il.Emit(OpCodes.Ldarg, argument);
        il.Emit(OpCodes.Ldc_I4, bytes);
        il.Emit(OpCodes.Add);
    }

    private unsafe delegate T LoadFunction<T>(float* source);

    private unsafe delegate void StoreFunction<T>(T value, float* destination);

    private enum LineKind
    {
        Load,
        Number,
        Apply,
        Store,
        Sum,
    }

    private sealed record Line(LineKind Kind, int Index, FormulaOperation? Operation = null, int[]? Values = null)
    {
        public string ToString(int number)
        {
            var values = string.Join(", ", (Values ?? []).Select(value => $"${value}"));
            return Kind switch
            {
                LineKind.Load => $"${number} = v{Index}",
                LineKind.Number => $"${number} = n{Index}",
                LineKind.Store => $"v{Index} = {values}",
                LineKind.Sum => $"sum {values}",
                _ => $"${number} = {Operation?.Type.FullName}({values})",
            };
        }
    }
}
