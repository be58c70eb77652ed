namespace Gradus;

/// <summary>Scalar functions in double precision that the framework lacks.</summary>
internal static class Reference
{
    /// <summary>log(1 + x) without the loss of small x (Kahan): x · log(u) / (u − 1) with u = 1 + x.</summary>
    public static double Log1p(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : double.IsInfinity(u) ? Math.Log(u) : Math.Log(u) * x / (u - 1);
    }

    public static double Sign(double x) => x > 0 ? 1 : x < 0 ? -1 : x;

    public static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    /// <summary>log(1 + eˣ) = max(x, 0) + log1p(e^−|x|).</summary>
    public static double Softplus(double x) => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x)));

    /// <summary>erf by its Maclaurin series for |x| &lt; 3, by the continued fraction of erfc beyond (Abramowitz and Stegun
    /// 7.1.6 and 7.1.14); error below 1e-14.</summary>
    public static double Erf(double x)
    {
        if (double.IsNaN(x))
            return x;
        var magnitude = Math.Abs(x);
        if (magnitude > 6)
            return Math.Sign(x);
        if (magnitude < 3)
        {
            // erf x = 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)); every term is positive, nothing cancels.
            double term = x, sum = x;
            for (var n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
                sum += term *= 2 * x * x / ((2 * n) + 1);
            return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
        }

        // √π e^(x²) erfc x = 1/(x + ½/(x + 1/(x + 3/2/(x + 2/(x + …
        var fraction = 0.0;
        for (var n = 60; n >= 1; n--)
            fraction = n / 2.0 / (magnitude + fraction);
        return Math.Sign(x) * (1 - (Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * (magnitude + fraction))));
    }

    /// <summary>max + log Σ exp(x − max).</summary>
    public static double LogSumExp(ReadOnlySpan<double> x)
    {
        var max = Maximum(x);
        if (double.IsInfinity(max))
            return max;
        var sum = 0.0;
        foreach (var v in x)
            sum += Math.Exp(v - max);
        return max + Math.Log(sum);
    }

    public static double Maximum(ReadOnlySpan<double> x)
    {
        var max = double.NegativeInfinity;
        foreach (var v in x)
            max = Math.Max(max, v);
        return max;
    }
}
