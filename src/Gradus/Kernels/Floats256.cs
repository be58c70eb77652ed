using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gradus.Kernels;

/// <summary>Eight floats: AVX2.</summary>
internal readonly unsafe struct Floats256(Vector256<float> value) : IFloats<Floats256>
{
    private readonly Vector256<float> v = value;

    public static int Width => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 Create(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 CreateBits(int bits) => new(Vector256.Create(bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 LoadPart(float* source, int count, Floats256 fill)
    {
        var mask = Mask(count);
        return new(Vector256.ConditionalSelect(mask, Avx.MaskLoad(source, mask), fill.v));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 First(int count) => new(Mask(count));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Store(Floats256 value, float* destination) => value.v.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static void StorePart(Floats256 value, float* destination, int count) =>
        Avx.MaskStore(destination, Mask(count), value.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 operator +(Floats256 left, Floats256 right) => new(left.v + right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 operator -(Floats256 left, Floats256 right) => new(left.v - right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 operator *(Floats256 left, Floats256 right) => new(left.v * right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 operator /(Floats256 left, Floats256 right) => new(left.v / right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 operator &(Floats256 left, Floats256 right) => new(left.v & right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 operator |(Floats256 left, Floats256 right) => new(left.v | right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 operator ^(Floats256 left, Floats256 right) => new(left.v ^ right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 operator -(Floats256 value) => new(-value.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 operator >(Floats256 left, Floats256 right) =>
        new(Vector256.GreaterThan(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 operator <(Floats256 left, Floats256 right) => new(Vector256.LessThan(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 operator >=(Floats256 left, Floats256 right) =>
        new(Vector256.GreaterThanOrEqual(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 operator <=(Floats256 left, Floats256 right) =>
        new(Vector256.LessThanOrEqual(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 Same(Floats256 left, Floats256 right) => new(Vector256.Equals(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 MultiplyAdd(Floats256 left, Floats256 right, Floats256 addend) =>
        new(Vector256.MultiplyAddEstimate(left.v, right.v, addend.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 MultiplyAdd(Floats256 left, Floats256 right, float addend) =>
        new(Vector256.MultiplyAddEstimate(left.v, right.v, Vector256.Create(addend)));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 MaxNative(Floats256 left, Floats256 right) => new(Vector256.MaxNative(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 MinNative(Floats256 left, Floats256 right) => new(Vector256.MinNative(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 Max(Floats256 left, Floats256 right) => new(Vector256.Max(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 Abs(Floats256 value) => new(Vector256.Abs(value.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 Sqrt(Floats256 value) => new(Vector256.Sqrt(value.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 Select(Floats256 mask, Floats256 whenTrue, Floats256 whenFalse) =>
        new(Vector256.ConditionalSelect(mask.v, whenTrue.v, whenFalse.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 PowerOfTwo(Floats256 exponent) =>
        new(((Vector256.ConvertToInt32Native(exponent.v) + Vector256.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 ExponentBits(Floats256 value) => new(Vector256.ConvertToSingle(value.v.AsInt32() >> 23));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 AddBits(Floats256 left, Floats256 right) =>
        new((left.v.AsInt32() + right.v.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats256 Round(Floats256 value) => new(Vector256.Round(value.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static float Sum(Floats256 value) => Vector256.Sum(value.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static double SumWide(Floats256 value)
    {
        var (low, high) = Vector256.Widen(value.v);
        return Vector256.Sum(low + high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static float Maximum(Floats256 value) =>
        Floats128.Maximum(new(Vector128.Max(value.v.GetLower(), value.v.GetUpper())));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    private static Vector256<float> Mask(int count) =>
        Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();
}
