namespace Gradus.Kernels;

// Comparisons: 1 where the relation holds, else 0.
internal static partial class Elementwise
{
    /// <summary>destination = x &gt; y ? 1 : 0.</summary>
    public static void Greater(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> destination) =>
        ElementwiseLoop.Map<GreaterOp>(x, y, destination);

    /// <summary>destination = x &gt; y ? 1 : 0, y a number.</summary>
    public static void Greater(ReadOnlySpan<float> x, float y, Span<float> destination) =>
        ElementwiseLoop.Map(new WithScalar<GreaterOp>(y), x, destination);

    /// <summary>destination = x ≥ y ? 1 : 0.</summary>
    public static void GreaterOrEqual(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> destination) =>
        ElementwiseLoop.Map<GreaterOrEqualOp>(x, y, destination);

    /// <summary>destination = x ≥ y ? 1 : 0, y a number.</summary>
    public static void GreaterOrEqual(ReadOnlySpan<float> x, float y, Span<float> destination) =>
        ElementwiseLoop.Map(new WithScalar<GreaterOrEqualOp>(y), x, destination);

    /// <summary>destination = x &lt; y ? 1 : 0.</summary>
    public static void Less(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> destination) =>
        ElementwiseLoop.Map<LessOp>(x, y, destination);

    /// <summary>destination = x &lt; y ? 1 : 0, y a number.</summary>
    public static void Less(ReadOnlySpan<float> x, float y, Span<float> destination) =>
        ElementwiseLoop.Map(new WithScalar<LessOp>(y), x, destination);

    /// <summary>destination = x ≤ y ? 1 : 0.</summary>
    public static void LessOrEqual(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> destination) =>
        ElementwiseLoop.Map<LessOrEqualOp>(x, y, destination);

    /// <summary>destination = x ≤ y ? 1 : 0, y a number.</summary>
    public static void LessOrEqual(ReadOnlySpan<float> x, float y, Span<float> destination) =>
        ElementwiseLoop.Map(new WithScalar<LessOrEqualOp>(y), x, destination);

    /// <summary>destination = x = y ? 1 : 0.</summary>
    public static void Equal(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> destination) =>
        ElementwiseLoop.Map<EqualOp>(x, y, destination);

    /// <summary>destination = x = y ? 1 : 0, y a number.</summary>
    public static void Equal(ReadOnlySpan<float> x, float y, Span<float> destination) =>
        ElementwiseLoop.Map(new WithScalar<EqualOp>(y), x, destination);

    /// <summary>destination = x ≠ y ? 1 : 0.</summary>
    public static void NotEqual(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> destination) =>
        ElementwiseLoop.Map<NotEqualOp>(x, y, destination);

    /// <summary>destination = x ≠ y ? 1 : 0, y a number.</summary>
    public static void NotEqual(ReadOnlySpan<float> x, float y, Span<float> destination) =>
        ElementwiseLoop.Map(new WithScalar<NotEqualOp>(y), x, destination);

    private readonly struct WithScalar<TOp>(float y) : IUnaryOp
        where TOp : struct, IBinaryOp
    {
        public T Invoke<T>(T x)
            where T : struct, IFloats<T> => TOp.Invoke(x, T.Create(y));
    }

    internal readonly struct GreaterOp : IBinaryOp
    {
        public static T Invoke<T>(T x, T y)
            where T : struct, IFloats<T> => (x > y) & T.Create(1f);
    }

    internal readonly struct GreaterOrEqualOp : IBinaryOp
    {
        public static T Invoke<T>(T x, T y)
            where T : struct, IFloats<T> => (x >= y) & T.Create(1f);
    }

    private readonly struct LessOp : IBinaryOp
    {
        public static T Invoke<T>(T x, T y)
            where T : struct, IFloats<T> => (x < y) & T.Create(1f);
    }

    private readonly struct LessOrEqualOp : IBinaryOp
    {
        public static T Invoke<T>(T x, T y)
            where T : struct, IFloats<T> => (x <= y) & T.Create(1f);
    }

    internal readonly struct EqualOp : IBinaryOp
    {
        public static T Invoke<T>(T x, T y)
            where T : struct, IFloats<T> => (T.Same(x, y)) & T.Create(1f);
    }

    private readonly struct NotEqualOp : IBinaryOp
    {
        public static T Invoke<T>(T x, T y)
            where T : struct, IFloats<T> => T.Select(T.Same(x, y), default, T.Create(1f));
    }
}
