namespace Gradus;

/// <summary>How numbers are scaled, and the targets' numbers scaled back; in double.</summary>
/// <param name="Scaling">The rule: x' = (g(x) − shift) / divisor, where g is the identity, a logarithm or a power; for
/// quantiles, shift and divisor are not used. See <see cref="Gradus.Scaling"/>.</param>
/// <param name="Shift">What is taken off.</param>
/// <param name="Divisor">What the rest is divided by; 0 for a constant column, whose values all become 0.</param>
internal sealed record NumberScale(Scaling Scaling, double Shift, double Divisor)
{
    private const double Furthest = 1e6;                            // deviations; a power of a value far beyond training may overflow
    private static readonly double LargestLog = Math.Log(float.MaxValue);

    /// <summary>Values are x as they are: a target that is not scaled.</summary>
    public static NumberScale None { get; } = new(Scaling.None, 0, 1);

    /// <summary>λ of a power.</summary>
    public double Lambda { get; init; } = 1;

    /// <summary>The quantiles that <see cref="Scaling.Quantile"/> maps from.</summary>
    public Quantiles? Quantiles { get; init; }

    /// <summary>Values below it are taken for it.</summary>
    public double Low { get; init; } = double.NegativeInfinity;

    /// <summary>Values above it are taken for it.</summary>
    public double High { get; init; } = double.PositiveInfinity;

    public bool IsClipped => double.IsFinite(Low);

    public double Inverse => Divisor > 0 ? 1 / Divisor : 0;

    /// <summary>Whether x' = (x − shift) / divisor and no more.</summary>
    public bool IsLinear => !IsClipped && Scaling is (Scaling.Standardize or Scaling.MinMax or Scaling.None);

    public float Apply(double value) => ApplyWithin(Math.Clamp(value, Low, High));

    private float ApplyWithin(double value) => (float)(Scaling switch
    {
        Scaling.Robust => SmoothClip((value - Shift) * Inverse),
        Scaling.Quantile => Quantiles?.ToNormal(value) ?? 0,
        Scaling.Power => Math.Clamp((YeoJohnson.Apply(value, Lambda) - Shift) * Inverse, -Furthest, Furthest),
        Scaling.Log => (YeoJohnson.SignedLog(value) - Shift) * Inverse,
        _ => (value - Shift) * Inverse,
    });

    /// <summary>The value that <see cref="Apply"/> maps to this; not for every scaling, see <see cref="ScalingNames.OfTargets"/>.</summary>
    public double Undo(double value)
    {
        var moved = (value * Divisor) + Shift;
        if (IsLinear)
            return moved;
        if (Scaling != Scaling.Log)
            throw new InvalidOperationException($"{Scaling} cannot be undone.");
        var size = Math.Min(Math.Abs(moved), LargestLog);   // numbers are float32: no target was larger
        return Math.CopySign(YeoJohnson.Exp1(size), moved);
    }

    /// <summary>Clips the values, without NaN, and fits the scale to what remains. Bounds that would leave one value only, as
    /// of a column that is almost always 0, are not used.</summary>
    public static NumberScale Fit(Scaling scaling, ReadOnlySpan<float> values, OutlierClip? clip)
    {
        if (clip is null || values.IsEmpty)
            return Fit(scaling, values);
        var (low, high) = clip.Bounds(Sorted(values));
        var clipped = new float[values.Length];
        for (var i = 0; i < clipped.Length; i++)
            clipped[i] = (float)Math.Clamp(values[i], low, high);
        return clipped.AsSpan().ContainsAnyExcept(clipped[0]) ? Fit(scaling, clipped) with { Low = low, High = high } : Fit(scaling, values);
    }

    /// <summary>Fits the scale to values without NaN; no values make a constant 0.</summary>
    public static NumberScale Fit(Scaling scaling, ReadOnlySpan<float> values)
    {
        if (scaling == Scaling.None)
            return None;
        if (values.IsEmpty)
            return new NumberScale(scaling, 0, 0) { Quantiles = scaling == Scaling.Quantile ? new Quantiles([0]) : null };

        float minimum = values[0], maximum = values[0];
        foreach (var value in values)
        {
            minimum = MathF.Min(minimum, value);
            maximum = MathF.Max(maximum, value);
        }
        switch (scaling)
        {
            case Scaling.Quantile:
                return new NumberScale(scaling, 0, 0) { Quantiles = Quantiles.Fit(Sorted(values)) };
            case Scaling.MinMax:
            case var _ when minimum == maximum:
                return new NumberScale(scaling, minimum, (double)maximum - minimum);
            case Scaling.Robust:
                var sorted = Sorted(values);
                var spread = Quantiles.At(sorted, 0.75) - Quantiles.At(sorted, 0.25);
                return new NumberScale(scaling, Quantiles.At(sorted, 0.5), spread > 0 ? spread : ((double)maximum - minimum) / 2);
            case Scaling.Power:
                var lambda = YeoJohnson.Fit(values);
                return Standardize(scaling, values, value => YeoJohnson.Apply(value, lambda)) with { Lambda = lambda };
            case Scaling.Log:
                return Standardize(scaling, values, YeoJohnson.SignedLog);
            default:
                return Standardize(scaling, values, value => value);
        }
    }

    // Mean, and deviation divided by n, as scikit-learn.
    private static NumberScale Standardize(Scaling scaling, ReadOnlySpan<float> values, Func<double, double> transform)
    {
        double sum = 0;
        foreach (var value in values)
            sum += transform(value);
        var mean = sum / values.Length;
        double squares = 0;
        foreach (var value in values)
        {
            var difference = transform(value) - mean;
            squares += difference * difference;
        }
        return new NumberScale(scaling, mean, Math.Sqrt(squares / values.Length));
    }

    private static float[] Sorted(ReadOnlySpan<float> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    private static double SmoothClip(double z) => z / Math.Sqrt(1 + (z / 3 * (z / 3)));
}
