using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gradus.Kernels;

/// <summary>Four floats: SSE, NEON, or no vector instructions at all, where the runtime does them one by one.</summary>
internal readonly unsafe struct Floats128(Vector128<float> value) : IFloats<Floats128>
{
    private readonly Vector128<float> v = value;

    public static int Width => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 Create(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 CreateBits(int bits) => new(Vector128.Create(bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 LoadPart(float* source, int count, Floats128 fill)
    {
        var v = fill.v;
        for (var i = 0; i < int.Min(count, 4); i++)
            v = v.WithElement(i, source[i]);
        return new(v);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 First(int count) => new(Mask(count));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Store(Floats128 value, float* destination) => value.v.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static void StorePart(Floats128 value, float* destination, int count)
    {
        for (var i = 0; i < int.Min(count, 4); i++)
            destination[i] = value.v[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 operator +(Floats128 left, Floats128 right) => new(left.v + right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 operator -(Floats128 left, Floats128 right) => new(left.v - right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 operator *(Floats128 left, Floats128 right) => new(left.v * right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 operator /(Floats128 left, Floats128 right) => new(left.v / right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 operator &(Floats128 left, Floats128 right) => new(left.v & right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 operator |(Floats128 left, Floats128 right) => new(left.v | right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 operator ^(Floats128 left, Floats128 right) => new(left.v ^ right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 operator -(Floats128 value) => new(-value.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 operator >(Floats128 left, Floats128 right) =>
        new(Vector128.GreaterThan(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 operator <(Floats128 left, Floats128 right) => new(Vector128.LessThan(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 operator >=(Floats128 left, Floats128 right) =>
        new(Vector128.GreaterThanOrEqual(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 operator <=(Floats128 left, Floats128 right) =>
        new(Vector128.LessThanOrEqual(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 Same(Floats128 left, Floats128 right) => new(Vector128.Equals(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 MultiplyAdd(Floats128 left, Floats128 right, Floats128 addend) =>
        new(Vector128.MultiplyAddEstimate(left.v, right.v, addend.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 MultiplyAdd(Floats128 left, Floats128 right, float addend) =>
        new(Vector128.MultiplyAddEstimate(left.v, right.v, Vector128.Create(addend)));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 MaxNative(Floats128 left, Floats128 right) => new(Vector128.MaxNative(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 MinNative(Floats128 left, Floats128 right) => new(Vector128.MinNative(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 Max(Floats128 left, Floats128 right) => new(Vector128.Max(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 Abs(Floats128 value) => new(Vector128.Abs(value.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 Sqrt(Floats128 value) => new(Vector128.Sqrt(value.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 Select(Floats128 mask, Floats128 whenTrue, Floats128 whenFalse) =>
        new(Vector128.ConditionalSelect(mask.v, whenTrue.v, whenFalse.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 PowerOfTwo(Floats128 exponent) =>
        new(((Vector128.ConvertToInt32Native(exponent.v) + Vector128.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 ExponentBits(Floats128 value) => new(Vector128.ConvertToSingle(value.v.AsInt32() >> 23));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 AddBits(Floats128 left, Floats128 right) =>
        new((left.v.AsInt32() + right.v.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats128 Round(Floats128 value) => new(Vector128.Round(value.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static float Sum(Floats128 value) => Vector128.Sum(value.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static double SumWide(Floats128 value)
    {
        var (low, high) = Vector128.Widen(value.v);
        return Vector128.Sum(low + high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static float Maximum(Floats128 value)
    {
        var pairs = Vector128.Max(value.v, Vector128.Shuffle(value.v, Vector128.Create(2, 3, 0, 1)));
        return Vector128.Max(pairs, Vector128.Shuffle(pairs, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    private static Vector128<float> Mask(int count) =>
        Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).AsSingle();
}
