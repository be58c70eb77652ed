namespace Gradus;

/// <summary>Momentum that looks ahead (Nesterov 1983, in the form of Sutskever et al. 2013 that needs the gradient at w alone).
/// </summary>
/// <remarks>v ← μv + g; w ← w − η(g + μv).</remarks>
/// <param name="LearningRate">η, above 0.</param>
public sealed record Nesterov(double LearningRate = 0.01) : ElementwiseOptimizer(LearningRate)
{
    /// <summary>μ: the share of the velocity that is kept, in [0, 1).</summary>
    public double Kept { get; init; } = 0.9;

    /// <inheritdoc/>
    public override string Name => "nesterov";

    internal override int StateCount => 1;

    internal override (Expression Parameter, Expression[] States) Apply(
        Expression w, Expression g, Expression[] states, Expression[] coefficients)
    {
        var v = (Kept * states[0]) + g;                          // v ← μv + g
        return (w - (coefficients[0] * (g + (Kept * v))), [v]);  // w ← w − η(g + μv)
    }
}
