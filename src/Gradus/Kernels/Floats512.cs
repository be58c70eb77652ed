using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gradus.Kernels;

/// <summary>Sixteen floats: AVX-512.</summary>
internal readonly unsafe struct Floats512(Vector512<float> value) : IFloats<Floats512>
{
    private readonly Vector512<float> v = value;

    public static int Width => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 CreateBits(int bits) => new(Vector512.Create(bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 LoadPart(float* source, int count, Floats512 fill) =>
        new(Avx512F.MaskLoad(source, Mask(count), fill.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 First(int count) => new(Mask(count));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Store(Floats512 value, float* destination) => value.v.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static void StorePart(Floats512 value, float* destination, int count) =>
        Avx512F.MaskStore(destination, Mask(count), value.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 operator +(Floats512 left, Floats512 right) => new(left.v + right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 operator -(Floats512 left, Floats512 right) => new(left.v - right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 operator *(Floats512 left, Floats512 right) => new(left.v * right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 operator /(Floats512 left, Floats512 right) => new(left.v / right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 operator &(Floats512 left, Floats512 right) => new(left.v & right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 operator |(Floats512 left, Floats512 right) => new(left.v | right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 operator ^(Floats512 left, Floats512 right) => new(left.v ^ right.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 operator -(Floats512 value) => new(-value.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 operator >(Floats512 left, Floats512 right) =>
        new(Vector512.GreaterThan(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 operator <(Floats512 left, Floats512 right) => new(Vector512.LessThan(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 operator >=(Floats512 left, Floats512 right) =>
        new(Vector512.GreaterThanOrEqual(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 operator <=(Floats512 left, Floats512 right) =>
        new(Vector512.LessThanOrEqual(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 Same(Floats512 left, Floats512 right) => new(Vector512.Equals(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 MultiplyAdd(Floats512 left, Floats512 right, Floats512 addend) =>
        new(Vector512.MultiplyAddEstimate(left.v, right.v, addend.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 MultiplyAdd(Floats512 left, Floats512 right, float addend) =>
        new(Vector512.MultiplyAddEstimate(left.v, right.v, Vector512.Create(addend)));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 MaxNative(Floats512 left, Floats512 right) => new(Vector512.MaxNative(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 MinNative(Floats512 left, Floats512 right) => new(Vector512.MinNative(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 Max(Floats512 left, Floats512 right) => new(Vector512.Max(left.v, right.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 Abs(Floats512 value) => new(Vector512.Abs(value.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 Sqrt(Floats512 value) => new(Vector512.Sqrt(value.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 Select(Floats512 mask, Floats512 whenTrue, Floats512 whenFalse) =>
        new(Vector512.ConditionalSelect(mask.v, whenTrue.v, whenFalse.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 PowerOfTwo(Floats512 exponent) =>
        new(((Vector512.ConvertToInt32Native(exponent.v) + Vector512.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 ExponentBits(Floats512 value) => new(Vector512.ConvertToSingle(value.v.AsInt32() >> 23));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 AddBits(Floats512 left, Floats512 right) =>
        new((left.v.AsInt32() + right.v.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static Floats512 Round(Floats512 value) => new(Vector512.Round(value.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static float Sum(Floats512 value) => Vector512.Sum(value.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static double SumWide(Floats512 value)
    {
        var (low, high) = Vector512.Widen(value.v);
        return Vector512.Sum(low + high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    public static float Maximum(Floats512 value) =>
        Floats256.Maximum(new(Vector256.Max(value.v.GetLower(), value.v.GetUpper())));

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    private static Vector512<float> Mask(int count) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
}
