using System.Runtime.CompilerServices;

namespace Gradus.Kernels;

/// <summary>Elementwise functions that System.Numerics.Tensors lacks or computes too inaccurately. All spans have the
/// length of x; the destination may be one of the inputs itself, but must not overlap them otherwise.</summary>
/// <remarks>NaN gives NaN, but in comparisons, which are then 0 (<see cref="NotEqual(ReadOnlySpan{float}, float, Span{float})"/>: 1),
/// and in gates, where it counts as not positive.</remarks>
internal static partial class Elementwise
{
    /// <summary>y = max(x, 0).</summary>
    public static void Relu(ReadOnlySpan<float> x, Span<float> y) => ElementwiseLoop.Map(default(Operation<ReluOp>), x, y);

    /// <summary>y = x &gt; 0 ? x : slope·x.</summary>
    public static void LeakyRelu(ReadOnlySpan<float> x, float slope, Span<float> y) =>
        ElementwiseLoop.Map(new LeakyReluOp(slope), x, y);

    /// <summary>y = −1, 0 or 1.</summary>
    public static void Sign(ReadOnlySpan<float> x, Span<float> y) => ElementwiseLoop.Map(default(Operation<SignOp>), x, y);

    /// <summary>y = x².</summary>
    public static void Square(ReadOnlySpan<float> x, Span<float> y) => ElementwiseLoop.Map(default(Operation<SquareOp>), x, y);

    /// <summary>y = eˣ.</summary>
    public static void Exp(ReadOnlySpan<float> x, Span<float> y) => ElementwiseLoop.Map(default(ExpOp), x, y);

    /// <summary>y = eˣ − 1, accurate near 0.</summary>
    public static void Expm1(ReadOnlySpan<float> x, Span<float> y) => ElementwiseLoop.Map(default(Expm1Op), x, y);

    /// <summary>y = ln x.</summary>
    public static void Log(ReadOnlySpan<float> x, Span<float> y) => ElementwiseLoop.Map(default(LogOp), x, y);

    /// <summary>y = ln(1 + x), accurate near 0.</summary>
    public static void Log1p(ReadOnlySpan<float> x, Span<float> y) => ElementwiseLoop.Map(default(Log1pOp), x, y);

    /// <summary>y = ln(1 + eˣ).</summary>
    public static void Softplus(ReadOnlySpan<float> x, Span<float> y) => ElementwiseLoop.Map(default(SoftplusOp), x, y);

    /// <summary>y = tanh x.</summary>
    public static void Tanh(ReadOnlySpan<float> x, Span<float> y) => ElementwiseLoop.Map(default(TanhOp), x, y);

    /// <summary>y = 1 / (1 + e⁻ˣ).</summary>
    public static void Sigmoid(ReadOnlySpan<float> x, Span<float> y) => ElementwiseLoop.Map(default(SigmoidOp), x, y);

    /// <summary>y = erf x.</summary>
    public static void Erf(ReadOnlySpan<float> x, Span<float> y) => ElementwiseLoop.Map(default(ErfOp), x, y);

    /// <summary>destination = condition ≠ 0 ? whenTrue : whenFalse; a NaN condition is not 0.</summary>
    public static void Select(
        ReadOnlySpan<float> condition, ReadOnlySpan<float> whenTrue, ReadOnlySpan<float> whenFalse, Span<float> destination) =>
        ElementwiseLoop.Map<SelectOp>(condition, whenTrue, whenFalse, destination);

    /// <summary>destination = x &gt; 0 ? a : 0: the gate of the gradient of relu.</summary>
    public static void SelectPositive(ReadOnlySpan<float> x, ReadOnlySpan<float> a, Span<float> destination) =>
        ElementwiseLoop.Map<SelectPositiveOp>(x, a, destination);

    internal readonly struct ReluOp : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x)
            where T : struct, IFloats<T> => T.MaxNative(default, x);
    }

    private readonly struct LeakyReluOp(float slope) : IUnaryOp
    {
        public T Invoke<T>(T x)
            where T : struct, IFloats<T> => T.Select(x > default(T), x, x * T.Create(slope));
    }

    internal readonly struct SignOp : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x)
            where T : struct, IFloats<T>
        {
            var size = T.Select(T.Same(x, default), x, T.Create(1f) | (x & T.CreateBits(int.MinValue)));
            return T.Select(T.Same(x, x), size, x);
        }
    }

    internal readonly struct SquareOp : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x)
            where T : struct, IFloats<T> => x * x;
    }

    private readonly struct ExpOp : IUnaryOp
    {
        public T Invoke<T>(T x)
            where T : struct, IFloats<T> => Functions.Exp(x);
    }

    private readonly struct Expm1Op : IUnaryOp
    {
        public T Invoke<T>(T x)
            where T : struct, IFloats<T> => Functions.Expm1(x);
    }

    private readonly struct LogOp : IUnaryOp
    {
        public T Invoke<T>(T x)
            where T : struct, IFloats<T> => Functions.Log(x);
    }

    private readonly struct Log1pOp : IUnaryOp
    {
        public T Invoke<T>(T x)
            where T : struct, IFloats<T> => Functions.Log1p(x);
    }

    private readonly struct SoftplusOp : IUnaryOp
    {
        public T Invoke<T>(T x)
            where T : struct, IFloats<T> => Functions.Softplus(x);
    }

    private readonly struct TanhOp : IUnaryOp
    {
        public T Invoke<T>(T x)
            where T : struct, IFloats<T> => Functions.Tanh(x);
    }

    private readonly struct SigmoidOp : IUnaryOp
    {
        public T Invoke<T>(T x)
            where T : struct, IFloats<T> => Functions.Sigmoid(x);
    }

    private readonly struct ErfOp : IUnaryOp
    {
        public T Invoke<T>(T x)
            where T : struct, IFloats<T> => Functions.Erf(x);
    }

    internal readonly struct SelectOp : ITernaryOp
    {
        public static T Invoke<T>(T x, T y, T z)
            where T : struct, IFloats<T> => T.Select(T.Same(x, default), z, y);
    }

    internal readonly struct SelectPositiveOp : IBinaryOp
    {
        public static T Invoke<T>(T x, T y)
            where T : struct, IFloats<T> => (x > default(T)) & y;
    }
}
