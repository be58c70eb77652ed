namespace Gradus;

/// <summary>Gradient descent with momentum (Polyak 1964): steps that agree add up, steps that disagree cancel.</summary>
/// <remarks>v ← μv + g; w ← w − ηv.</remarks>
/// <param name="LearningRate">η, above 0.</param>
public sealed record Momentum(double LearningRate = 0.01) : ElementwiseOptimizer(LearningRate)
{
    /// <summary>μ: the share of the velocity that is kept, in [0, 1).</summary>
    public double Kept { get; init; } = 0.9;

    /// <inheritdoc/>
    public override string Name => "momentum";

    internal override int StateCount => 1;

    internal override (Expression Parameter, Expression[] States) Apply(
        Expression w, Expression g, Expression[] states, Expression[] coefficients)
    {
        var v = (Kept * states[0]) + g;              // v ← μv + g
        return (w - (coefficients[0] * v), [v]);     // w ← w − ηv
    }
}
