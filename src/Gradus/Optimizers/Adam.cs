using static Gradus.Functions;

namespace Gradus;

/// <summary>Adam (Kingma and Ba 2015, algorithm 1), bias correction included.</summary>
/// <remarks>m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; w ← w − η/(1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε).</remarks>
/// <param name="LearningRate">η, above 0.</param>
public sealed record Adam(double LearningRate = 1e-3) : ElementwiseOptimizer(LearningRate)
{
    /// <summary>β₁: decay of the mean of gradients, in [0, 1).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂: decay of the mean of squared gradients, in [0, 1).</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε: keeps the quotient finite.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override string Name => "adam";

    internal override int StateCount => 2;

    internal override int CoefficientCount => 2;

    internal override void Coefficients(long step, double learningRate, Span<double> coefficients)
    {
        coefficients[0] = learningRate / (1 - Math.Pow(Beta1, step));
        coefficients[1] = 1 / Math.Sqrt(1 - Math.Pow(Beta2, step));
    }

    internal override (Expression Parameter, Expression[] States) Apply(
        Expression w, Expression g, Expression[] states, Expression[] coefficients)
    {
        var m = (Beta1 * states[0]) + ((1 - Beta1) * g);             // m ← β₁m + (1 − β₁)g
        var v = (Beta2 * states[1]) + ((1 - Beta2) * Square(g));     // v ← β₂v + (1 − β₂)g²
        return (w - (coefficients[0] * (m / ((Sqrt(v) * coefficients[1]) + Epsilon))), [m, v]);
    }
}
