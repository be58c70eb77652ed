namespace Gradus;

/// <summary>The power transform of Yeo and Johnson (2000), "A new family of power transformations to improve normality or
/// symmetry".</summary>
/// <remarks>ψ(x, λ) = ((1 + x)^λ − 1)/λ for x ≥ 0 (ln(1 + x) for λ = 0), and −((1 − x)^(2−λ) − 1)/(2 − λ) for x &lt; 0
/// (−ln(1 − x) for λ = 2).</remarks>
internal static class YeoJohnson
{
    private const double WidestExponent = 10;    // λ is looked for within 1 ± this …
    private const double LargestLogarithm = 300; // … and where no value of training, squared, overflows
    private const double LeastSpread = 1e-9;     // a deviation below this share of the values is rounding error

    public static double Apply(double x, double lambda) =>
        x >= 0 ? Power(Log1(x), lambda) : -Power(Log1(-x), 2 - lambda);

    /// <summary>The λ of maximum likelihood: −n/2·ln Var ψ(x, λ) + (λ − 1)·Σ sign(x)·ln(1 + |x|), which is concave in λ,
    /// by Brent's method.</summary>
    /// <param name="values">At least two different values.</param>
    public static double Fit(ReadOnlySpan<float> values)
    {
        var logs = new double[values.Length];   // sign(x)·ln(1 + |x|): the logarithms are taken once
        double sum = 0, largest = 0;
        for (var i = 0; i < logs.Length; i++)
        {
            logs[i] = SignedLog(values[i]);
            sum += logs[i];
            largest = Math.Max(largest, Math.Abs(logs[i]));
        }
        var width = Math.Min(WidestExponent, (LargestLogarithm / largest) - 1);
        return Minimum.Of(lambda => (0.5 * logs.Length * LogVariance(logs, lambda)) - ((lambda - 1) * sum), 1 - width, 1 + width, start: 1);
    }

    public static double SignedLog(double x) => Math.CopySign(Log1(Math.Abs(x)), x);

    private static double LogVariance(ReadOnlySpan<double> logs, double lambda)
    {
        double mean = 0, squares = 0, largest = 0;
        for (var i = 0; i < logs.Length; i++)
        {
            var value = logs[i] >= 0 ? Power(logs[i], lambda) : -Power(-logs[i], 2 - lambda);
            var difference = value - mean;
            mean += difference / (i + 1);                       // Welford (1962)
            squares += difference * (value - mean);
            largest = Math.Max(largest, Math.Abs(value));
        }
        var variance = squares / logs.Length;
        return Math.Sqrt(variance) > LeastSpread * largest ? Math.Log(variance) : double.PositiveInfinity;
    }

    // ((1 + x)^λ − 1)/λ of ln(1 + x).
    private static double Power(double logarithm, double lambda) => lambda == 0 ? logarithm : Exp1(lambda * logarithm) / lambda;

    /// <summary>eˣ − 1, without cancellation near 0.</summary>
    public static double Exp1(double x) => 2 * Math.Sinh(x / 2) * Math.Exp(x / 2);

    // ln(1 + x), without cancellation near 0 (Kahan): the rounding of 1 + x is made good.
    private static double Log1(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }
}
