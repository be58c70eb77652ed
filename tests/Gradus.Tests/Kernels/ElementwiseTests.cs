using Gradus.Kernels;

namespace Gradus.Tests.Kernels;

public class ElementwiseTests
{
    public delegate void Unary(ReadOnlySpan<float> x, Span<float> y);

    public delegate void Binary(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> destination);

    private const float Infinity = float.PositiveInfinity;

    /// <summary>A row is a function: the reference in double, the interval swept, the error allowed in units in the last
    /// place, and (argument, value) pairs that must hold exactly.</summary>
    private static readonly Dictionary<string, (Unary F, Func<double, double> Reference, float Low, float High, double Ulps,
        float[] Exact)> Functions = new()
        {
            ["relu"] = (Elementwise.Relu, x => Math.Max(x, 0), -10, 10, 0, [0, 0, Infinity, Infinity, -Infinity, 0]),
            ["leakyRelu"] = ((x, y) => Elementwise.LeakyRelu(x, 0.25f, y), x => x > 0 ? x : 0.25 * x, -10, 10, 0, [0, 0, Infinity, Infinity]),
            ["sign"] = (Elementwise.Sign, x => Math.Sign(x), -2, 2, 0, [0, 0, -0f, 0, 1e-45f, 1, -1e-45f, -1, -Infinity, -1]),
            ["square"] = (Elementwise.Square, x => x * x, -10, 10, 0.5, [-Infinity, Infinity]),
            ["exp"] = (Elementwise.Exp, Math.Exp, -87, 88.7f, 1.5, [0, 1, -Infinity, 0, Infinity, Infinity, 89, Infinity, -104, 0]),
            ["exp of denormals"] = (Elementwise.Exp, Math.Exp, -103.9f, -87, 1.5, []),
            ["expm1"] = (Elementwise.Expm1, Expm1, -20, 88.7f, 2.5, [0, 0, -Infinity, -1, Infinity, Infinity, 1e-40f, 1e-40f]),
            ["expm1 near 0"] = (Elementwise.Expm1, Expm1, -1e-3f, 1e-3f, 2.5, []),
            ["log"] = (Elementwise.Log, Math.Log, 1e-44f, 3.4e38f, 2, [0, -Infinity, 1, 0, Infinity, Infinity, -1, float.NaN, -Infinity, float.NaN]),
            ["log near 1"] = (Elementwise.Log, Math.Log, 0.5f, 2, 2, []),
            ["log1p"] = (Elementwise.Log1p, Log1p, -0.999f, 1e6f, 3, [0, 0, -1, -Infinity, -1.5f, float.NaN, -Infinity, float.NaN, Infinity, Infinity, 1e-30f, 1e-30f]),
            ["log1p near 0"] = (Elementwise.Log1p, Log1p, -1e-2f, 1e-2f, 3, []),
            ["softplus"] = (Elementwise.Softplus, Softplus, -87, 87, 4, [1000, 1000, -1000, 0, Infinity, Infinity, -Infinity, 0]),
            ["tanh"] = (Elementwise.Tanh, Math.Tanh, -12, 12, 4, [0, 0, Infinity, 1, -Infinity, -1, 1e-30f, 1e-30f]),
            ["tanh near 0"] = (Elementwise.Tanh, Math.Tanh, -1e-2f, 1e-2f, 4, []),
            ["sigmoid"] = (Elementwise.Sigmoid, x => 1 / (1 + Math.Exp(-x)), -87, 87, 3, [0, 0.5f, Infinity, 1, -Infinity, 0]),
            ["erf"] = (Elementwise.Erf, Erf, -5, 5, 3, [0, 0, Infinity, 1, -Infinity, -1]),
            ["erf near 0"] = (Elementwise.Erf, Erf, -1e-2f, 1e-2f, 3, []),
        };

