namespace Gradus;

/// <summary>The bins of one feature.</summary>
/// <param name="Column">The feature's column, from 0.</param>
/// <param name="Edges">b₀ &lt; b₁ &lt; … &lt; b_T: at least two finite numbers.</param>
public sealed record FeatureBins(int Column, IReadOnlyList<double> Edges)
{
    /// <summary>Two are equal if their columns and edges are.</summary>
    public bool Equals(FeatureBins? other) => other is not null && Column == other.Column && Edges.SequenceEqual(other.Edges);

    /// <inheritdoc/>
    public override int GetHashCode() => Edges.Aggregate(Column, HashCode.Combine);

    /// <summary>Bins between the quantiles 0, 1/T, …, 1 of the values; equal quantiles make one edge, so there may be fewer.
    /// </summary>
    /// <param name="column">The feature's column, from 0.</param>
    /// <param name="values">Finite numbers, at least one; sorted by this method.</param>
    /// <param name="bins">T, at least 1.</param>
    internal static FeatureBins Of(int column, Span<float> values, int bins)
    {
        values.Sort();
        var edges = new List<double>();
        for (var i = 0; i <= bins; i++)
        {
            // The value at position i/T · (n − 1), linear between neighbours.
            var position = (double)i / bins * (values.Length - 1);
            var below = (int)position;
            var edge = values[below] + ((position - below) * ((double)values[Math.Min(below + 1, values.Length - 1)] - values[below]));
            if (edges.Count == 0 || edge - edges[^1] > 1e-6 * Math.Max(1, Math.Abs(edge)))
                edges.Add(edge);
        }

        if (edges.Count == 1)
            edges.Add(edges[0] + 1);   // a constant feature
        return new FeatureBins(column, edges);
    }
}
