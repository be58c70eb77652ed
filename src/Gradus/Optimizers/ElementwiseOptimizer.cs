namespace Gradus;

/// <summary>An optimiser that treats each parameter by itself, and builds its step as an expression.</summary>
/// <remarks>The step is compiled once, for one flat vector of all parameters, or as part of each gradient's epilogue.</remarks>
public abstract record ElementwiseOptimizer : Optimizer
{
    private protected ElementwiseOptimizer(double learningRate)
        : base(learningRate)
    {
    }

    /// <summary>Number of vectors that are kept from step to step; all start at 0.</summary>
    internal virtual int StateCount => 0;

    /// <summary>Number of numbers that change from step to step.</summary>
    internal virtual int CoefficientCount => 1;

    /// <summary>The numbers of one step, in double precision.</summary>
    /// <param name="step">From 1.</param>
    /// <param name="learningRate">The step's learning rate, which a schedule may have changed.</param>
    /// <param name="coefficients">Length <see cref="CoefficientCount"/>.</param>
    internal virtual void Coefficients(long step, double learningRate, Span<double> coefficients) => coefficients[0] = learningRate;

    /// <summary>The step.</summary>
    /// <param name="w">The parameters before it.</param>
    /// <param name="g">∂J/∂w.</param>
    /// <param name="states">The kept vectors before it.</param>
    /// <param name="coefficients">1 × 1 each.</param>
    /// <returns>The parameters and the kept vectors after it.</returns>
    internal abstract (Expression Parameter, Expression[] States) Apply(
        Expression w, Expression g, Expression[] states, Expression[] coefficients);
}
