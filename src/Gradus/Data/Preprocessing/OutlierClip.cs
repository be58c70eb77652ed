namespace Gradus;

/// <summary>Where the values of a number column end: those further out are taken for the bound, in training and after.</summary>
public sealed record OutlierClip
{
    private readonly double share;
    private readonly double deviations;

    private OutlierClip(double share, double deviations) => (this.share, this.deviations) = (share, deviations);

    /// <summary>Clips to two quantiles of the training rows.</summary>
    /// <param name="share">The share of rows beyond each bound, above 0 and below 0.5; 0.01 clips to the 1st and the 99th percentile.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of range.</exception>
    public static OutlierClip Quantiles(double share) => share is > 0 and < 0.5
        ? new OutlierClip(share, 0)
        : throw new ArgumentOutOfRangeException(nameof(share), share, "Expected a share above 0 and below 0.5, such as 0.01.");

    /// <summary>Clips to so many deviations around the mean of the training rows.</summary>
    /// <param name="count">A number above 0, such as 4.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not above 0, or infinite.</exception>
    public static OutlierClip Deviations(double count) => count > 0 && double.IsFinite(count)
        ? new OutlierClip(0, count)
        : throw new ArgumentOutOfRangeException(nameof(count), count, "Expected a number above 0, such as 4.");

    /// <param name="sorted">At least one value, ascending.</param>
    internal (double Low, double High) Bounds(ReadOnlySpan<float> sorted)
    {
        if (share > 0)
            return (Gradus.Quantiles.At(sorted, share), Gradus.Quantiles.At(sorted, 1 - share));
        var (mean, deviation) = (0.0, 0.0);
        if (sorted[0] == sorted[^1])
            mean = sorted[0];
        else if (NumberScale.Fit(Scaling.Standardize, sorted) is var scale)
            (mean, deviation) = (scale.Shift, scale.Divisor);
        return (mean - (deviations * deviation), mean + (deviations * deviation));
    }
}
