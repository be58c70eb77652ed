using static Gradus.Functions;

namespace Gradus;

/// <summary>RMSprop (Tieleman and Hinton 2012, lecture 6e): the gradient over its root mean square of late.</summary>
/// <remarks>v ← ρv + (1 − ρ)g²; w ← w − η g / (√v + ε).</remarks>
/// <param name="LearningRate">η, above 0.</param>
public sealed record RmsProp(double LearningRate = 1e-3) : ElementwiseOptimizer(LearningRate)
{
    /// <summary>ρ: decay of the mean of squared gradients, in [0, 1).</summary>
    public double Decay { get; init; } = 0.99;

    /// <summary>ε: keeps the quotient finite.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override string Name => "rmsprop";

    internal override int StateCount => 1;

    internal override (Expression Parameter, Expression[] States) Apply(
        Expression w, Expression g, Expression[] states, Expression[] coefficients)
    {
        var v = (Decay * states[0]) + ((1 - Decay) * Square(g));             // v ← ρv + (1 − ρ)g²
        return (w - (coefficients[0] * (g / (Sqrt(v) + Epsilon))), [v]);     // w ← w − η g / (√v + ε)
    }
}
