namespace Gradus;

/// <summary>How parameters change with their gradient: a record of settings that builds the step as expressions.</summary>
/// <remarks>The step is compiled once, for one flat vector of all parameters: one loop. The formulas are those of PyTorch, but
/// for <see cref="WeightDecay"/>: it is decoupled for every optimiser, and leaves biases alone.</remarks>
public abstract record Optimizer
{
    private protected Optimizer(double learningRate) => LearningRate = learningRate;

    /// <summary>Every optimiser with its usual settings; the command line and tests use this list.</summary>
    public static IReadOnlyList<Optimizer> All { get; } =
    [
        new GradientDescent(), new Momentum(), new Nesterov(), new RmsProp(), new AdaGrad(), new AdaDelta(), new Adam(), new AdamW(),
        new NAdam(), new RAdam(), new Lion(),
    ];

    /// <summary>Step length, above 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not a number above 0.</exception>
    public double LearningRate
    {
        get;
        init => field = double.IsFinite(value) && value > 0 ? value : throw new ArgumentOutOfRangeException(
            nameof(LearningRate), value, "The learning rate must be a number above 0; 0.001 is usual for Adam, 0.01 for gradient descent.");
    }

    /// <summary>λ: before each step, weights shrink by ηλw, biases and other parameters do not (Loshchilov and Hutter 2019); at
    /// least 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not a number.</exception>
    public double WeightDecay
    {
        get;
        init => field = double.IsFinite(value) && value >= 0 ? value : throw new ArgumentOutOfRangeException(
            nameof(WeightDecay), value, "The weight decay must be a number of at least 0; 0.01 is usual.");
    }

    /// <summary>The name on the command line and in model files.</summary>
    public abstract string Name { get; }

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
