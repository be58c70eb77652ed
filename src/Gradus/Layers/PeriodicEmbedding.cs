using static Gradus.Functions;

namespace Gradus;

/// <summary>Each number as a vector: sines and cosines of trained frequencies, then a linear map of its own and relu (the PLR
/// embedding of Gorishniy, Rubachev and Babenko 2022, section 3.3).</summary>
/// <remarks>For a column x: v = 2πfx, f (1, frequencies) ~ N(0, σ²); h = relu([sin v, cos v]W + c), W (2 · frequencies, width).
/// X (batch, inputs); H (batch, columns · width + the other inputs), in the order of the inputs.
/// <see cref="Model.For(Table, string, ReadOnlySpan{Layer})"/> finds which columns are numbers.</remarks>
public sealed record PeriodicEmbedding : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="width">Length of the vector, at least 1.</param>
    /// <param name="frequencies">Frequencies of a column, at least 1.</param>
    /// <param name="deviation">σ of the frequencies at the start, above 0: larger for functions that change quickly.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public PeriodicEmbedding(int width = 24, int frequencies = 48, double deviation = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(frequencies, 1);
        if (!double.IsFinite(deviation) || deviation <= 0)
            throw new ArgumentOutOfRangeException(nameof(deviation), deviation, "The deviation of the frequencies must be a number above 0; 0.01 to 10 are usual.");
        (Width, Frequencies, Deviation) = (width, frequencies, deviation);
    }

    /// <summary>Length of the vector.</summary>
    public int Width { get; }

    /// <summary>Frequencies of a column.</summary>
    public int Frequencies { get; }

    /// <summary>σ.</summary>
    public double Deviation { get; }

    /// <summary>The columns that become vectors, from 0, in order; empty until the layer is fitted.</summary>
    public IReadOnlyList<int> Columns { get; init; } = [];

    /// <inheritdoc/>
    public override string Kind => "periodic-embedding";

    /// <summary>Two layers are equal if their settings and columns are.</summary>
    public bool Equals(PeriodicEmbedding? other) => other is not null
        && (Width, Frequencies, Deviation) == (other.Width, other.Frequencies, other.Deviation) && Columns.SequenceEqual(other.Columns);

    /// <inheritdoc/>
    public override int GetHashCode() => Columns.Aggregate(HashCode.Combine(Width, Frequencies, Deviation), HashCode.Combine);

    internal override Expression Apply(Expression x, ParameterFactory parameters) =>
        Embeddings.Apply(x, parameters, Kind, Columns, (number, column) =>
        {
            var f = parameters.Make(FormattableString.Invariant($"f{number + 1}"), 1, Frequencies, Initializer.Normal(Deviation), isWeight: false);
            var w = parameters.Make(FormattableString.Invariant($"W{number + 1}"), 2 * Frequencies, Width, Initializer.HeNormal, isWeight: true);
            var c = parameters.Make(FormattableString.Invariant($"c{number + 1}"), 1, Width, Initializer.Zeros, isWeight: false);
            var v = 2 * Math.PI * (column * f);
            return Relu(ConcatenateColumns(Sin(v), Cos(v)).Dot(w) + c);   // h = relu([sin v, cos v]W + c)
        });
}
