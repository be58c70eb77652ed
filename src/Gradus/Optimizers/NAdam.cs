using static Gradus.Functions;

namespace Gradus;

/// <summary>Adam with Nesterov's momentum (Dozat 2016), with the momentum schedule of that paper.</summary>
/// <remarks>μₜ = β₁(1 − ½ · 0.96^(t · 0.004)); m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
/// w ← w − (η(1 − μₜ)/(1 − Πμ₁…μₜ) · g + η μₜ₊₁/(1 − Πμ₁…μₜ₊₁) · m) / (√v / √(1 − β₂ᵗ) + ε).</remarks>
/// <param name="LearningRate">η, above 0.</param>
public sealed record NAdam(double LearningRate = 1e-3) : ElementwiseOptimizer(LearningRate)
{
    private const double ScheduleDecay = 0.004;

    /// <summary>β₁: decay of the mean of gradients, in [0, 1).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂: decay of the mean of squared gradients, in [0, 1).</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε: keeps the quotient finite.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override string Name => "nadam";

    internal override int StateCount => 2;

    internal override int CoefficientCount => 3;

    internal override void Coefficients(long step, double learningRate, Span<double> coefficients)
    {
        var (now, next) = (MomentumAt(step), MomentumAt(step + 1));
        var product = Product(step);
        coefficients[0] = learningRate * (1 - now) / (1 - product);
        coefficients[1] = learningRate * next / (1 - (product * next));
        coefficients[2] = 1 / Math.Sqrt(1 - Math.Pow(Beta2, step));
    }

    internal override (Expression Parameter, Expression[] States) Apply(
        Expression w, Expression g, Expression[] states, Expression[] coefficients)
    {
        var m = (Beta1 * states[0]) + ((1 - Beta1) * g);             // m ← β₁m + (1 − β₁)g
        var v = (Beta2 * states[1]) + ((1 - Beta2) * Square(g));     // v ← β₂v + (1 − β₂)g²
        var direction = (coefficients[0] * g) + (coefficients[1] * m);
        return (w - (direction / ((Sqrt(v) * coefficients[2]) + Epsilon)), [m, v]);
    }

    private double MomentumAt(long step) => Beta1 * (1 - (0.5 * Math.Pow(0.96, step * ScheduleDecay)));

    // Πμ₁…μₜ; every factor is below β₁, so that after some hundred steps nothing is left that a double beside 1 could show.
    private double Product(long step)
    {
        var ratio = Math.Pow(0.96, ScheduleDecay);
        double product = 1, power = 1;
        for (var i = 1L; i <= step && product > 1e-17; i++)
            product *= Beta1 * (1 - (0.5 * (power *= ratio)));
        return product;
    }
}
