namespace Gradus;

/// <summary>Fully connected layer: H = f(XW + b).</summary>
/// <remarks>X (batch, inputs), W (inputs, outputs), b (1, outputs); row-major. Weights start as fits the
/// activation: He-normal for ReLU kinds (He et al. 2015, eq. 10), LeCun-normal for SELU and the scaled tanh (LeCun et al. 1998,
/// eq. 16), Xavier-uniform otherwise (Glorot and Bengio 2010, eq. 16); biases start at 0. A category counts as one input of the
/// fan-in, for one of its one-hot features is 1.</remarks>
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
        if (Categories.Count > 0)
            return Activation.Apply(SumWithCategories(x, parameters));
        var w = parameters.Make("W", x.Shape.Columns.Size, Outputs, Weights, isWeight: true);
        var b = parameters.Make("b", 1, Outputs, Biases, isWeight: false);
        return Activation.Apply(x.Dot(w) + b);   // H = f(XW + b)
    }

    // U = XW + W1[index1] + W2[index2] + … + b
    private Expression SumWithCategories(Expression x, ParameterFactory parameters)
    {
        var others = parameters.InputsBeside(Categories);
        var fanIn = others.Count + Categories.Count;
        Expression? sum = null;
        if (others.Count > 0)
            sum = parameters.Pick(x, others).Dot(parameters.Make("W", others.Count, Outputs, Weights, isWeight: true, fanIn: fanIn));
        foreach (var (category, i) in Categories.Select((category, i) => (category, i)))
        {
            var vector = parameters.Lookup(x, category, FormattableString.Invariant($"W{i + 1}"), Outputs, Weights, isWeight: true, fanIn);
            sum = sum is null ? vector : sum + vector;
        }

        var b = parameters.Make("b", 1, Outputs, Biases, isWeight: false);
        return (sum ?? 0) + b;
    }
}
