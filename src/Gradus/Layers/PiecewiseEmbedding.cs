using static Gradus.Functions;

namespace Gradus;

/// <summary>Each number as a vector: its place among the quantiles of the training rows, through a linear map of its own
/// (Gorishniy, Rubachev and Babenko 2022, eq. 1, with the initialisation of Gorishniy et al. 2025, appendix D). Networks fit
/// steps and bends of a column better from it than from the number itself.</summary>
/// <remarks>For a column x with edges b₀ … b_T: e_t = (x − b_{t−1}) / (b_t − b_{t−1}), cut to [0, 1] but for e₁ below and e_T
/// above; h = xw + c + eV, V (T, width), which starts at 0. X (batch, inputs); H (batch, columns · width + the other inputs),
/// in the order of the inputs. <see cref="Model.For(Table, string, ReadOnlySpan{Layer})"/> finds the edges.</remarks>
public sealed record PiecewiseEmbedding : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="width">Length of the vector, at least 1.</param>
    /// <param name="bins">Bins of a column at most, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public PiecewiseEmbedding(int width = 16, int bins = 48)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        (Width, Bins) = (width, bins);
    }

    /// <summary>Length of the vector.</summary>
    public int Width { get; }

    /// <summary>Bins of a column at most.</summary>
    public int Bins { get; }

    /// <summary>The columns that become vectors, in order, with their edges; empty until the layer is fitted.</summary>
    public IReadOnlyList<FeatureBins> Features { get; init; } = [];

    /// <inheritdoc/>
    public override string Kind => "piecewise-embedding";

    /// <summary>Two layers are equal if their settings and edges are.</summary>
    public bool Equals(PiecewiseEmbedding? other) =>
        other is not null && (Width, Bins) == (other.Width, other.Bins) && Features.SequenceEqual(other.Features);

    /// <inheritdoc/>
    public override int GetHashCode() => Features.Aggregate(HashCode.Combine(Width, Bins), HashCode.Combine);

    internal override Expression Apply(Expression x, ParameterFactory parameters)
    {
        var start = Initializer.Uniform(-1 / Math.Sqrt(Width), 1 / Math.Sqrt(Width));
        return Embeddings.Apply(x, parameters, Kind, [.. Features.Select(feature => feature.Column)], (number, column) =>
        {
            var edges = Features[number].Edges;
            var w = parameters.Make(FormattableString.Invariant($"w{number + 1}"), 1, Width, start, isWeight: false);
            var c = parameters.Make(FormattableString.Invariant($"c{number + 1}"), 1, Width, start, isWeight: false);
            var v = parameters.Make(FormattableString.Invariant($"V{number + 1}"), edges.Count - 1, Width, Initializer.Zeros, isWeight: true);
            return Encode(column, edges).Dot(v) + (column * w) + c;   // h = eV + xw + c
        });
    }

    /// <summary>e: (batch × bins) from one column (batch × 1).</summary>
    internal static Expression Encode(Expression column, IReadOnlyList<double> edges)
    {
        var bins = edges.Count - 1;
        var (below, slope, least, most) = (new double[1, bins], new double[1, bins], new double[1, bins], new double[1, bins]);
        for (var t = 0; t < bins; t++)
        {
            (below[0, t], slope[0, t]) = (edges[t], 1 / (edges[t + 1] - edges[t]));
            (least[0, t], most[0, t]) = (t == 0 ? double.NegativeInfinity : 0, t == bins - 1 ? double.PositiveInfinity : 1);
        }

        var e = (column - Expression.Constant(below)) * Expression.Constant(slope);
        return Min(Max(e, Expression.Constant(least)), Expression.Constant(most));
    }
}
