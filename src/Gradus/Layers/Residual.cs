namespace Gradus;

/// <summary>A block whose result is added to what it was given: H = X + f(X), f the layers within (He et al. 2016; for tables
/// Gorishniy et al. 2021, section 3.2, where normalisation comes first). The gradient reaches X unchanged, so deep nets
/// train.</summary>
/// <remarks>X and H are (batch, inputs): the layers must give as many columns as they take.</remarks>
public sealed record Residual : Layer
{
    /// <summary>Makes the block.</summary>
    /// <param name="layers">At least one.</param>
    /// <exception cref="ArgumentException">There is no layer.</exception>
    public Residual(params IReadOnlyList<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Count == 0)
            throw new ArgumentException("A residual block has at least one layer.", nameof(layers));
        Layers = [.. layers];
    }

    /// <summary>f.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <inheritdoc/>
    public override string Kind => "residual";

    /// <summary>Two blocks are equal if their layers are.</summary>
    public bool Equals(Residual? other) => other is not null && Layers.SequenceEqual(other.Layers);

    /// <inheritdoc/>
    public override int GetHashCode() => Layers.Aggregate(Layers.Count, HashCode.Combine);

    internal override Expression Apply(Expression x, ParameterFactory parameters)
    {
        var h = x;
        for (var i = 0; i < Layers.Count; i++)
            h = parameters.Within(i + 1, Layers[i], h);
        return h.Shape == x.Shape ? x + h : throw new ArgumentException(
            $"A residual block adds its result to its input, but the input has {x.Shape.Columns} columns and the result {h.Shape.Columns}. Make them equal.");
    }
}