    public static TheoryData<string> Names() => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Function_is_within_its_ulps(string name)
    {
        var (f, reference, low, high, ulps, exact) = Functions[name];
        const int n = 1 << 18;
        var x = new float[n];
        var y = new float[n];
        var logarithmic = low > 0 && high / low > 1e3;
        for (var i = 0; i < n; i++)
        {
            var t = i / (double)n;
            x[i] = (float)(logarithmic ? low * Math.Pow((double)high / low, t) : low + ((double)high - low) * t);
        }

        f(x, y);
        for (var i = 0; i < n; i++)
        {
            var expected = reference(x[i]);
            var size = MathF.Abs((float)expected);
            var ulp = float.BitIncrement(size) - (double)size;
            if (!(Math.Abs(y[i] - expected) <= ulps * ulp))
                Assert.Fail($"{name}({x[i]:R}) = {y[i]:R}, expected {expected:R}: {Math.Abs(y[i] - expected) / ulp:F2} ulp");
        }

        for (var i = 0; i < exact.Length; i += 2)
        {
            float[] result = [0];
            f([exact[i]], result);
            Assert.Equal(exact[i + 1], result[0]);
        }

        float[] nan = [0];
        f([float.NaN], nan);
        Assert.Equal(float.NaN, nan[0]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_length_gives_the_same_bits_and_stays_within_the_span(string name)
    {
        var (f, _, low, high, _, _) = Functions[name];
        var source = new float[257];
        TestNumbers.Fill(source, 3);
        foreach (ref var value in source.AsSpan())
            value = low + (value + 1) / 2 * (high - low);
        var all = new float[257];
        f(source, all);
        for (var length = 0; length <= 256; length++)
        {
            var x = new GuardedMemory(length, length % 5);
            var y = new GuardedMemory(length, length % 3);
            source.AsSpan(0, length).CopyTo(x.Span);
            f(x.Span, y.Span);
            Assert.Equal(all.AsSpan(0, length), y.Span);
            y.AssertGuards();
            f(x.Span, x.Span);      // in place
            Assert.Equal(all.AsSpan(0, length), x.Span);
            x.AssertGuards();
        }
    }

    [Fact]
    public void Comparisons_follow_the_operators_of_float()
    {
        (Binary Kernel, Unary Two, Func<float, float, bool> Relation)[] rows =
        [
            (Elementwise.Greater, (x, d) => Elementwise.Greater(x, 2f, d), (x, y) => x > y),
            (Elementwise.GreaterOrEqual, (x, d) => Elementwise.GreaterOrEqual(x, 2f, d), (x, y) => x >= y),
            (Elementwise.Less, (x, d) => Elementwise.Less(x, 2f, d), (x, y) => x < y),
            (Elementwise.LessOrEqual, (x, d) => Elementwise.LessOrEqual(x, 2f, d), (x, y) => x <= y),
            (Elementwise.Equal, (x, d) => Elementwise.Equal(x, 2f, d), (x, y) => x == y),
            (Elementwise.NotEqual, (x, d) => Elementwise.NotEqual(x, 2f, d), (x, y) => x != y),
        ];
        float[] values = [0f, -0f, 1f, 2f, -3f, Infinity, -Infinity, float.NaN, 1e-45f];
        foreach (var (kernel, two, relation) in rows)
        {
            for (var n = 0; n < 90; n++)
            {
                var x = new GuardedMemory(n);
                var y = new GuardedMemory(n);
                var z = new GuardedMemory(n);
                for (var i = 0; i < n; i++)
                {
                    x.Span[i] = values[i % 9];
                    y.Span[i] = values[i / 9 % 9];
                }

                kernel(x.Span, y.Span, z.Span);
                for (var i = 0; i < n; i++)
                    Assert.Equal(relation(x.Span[i], y.Span[i]) ? 1f : 0f, z.Span[i]);
                two(x.Span, z.Span);
                for (var i = 0; i < n; i++)
                    Assert.Equal(relation(x.Span[i], 2f) ? 1f : 0f, z.Span[i]);
                z.AssertGuards();
            }
        }
    }

    [Fact]
    public void Gates_choose()
    {
        for (var n = 0; n < 70; n++)
        {
            var x = new GuardedMemory(n);
            var a = new GuardedMemory(n);
            var b = new GuardedMemory(n);
            var z = new GuardedMemory(n);
            TestNumbers.Fill(x.Span, 1);
            TestNumbers.Fill(a.Span, 2);
            TestNumbers.Fill(b.Span, 3);
            for (var i = 0; i < n; i += 3)
                x.Span[i] = 0;
            Elementwise.Select(x.Span, a.Span, b.Span, z.Span);
            for (var i = 0; i < n; i++)
                Assert.Equal(x.Span[i] != 0 ? a.Span[i] : b.Span[i], z.Span[i]);
            Elementwise.SelectPositive(x.Span, a.Span, z.Span);
            for (var i = 0; i < n; i++)
                Assert.Equal(x.Span[i] > 0 ? a.Span[i] : 0, z.Span[i]);
            z.AssertGuards();
        }
    }

    [Fact]
    public void A_short_destination_is_refused() =>
        Assert.Throws<ArgumentException>(() => Elementwise.Relu(new float[3], new float[2]));

    private static double Softplus(double x) => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x)));

    // Kahan: ln u · x/(u − 1) corrects the rounding of u = 1 + x.
    private static double Log1p(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : Math.Log(u) * (x / (u - 1));
    }

    private static double Expm1(double x) =>
        Math.Abs(x) < 1e-2 ? x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6))))) : Math.Exp(x) - 1;

    // 2/√π·e^(−x²)·Σ 2ⁿx^(2n+1)/(2n+1)!!: all terms have one sign.
    private static double Erf(double x)
    {
        double term = x, sum = x;
        for (var n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
            sum += term *= 2 * x * x / (2 * n + 1);
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
