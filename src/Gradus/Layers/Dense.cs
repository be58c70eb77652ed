namespace Gradus;

/// <summary>Fully connected layer: H = f(XW + b).</summary>
/// <remarks>X (batch, inputs), W (inputs, outputs), b (1, outputs); row-major. Weights start as fits the
/// activation: He-normal for ReLU kinds (He et al. 2015, eq. 10), LeCun-normal for SELU and the scaled tanh (LeCun et al. 1998,
/// eq. 16), Xavier-uniform otherwise (Glorot and Bengio 2010, eq. 16); biases start at 0. A category counts as one input of the
/// fan-in, for one of its one-hot features is 1. With maxout W and b have two columns a unit.</remarks>
public sealed record Dense : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="outputs">Width of the layer, at least 1.</param>
    /// <param name="activation">f; identity if null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="outputs"/> is below 1.</exception>
    public Dense(int outputs, Activation? activation = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Outputs = outputs;
        Activation = activation ?? Activation.Identity;
        Weights = Activation.Weights;
    }

    /// <summary>Number of units.</summary>
    public int Outputs { get; }

    /// <summary>f.</summary>
    public Activation Activation { get; }

    /// <summary>How the weights start.</summary>
    public Initializer Weights { get; init; }

    /// <summary>How the biases start.</summary>
    public Initializer Biases { get; init; } = Initializer.Zeros;

    /// <summary>Columns of the network's input that hold indices of categories and count as one-hot: a category with index i adds
    /// row i of its rows of W, W1 for the first category, to U. The same as one-hot · W, without a matrix of that width.</summary>
    public IReadOnlyList<CategoryInput> Categories { get; init; } = [];

    /// <inheritdoc/>
    public override string Kind => "dense";

    /// <summary>Two layers are equal if their settings are.</summary>
    public bool Equals(Dense? other) => other is not null && (Outputs, Activation, Weights, Biases) == (other.Outputs, other.Activation, other.Weights, other.Biases)
        && Categories.SequenceEqual(other.Categories);

    /// <inheritdoc/>
    public override int GetHashCode() => Categories.Aggregate(HashCode.Combine(Outputs, Activation, Weights, Biases), HashCode.Combine);

    internal override Expression Apply(Expression x, ParameterFactory parameters)
    {
        var sums = checked(Outputs * Activation.Pieces);
        var u = Categories.Count > 0 ? ProductWithCategories(x, sums, parameters)
            : x.Dot(parameters.Make("W", x.Shape.Columns.Size, sums, Weights, isWeight: true));
        var b = parameters.Make("b", 1, sums, Biases, isWeight: false);
        return Activation.Apply(u + b, parameters);   // H = f(XW + b)
    }

    // XW + W1[index1] + W2[index2] + …
    private Expression ProductWithCategories(Expression x, int sums, ParameterFactory parameters)
    {
        var others = parameters.InputsBeside(Categories);
        var fanIn = others.Count + Categories.Count;
        Expression? product = null;
        if (others.Count > 0)
            product = parameters.Pick(x, others).Dot(parameters.Make("W", others.Count, sums, Weights, isWeight: true, fanIn: fanIn));
        for (var i = 0; i < Categories.Count; i++)
        {
            var rows = parameters.Lookup(x, Categories[i], FormattableString.Invariant($"W{i + 1}"), sums, Weights, isWeight: true, fanIn);
            product = product is null ? rows : product + rows;
        }

        return product ?? throw new InvalidOperationException("There is at least one category.");
    }
}
