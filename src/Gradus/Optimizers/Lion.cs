using static Gradus.Functions;

namespace Gradus;

/// <summary>Lion (Chen et al. 2023, algorithm 2): steps of one size, in the direction of the sign of the momentum. Its learning
/// rate is three to ten times smaller than Adam's.</summary>
/// <remarks>w ← w − η sign(β₁m + (1 − β₁)g); m ← β₂m + (1 − β₂)g.</remarks>
/// <param name="LearningRate">η, above 0.</param>
public sealed record Lion(double LearningRate = 1e-4) : ElementwiseOptimizer(LearningRate)
{
    /// <summary>β₁: the share of the momentum in the step, in [0, 1).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂: decay of the momentum, in [0, 1).</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <inheritdoc/>
    public override string Name => "lion";

    internal override int StateCount => 1;

    internal override (Expression Parameter, Expression[] States) Apply(
        Expression w, Expression g, Expression[] states, Expression[] coefficients)
    {
        var step = Sign((Beta1 * states[0]) + ((1 - Beta1) * g));    // sign(β₁m + (1 − β₁)g)
        var m = (Beta2 * states[0]) + ((1 - Beta2) * g);             // m ← β₂m + (1 − β₂)g
        return (w - (coefficients[0] * step), [m]);
    }
}
