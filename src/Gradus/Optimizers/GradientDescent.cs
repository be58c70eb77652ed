namespace Gradus;

/// <summary>w ← w − η g. With one row a step it is stochastic, with some mini-batch, with all batch gradient descent.
/// </summary>
/// <param name="LearningRate">η, above 0.</param>
public sealed record GradientDescent(double LearningRate = 0.01) : ElementwiseOptimizer(LearningRate)
{
    /// <inheritdoc/>
    public override string Name => "sgd";

    internal override (Expression Parameter, Expression[] States) Apply(
        Expression w, Expression g, Expression[] states, Expression[] coefficients) => (w - (coefficients[0] * g), []);
}
