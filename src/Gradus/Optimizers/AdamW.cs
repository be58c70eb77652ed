namespace Gradus;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2): the decay does not pass through
/// Adam's quotient.</summary>
/// <remarks>w ← w − ηλw, for weights and not for biases; then Adam's step. The decay is <see cref="Optimizer.WeightDecay"/>,
/// which every optimiser has; here it is 0.01 unless set.</remarks>
public sealed record AdamW : ElementwiseOptimizer
{
    private readonly Adam adam;

    /// <summary>Makes the optimiser.</summary>
    /// <param name="learningRate">η, above 0.</param>
    public AdamW(double learningRate = 1e-3)
        : base(learningRate)
    {
        adam = new Adam(learningRate);
        WeightDecay = 0.01;
    }

    /// <summary>β₁: decay of the mean of gradients, in [0, 1).</summary>
    public double Beta1
    {
        get => adam.Beta1;
        init => adam = adam with { Beta1 = value };
    }

    /// <summary>β₂: decay of the mean of squared gradients, in [0, 1).</summary>
    public double Beta2
    {
        get => adam.Beta2;
        init => adam = adam with { Beta2 = value };
    }

    /// <inheritdoc/>
    public override string Name => "adamw";

    internal override int StateCount => adam.StateCount;

    internal override int CoefficientCount => adam.CoefficientCount;

    internal override void Coefficients(long step, double learningRate, Span<double> coefficients) =>
        adam.Coefficients(step, learningRate, coefficients);

    internal override (Expression Parameter, Expression[] States) Apply(
        Expression w, Expression g, Expression[] states, Expression[] coefficients) => adam.Apply(w, g, states, coefficients);
}
