using static Gradus.Functions;

namespace Gradus;

/// <summary>Adadelta (Zeiler 2012, algorithm 1): steps as large as the late steps were, so that η need not be chosen.</summary>
/// <remarks>v ← ρv + (1 − ρ)g²; Δ = √(u + ε) / √(v + ε) · g; u ← ρu + (1 − ρ)Δ²; w ← w − ηΔ.</remarks>
/// <param name="LearningRate">η, above 0; 1 in the paper.</param>
public sealed record AdaDelta(double LearningRate = 1) : ElementwiseOptimizer(LearningRate)
{
    /// <summary>ρ: decay of both means of squares, in [0, 1).</summary>
    public double Decay { get; init; } = 0.9;

    /// <summary>ε: the size of the first steps, too.</summary>
    public double Epsilon { get; init; } = 1e-6;

    /// <inheritdoc/>
    public override string Name => "adadelta";

    internal override int StateCount => 2;

    internal override (Expression Parameter, Expression[] States) Apply(
        Expression w, Expression g, Expression[] states, Expression[] coefficients)
    {
        var v = (Decay * states[0]) + ((1 - Decay) * Square(g));             // v ← ρv + (1 − ρ)g²
        var delta = Sqrt(states[1] + Epsilon) / Sqrt(v + Epsilon) * g;       // Δ = √(u + ε) / √(v + ε) · g
        var u = (Decay * states[1]) + ((1 - Decay) * Square(delta));         // u ← ρu + (1 − ρ)Δ²
        return (w - (coefficients[0] * delta), [v, u]);                      // w ← w − ηΔ
    }
}
