namespace Gradus;

/// <summary>A number for all layers that have weights, or one for each, from the first to the output layer.</summary>
public sealed record PerLayer
{
    private readonly double[] values;

    /// <summary>Makes it from one number for all layers, or one for each.</summary>
    /// <param name="values">At least one, each at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or not finite as float32.</exception>
    /// <exception cref="ArgumentException">There is none.</exception>
    public PerLayer(params ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
            throw new ArgumentException("Give one number for all layers, or one for each.", nameof(values));
        foreach (var value in values)
        {
            if (!float.IsFinite((float)value) || value < 0)
                throw new ArgumentOutOfRangeException(nameof(values), value, "A number for a layer must be at least 0, and float32 must hold it.");
        }

        this.values = values.ToArray();
    }

    /// <summary>The numbers.</summary>
    public IReadOnlyList<double> Values => values;

    /// <summary>The number of a layer.</summary>
    /// <param name="index">From 0, among the layers that have weights.</param>
    public double this[int index] => values.Length == 1 ? values[0] : values[index];

    /// <summary>One number for all layers.</summary>
    public static implicit operator PerLayer(double value) => new(value);

    /// <summary>Whether both have the same numbers.</summary>
    public bool Equals(PerLayer? other) => other is not null && values.AsSpan().SequenceEqual(other.values);

    /// <inheritdoc/>
    public override int GetHashCode() => values.Length > 0 ? HashCode.Combine(values.Length, values[0]) : 0;

    /// <summary>The numbers with commas between.</summary>
    public override string ToString() =>
        string.Join(',', values.Select(value => value.ToString(System.Globalization.CultureInfo.InvariantCulture)));
}
