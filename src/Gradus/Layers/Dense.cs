namespace Gradus;

/// <summary>Fully connected layer: H = f(XW + b).</summary>
/// <remarks>X (batch, inputs), W (inputs, outputs), b (1, outputs); row-major. Weights start as fits the
/// activation: He-normal for ReLU kinds (He et al. 2015, eq. 10), LeCun-normal for SELU and the scaled tanh (LeCun et al. 1998,
/// eq. 16), Xavier-uniform otherwise (Glorot and Bengio 2010, eq. 16); biases start at 0. With maxout W and b have two columns a
/// unit.</remarks>
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

    /// <inheritdoc/>
    public override string Kind => "dense";

    internal override Expression Apply(Expression x, ParameterFactory parameters)
    {
        var sums = checked(Outputs * Activation.Pieces);
        var w = parameters.Make("W", x.Shape.Columns.Size, sums, Weights, isWeight: true);
        var b = parameters.Make("b", 1, sums, Biases, isWeight: false);
        return Activation.Apply(x.Dot(w) + b, parameters);   // H = f(XW + b)
    }
}
