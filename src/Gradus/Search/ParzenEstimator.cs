namespace Gradus;

/// <summary>A density on [0, 1] from values that were seen: a truncated normal about each, and a wide one in the middle as a prior
/// (Bergstra et al. 2011, section 4.2).</summary>
internal sealed class ParzenEstimator
{
    private readonly double[] centers;
    private readonly double[] widths;
    private readonly double[] factors;   // of each: 1 / (number · σ · √(2π) · share within [0, 1])

    public ParzenEstimator(IEnumerable<double> places)
    {
        const double Prior = 0.5;
        centers = [.. places.Append(Prior).Order()];
        var prior = Array.IndexOf(centers, Prior);
        (widths, factors) = (new double[centers.Length], new double[centers.Length]);
        var least = 1.0 / Math.Min(100, centers.Length + 1);
        for (var i = 0; i < centers.Length; i++)
        {
            var (before, after) = (i == 0 ? 0 : centers[i - 1], i == centers.Length - 1 ? 1 : centers[i + 1]);
            // σ: the distance to the farther neighbour.
            widths[i] = i == prior ? 1 : Math.Clamp(Math.Max(centers[i] - before, after - centers[i]), least, 1);
            var within = Cumulative((1 - centers[i]) / widths[i]) - Cumulative(-centers[i] / widths[i]);
            factors[i] = 1 / (centers.Length * widths[i] * Math.Sqrt(2 * Math.PI) * within);
        }
    }

    public double Density(double place)
    {
        var sum = 0.0;
        for (var i = 0; i < centers.Length; i++)
        {
            var z = (place - centers[i]) / widths[i];
            sum += factors[i] * Math.Exp(-0.5 * z * z);
        }

        return sum;
    }

    public double Draw(RandomDraws random)
    {
        var i = random.NextBelow(centers.Length);
        while (true)
        {
            // At least a third of every component is within, for its centre is.
            var place = centers[i] + (widths[i] * random.NextNormal());
            if (place is >= 0 and < 1)
                return place;
        }
    }

    // Φ(z), to 7.5e-8 (Abramowitz and Stegun 1964, 26.2.17).
    private static double Cumulative(double z)
    {
        if (z < 0)
            return 1 - Cumulative(-z);
        var t = 1 / (1 + (0.2316419 * z));
        var polynomial = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return 1 - (Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI) * polynomial);
    }
}
