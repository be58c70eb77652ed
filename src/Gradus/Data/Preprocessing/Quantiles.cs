namespace Gradus;

/// <summary>Quantiles of a column, and the map to a normal distribution that they make.</summary>
/// <param name="values">Ascending, equally spaced in share: values[i] is the quantile of i / (length − 1).</param>
internal sealed class Quantiles(double[] values)
{
    /// <summary>Nothing is mapped further out: Φ⁻¹ of 1e-7, scikit-learn's bound.</summary>
    public const double Bound = 5.199337582605575;

    private const int Fewest = 10;
    private const int Most = 1_000;
    private const int RowsEach = 30;

    public IReadOnlyList<double> Values => values;

    public bool IsConstant => values[0] == values[^1];

    /// <param name="sorted">At least one value, ascending.</param>
    public static Quantiles Fit(ReadOnlySpan<float> sorted)
    {
        var fitted = new double[Math.Min(Math.Clamp(sorted.Length / RowsEach, Fewest, Most), sorted.Length)];
        for (var i = 0; i < fitted.Length; i++)
            fitted[i] = At(sorted, fitted.Length == 1 ? 0 : (double)i / (fitted.Length - 1));
        return new Quantiles(fitted);
    }

    /// <summary>The quantile of a share, linear between neighbours (type 7 of Hyndman and Fan 1996).</summary>
    public static double At(ReadOnlySpan<float> sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var below = Math.Min((int)position, sorted.Length - 1);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * ((double)sorted[above] - sorted[below]));
    }

    /// <summary>Φ⁻¹ of the share of training values below <paramref name="value"/>; 0 for a constant column.</summary>
    public double ToNormal(double value)
    {
        var last = values.Length - 1;
        if (IsConstant)
            return 0;
        if (value < values[0])
            return -Bound;
        if (value > values[last])
            return Bound;
        var from = CountBelow(value, orEqual: false);       // the first quantile that is not below the value
        var to = CountBelow(value, orEqual: true) - 1;      // the last that is not above it
        var position = from <= to ? (from + to) / 2.0       // a quantile, or the middle of a run of equal ones
            : to + ((value - values[to]) / (values[from] - values[to]));
        return Math.Clamp(NormalDistribution.Quantile(position / last), -Bound, Bound);
    }

    private int CountBelow(double value, bool orEqual)
    {
        var (low, high) = (0, values.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (values[middle] < value || (orEqual && values[middle] == value))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
