namespace Gradus;

/// <summary>How figures of several networks lie about their mean.</summary>
/// <param name="Mean">x̄ = Σx / n.</param>
/// <param name="Deviation">√(Σ(x − x̄)² / (n − 1)): the standard deviation of a sample; 0 of a single figure.</param>
public readonly record struct Spread(double Mean, double Deviation)
{
    /// <summary>The spread of numbers.</summary>
    /// <param name="values">At least one.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Spread Of(IReadOnlyCollection<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
            throw new ArgumentException("No number has no spread.", nameof(values));
        var mean = values.Average();
        var squares = values.Sum(value => (value - mean) * (value - mean));
        return new Spread(mean, values.Count == 1 ? 0 : Math.Sqrt(squares / (values.Count - 1)));
    }

    /// <summary>The spread of each figure that all metrics have, by name; empty for none.</summary>
    public static IReadOnlyDictionary<string, Spread> Of(IReadOnlyCollection<Metrics> metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        var values = metrics.Select(each => each.Values).ToArray();
        var spreads = new OrderedDictionary<string, Spread>();
        foreach (var name in values.FirstOrDefault()?.Keys ?? [])
        {
            if (values.All(each => each.ContainsKey(name)))
                spreads[name] = Of([.. values.Select(each => each[name])]);
        }

        return spreads;
    }
}
