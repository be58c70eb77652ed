using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gradus.Kernels;

/// <summary>Sixteen floats: AVX-512.</summary>
internal unsafe struct Floats512 : IFloats<Floats512>
{
    // Set by initialisers, not by a constructor: that would be one more call to inline in every operation, and the JIT
    // stops inlining when a long formula has made too many temporaries.
    private Vector512<float> _v;

    public static int Width => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Create(float value) => new() { _v = Vector512.Create(value) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 CreateBits(int bits) => new() { _v = Vector512.Create(bits).AsSingle() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Load(float* source) => new() { _v = Vector512.Load(source) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 LoadPart(float* source, int count, Floats512 fill) =>
        new() { _v = Avx512F.MaskLoad(source, Mask(count), fill._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 First(int count) => new() { _v = Mask(count) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Floats512 value, float* destination) => value._v.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(Floats512 value, float* destination, int count) =>
        Avx512F.MaskStore(destination, Mask(count), value._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 operator +(Floats512 left, Floats512 right) => new() { _v = left._v + right._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 operator -(Floats512 left, Floats512 right) => new() { _v = left._v - right._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 operator *(Floats512 left, Floats512 right) => new() { _v = left._v * right._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 operator /(Floats512 left, Floats512 right) => new() { _v = left._v / right._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 operator &(Floats512 left, Floats512 right) => new() { _v = left._v & right._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 operator |(Floats512 left, Floats512 right) => new() { _v = left._v | right._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 operator ^(Floats512 left, Floats512 right) => new() { _v = left._v ^ right._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 operator -(Floats512 value) => new() { _v = -value._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 operator >(Floats512 left, Floats512 right) =>
        new() { _v = Vector512.GreaterThan(left._v, right._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 operator <(Floats512 left, Floats512 right) =>
        new() { _v = Vector512.LessThan(left._v, right._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 operator >=(Floats512 left, Floats512 right) =>
        new() { _v = Vector512.GreaterThanOrEqual(left._v, right._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 operator <=(Floats512 left, Floats512 right) =>
        new() { _v = Vector512.LessThanOrEqual(left._v, right._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Same(Floats512 left, Floats512 right) =>
        new() { _v = Vector512.Equals(left._v, right._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 MultiplyAdd(Floats512 left, Floats512 right, Floats512 addend) =>
        new() { _v = Vector512.MultiplyAddEstimate(left._v, right._v, addend._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 MultiplyAdd(Floats512 left, Floats512 right, float addend) =>
        new() { _v = Vector512.MultiplyAddEstimate(left._v, right._v, Vector512.Create(addend)) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 MaxNative(Floats512 left, Floats512 right) =>
        new() { _v = Vector512.MaxNative(left._v, right._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 MinNative(Floats512 left, Floats512 right) =>
        new() { _v = Vector512.MinNative(left._v, right._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Max(Floats512 left, Floats512 right) => new() { _v = Vector512.Max(left._v, right._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Abs(Floats512 value) => new() { _v = Vector512.Abs(value._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Sqrt(Floats512 value) => new() { _v = Vector512.Sqrt(value._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Select(Floats512 mask, Floats512 whenTrue, Floats512 whenFalse) =>
        new() { _v = Vector512.ConditionalSelect(mask._v, whenTrue._v, whenFalse._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 PowerOfTwo(Floats512 exponent) =>
        new() { _v = ((Vector512.ConvertToInt32Native(exponent._v) + Vector512.Create(127)) << 23).AsSingle() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 ExponentBits(Floats512 value) =>
        new() { _v = Vector512.ConvertToSingle(value._v.AsInt32() >> 23) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 AddBits(Floats512 left, Floats512 right) =>
        new() { _v = (left._v.AsInt32() + right._v.AsInt32()).AsSingle() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Round(Floats512 value) => new() { _v = Vector512.Round(value._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Floats512 value) => Vector512.Sum(value._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SumWide(Floats512 value)
    {
        var (low, high) = Vector512.Widen(value._v);
        return Vector512.Sum(low + high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Maximum(Floats512 value) =>
        Floats256.Maximum(Floats256.From(Vector256.Max(value._v.GetLower(), value._v.GetUpper())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Mask(int count) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
}
