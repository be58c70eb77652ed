using static Gradus.Functions;

namespace Gradus;

/// <summary>Each category as a trained vector: eᵢ = E[indexᵢ], which is one-hot(index) · E without the zeros (Guo and Berkhahn
/// 2016, eq. 2). Categories that act alike come to lie near each other.</summary>
/// <remarks>X (batch, inputs), of which some columns hold indices; E (levels, width) for each of those; H (batch, other inputs +
/// sum of widths): the other inputs in their order, then the vectors. The index that stands for no category gives zeros. E starts
/// uniform on ±1/√width (Gorishniy et al. 2021) and is left alone by weight decay and penalties.</remarks>
public sealed record Embedding : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="columns">At least one; different columns.</param>
    /// <exception cref="ArgumentException">There is no column, one comes twice, or a number is out of range.</exception>
    public Embedding(params IReadOnlyList<EmbeddedCategory> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0)
            throw new ArgumentException("An embedding has at least one column.", nameof(columns));
        foreach (var (category, width) in columns)
        {
            if (category.Column < 0 || category.Levels < 1 || width < 1)
                throw new ArgumentException($"Column {category.Column} with {category.Levels} levels and a vector of {width}: a column counts from 0, the others from 1.", nameof(columns));
        }

        if (columns.DistinctBy(each => each.Category.Column).Count() < columns.Count)
            throw new ArgumentException("A column is embedded twice.", nameof(columns));
        Columns = columns;
    }

    /// <summary>The columns that become vectors.</summary>
    public IReadOnlyList<EmbeddedCategory> Columns { get; }

    /// <inheritdoc/>
    public override string Kind => "embedding";

    /// <summary>The usual length of a vector: half of the levels, rounded up, and at most 50.</summary>
    /// <param name="levels">Number of categories.</param>
    public static int UsualWidth(int levels) => Math.Clamp((levels + 1) / 2, 1, 50);

    /// <summary>Two embeddings are equal if their columns are.</summary>
    public bool Equals(Embedding? other) => other is not null && Columns.SequenceEqual(other.Columns);

    /// <inheritdoc/>
    public override int GetHashCode() => Columns.Aggregate(0, HashCode.Combine);

    internal override Expression Apply(Expression x, ParameterFactory parameters)
    {
        var start = (int width) => Initializer.Uniform(-1 / Math.Sqrt(width), 1 / Math.Sqrt(width));
        Expression[] vectors =
        [
            .. Columns.Select((each, i) => parameters.Lookup(
                x, each.Category, FormattableString.Invariant($"E{i + 1}"), each.Width, start(each.Width), isWeight: false)),
        ];
        var others = parameters.InputsBeside([.. Columns.Select(each => each.Category)]);
        if (others.Count > 0)
            vectors = [parameters.Pick(x, others), .. vectors];
        parameters.Keep([.. others, .. Enumerable.Repeat(ParameterFactory.NoInput, Columns.Sum(each => each.Width))]);
        return vectors.Length == 1 ? vectors[0] : ConcatenateColumns(vectors);
    }
}
