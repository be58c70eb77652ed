using static Gradus.Functions;

namespace Gradus;

/// <summary>AdaGrad (Duchi, Hazan and Singer 2011): the gradient over the root of the sum of all its squares, so that rare
/// features keep large steps.</summary>
/// <remarks>s ← s + g²; w ← w − η g / (√s + ε).</remarks>
/// <param name="LearningRate">η, above 0.</param>
public sealed record AdaGrad(double LearningRate = 0.01) : ElementwiseOptimizer(LearningRate)
{
    /// <summary>ε: keeps the quotient finite.</summary>
    public double Epsilon { get; init; } = 1e-10;

    /// <inheritdoc/>
    public override string Name => "adagrad";

    internal override int StateCount => 1;

    internal override (Expression Parameter, Expression[] States) Apply(
        Expression w, Expression g, Expression[] states, Expression[] coefficients)
    {
        var s = states[0] + Square(g);                                       // s ← s + g²
        return (w - (coefficients[0] * (g / (Sqrt(s) + Epsilon))), [s]);     // w ← w − η g / (√s + ε)
    }
}
