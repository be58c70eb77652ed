namespace Gradus;

/// <summary>x' = (x − shift) / divisor, and back; in double.</summary>
/// <param name="Scaling">Where shift and divisor come from: mean and deviation, minimum and range, or 0 and 1.</param>
/// <param name="Shift">What is taken off.</param>
/// <param name="Divisor">What the rest is divided by; 0 for a constant column, whose values all become 0.</param>
internal readonly record struct NumberScale(Scaling Scaling, double Shift, double Divisor)
{
    public double Inverse => Divisor > 0 ? 1 / Divisor : 0;

    public float Apply(float value) => (float)((value - Shift) * Inverse);

    public double Undo(double value) => (value * Divisor) + Shift;

    /// <summary>Fits the scale to values without NaN; no values make a constant 0.</summary>
    public static NumberScale Fit(Scaling scaling, ReadOnlySpan<float> values)
    {
        if (scaling == Scaling.None)
            return new NumberScale(scaling, 0, 1);
        if (values.IsEmpty)
            return new NumberScale(scaling, 0, 0);

        double sum = 0;
        float minimum = values[0], maximum = values[0];
        foreach (var value in values)
        {
            sum += value;
            minimum = MathF.Min(minimum, value);
            maximum = MathF.Max(maximum, value);
        }
        if (scaling == Scaling.MinMax || minimum == maximum)
            return new NumberScale(scaling, minimum, (double)maximum - minimum);

        var mean = sum / values.Length;
        double squares = 0;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return new NumberScale(scaling, mean, Math.Sqrt(squares / values.Length));  // population deviation, as scikit-learn
    }
}
