namespace Gradus;

/// <summary>Figures of a column of numbers, missing values apart.</summary>
/// <param name="Minimum">The least value.</param>
/// <param name="Mean">The mean, summed in double.</param>
/// <param name="Median">The middle value, or the mean of the middle two.</param>
/// <param name="Maximum">The greatest value.</param>
/// <param name="Deviation">The standard deviation of these values (divided by their number).</param>
public sealed record NumberSummary(double Minimum, double Mean, double Median, double Maximum, double Deviation)
{
    /// <summary>Measures; reorders <paramref name="values"/>; <see langword="null"/> for none.</summary>
    internal static NumberSummary? Of(Span<float> values)
    {
        if (values.IsEmpty)
            return null;
        var fitted = NumberScale.Fit(Scaling.Standardize, values);
        float minimum = values[0], maximum = values[0];
        foreach (var value in values)
        {
            minimum = MathF.Min(minimum, value);
            maximum = MathF.Max(maximum, value);
        }
        return new NumberSummary(minimum, fitted.Shift, Gradus.Median.Of(values), maximum, fitted.Divisor);
    }
}
