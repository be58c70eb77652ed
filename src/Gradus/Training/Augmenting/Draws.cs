using Gradus.Kernels;

namespace Gradus;

/// <summary>Single random numbers of one key, one after the other.</summary>
internal struct Draws(RandomKey key)
{
    private long index;

    /// <summary>Uniform in [0, 1).</summary>
    public double Unit() => (Philox.NextUInt64(key, index++) >> 11) * (1.0 / (1L << 53));

    /// <summary>Uniform within ± <paramref name="most"/>.</summary>
    public double Within(double most) => ((2 * Unit()) - 1) * most;

    /// <summary>0 … count − 1.</summary>
    public int Below(int count) => (int)Math.BigMul(Philox.NextUInt64(key, index++), (ulong)count, out _);

    /// <summary>λ ~ Beta(α, α) = G₁ / (G₁ + G₂) with G ~ Gamma(α), by their logarithms, which do not underflow for small α.</summary>
    public double Beta(double alpha)
    {
        var (first, second) = (LogarithmOfGamma(alpha), LogarithmOfGamma(alpha));
        return 1 / (1 + Math.Exp(second - first));
    }

    // Marsaglia and Tsang (2000): d v with d = α − 1/3, v = (1 + x / √(9d))³, x normal. For α < 1: Gamma(α + 1) · u^(1/α).
    private double LogarithmOfGamma(double alpha)
    {
        if (alpha < 1)
            return LogarithmOfGamma(alpha + 1) + (Math.Log(1 - Unit()) / alpha);
        var d = alpha - (1.0 / 3);
        while (true)
        {
            var x = Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());
            var v = Math.Pow(1 + (x / Math.Sqrt(9 * d)), 3);
            if (v > 0 && Math.Log(1 - Unit()) < (x * x / 2) + d - (d * v) + (d * Math.Log(v)))
                return Math.Log(d * v);
        }
    }
}
