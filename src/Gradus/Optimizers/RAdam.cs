using static Gradus.Functions;

namespace Gradus;

/// <summary>Rectified Adam (Liu et al. 2020, algorithm 2): Adam whose quotient is held back while the mean of squares knows too
/// few gradients, a warm-up that need not be tuned.</summary>
/// <remarks>ρ∞ = 2/(1 − β₂) − 1; ρₜ = ρ∞ − 2tβ₂ᵗ/(1 − β₂ᵗ). While ρₜ ≤ 5: w ← w − η m/(1 − β₁ᵗ). Then
/// w ← w − η r m/(1 − β₁ᵗ) · √(1 − β₂ᵗ)/(√v + ε), r² = (ρₜ − 4)(ρₜ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρₜ).</remarks>
/// <param name="LearningRate">η, above 0.</param>
public sealed record RAdam(double LearningRate = 1e-3) : ElementwiseOptimizer(LearningRate)
{
    /// <summary>β₁: decay of the mean of gradients, in [0, 1).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂: decay of the mean of squared gradients, in [0, 1).</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε: keeps the quotient finite.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override string Name => "radam";

    internal override int StateCount => 2;

    internal override int CoefficientCount => 3;

    internal override void Coefficients(long step, double learningRate, Span<double> coefficients)
    {
        var power = Math.Pow(Beta2, step);
        var limit = (2 / (1 - Beta2)) - 1;
        var length = limit - (2 * step * power / (1 - power));
        var isRectified = length > 5;
        coefficients[0] = learningRate / (1 - Math.Pow(Beta1, step));
        coefficients[1] = !isRectified ? 0 : Math.Sqrt(
            (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length) * (1 - power));
        coefficients[2] = isRectified ? 0 : 1;
    }

    internal override (Expression Parameter, Expression[] States) Apply(
        Expression w, Expression g, Expression[] states, Expression[] coefficients)
    {
        var m = (Beta1 * states[0]) + ((1 - Beta1) * g);             // m ← β₁m + (1 − β₁)g
        var v = (Beta2 * states[1]) + ((1 - Beta2) * Square(g));     // v ← β₂v + (1 − β₂)g²
        var factor = (coefficients[1] / (Sqrt(v) + Epsilon)) + coefficients[2];
        return (w - (coefficients[0] * m * factor), [m, v]);
    }
}
