using static Gradus.Functions;

namespace Gradus;

/// <summary>Layer normalisation: H = f(γ ⊙ (X − μ) / √(σ² + ε) + β), with mean μ and variance σ² of each row (Ba, Kiros and
/// Hinton 2016, eq. 3). A row does not depend on the other rows, so training and prediction are the same.</summary>
/// <remarks>X (batch, inputs); γ and β (1, inputs) start at 1 and 0; ε = 1e-5.</remarks>
public sealed record LayerNormalization : Layer
{
    private const double Epsilon = 1e-5;

    /// <summary>Makes the layer.</summary>
    /// <param name="activation">f; identity if null.</param>
    public LayerNormalization(Activation? activation = null) => Activation = activation ?? Activation.Identity;

    /// <summary>f.</summary>
    public Activation Activation { get; }

    /// <inheritdoc/>
    public override string Kind => "layer-normalization";

    internal override Expression Apply(Expression x, ParameterFactory parameters)
    {
        var columns = x.Shape.Columns.Size;
        var gamma = parameters.Make("gamma", 1, columns, Initializer.Constant(1), isWeight: false);
        var beta = parameters.Make("beta", 1, columns, Initializer.Zeros, isWeight: false);
        var centred = x - Mean(x, Axis.Columns);
        var variance = Mean(Square(centred), Axis.Columns);
        return Activation.Apply((centred / Sqrt(variance + Epsilon) * gamma) + beta, parameters);
    }
}
