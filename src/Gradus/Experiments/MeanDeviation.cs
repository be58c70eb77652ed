namespace Gradus;

/// <summary>Mean and sample deviation of a few numbers.</summary>
/// <param name="Mean">Σx / n.</param>
/// <param name="Deviation">√(Σ(x − mean)² / (n − 1)); null for a single number.</param>
public sealed record MeanDeviation(double Mean, double? Deviation)
{
    /// <summary>Of the numbers that are there; null if none is.</summary>
    public static MeanDeviation? Of(IEnumerable<double?> values)
    {
        var known = values.OfType<double>().ToArray();
        if (known.Length == 0)
            return null;
        var mean = known.Average();
        return new MeanDeviation(mean, known.Length == 1 ? null : Math.Sqrt(known.Sum(x => (x - mean) * (x - mean)) / (known.Length - 1)));
    }
}
