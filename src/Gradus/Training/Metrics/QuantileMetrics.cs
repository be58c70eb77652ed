namespace Gradus;

/// <summary>How good predicted quantiles are.</summary>
/// <param name="Coverage">Share of the truths from the lowest to the highest quantile, both included, 0 to 1; of quantiles 0.05
/// and 0.95 it is 0.9 where they are right.</param>
/// <param name="Width">Mean of the highest less the lowest quantile, unit of the target: of two sets of quantiles with the same
/// coverage the narrower says more.</param>
/// <param name="Pinball">Pinball loss, the mean of max(τ(t − q), (τ − 1)(t − q)) over rows and quantiles: at least 0, unit of the
/// target (Koenker and Bassett 1978). As scikit-learn's <c>mean_pinball_loss</c>.</param>
public sealed record QuantileMetrics(double Coverage, double Width, double Pinball)
{
    /// <summary>Measures quantiles, computing in double.</summary>
    /// <param name="shares">τ of each, ascending.</param>
    /// <param name="quantiles">q: (rows × shares), row-major, ascending in each row, in the unit of the target.</param>
    /// <param name="truths">t, one a row.</param>
    /// <exception cref="ArgumentException">There is no row, or the lengths do not fit.</exception>
    public static QuantileMetrics Of(IReadOnlyList<double> shares, ReadOnlySpan<double> quantiles, ReadOnlySpan<double> truths)
    {
        ArgumentNullException.ThrowIfNull(shares);
        var count = shares.Count;
        if (truths.IsEmpty || count == 0 || quantiles.Length != (long)truths.Length * count)
            throw new ArgumentException($"{quantiles.Length} quantiles for {truths.Length} truths and {count} shares; each truth needs one for each share.", nameof(quantiles));
        var (within, width, pinball) = (0, 0.0, 0.0);
        for (var row = 0; row < truths.Length; row++)
        {
            var t = truths[row];
            var of = quantiles.Slice(row * count, count);
            within += of[0] <= t && t <= of[^1] ? 1 : 0;
            width += of[^1] - of[0];
            for (var i = 0; i < count; i++)
                pinball += Math.Max(shares[i] * (t - of[i]), (shares[i] - 1) * (t - of[i]));
        }

        return new QuantileMetrics((double)within / truths.Length, width / truths.Length, pinball / quantiles.Length);
    }
}
