namespace Gradus;

/// <summary>How parameters change with their gradient: a record of settings.</summary>
/// <remarks>Most are an <see cref="ElementwiseOptimizer"/>; <see cref="Lbfgs"/> works on the vector of all parameters, and on all
/// rows at once. The formulas are those of PyTorch, but for <see cref="WeightDecay"/>: it is decoupled for every optimiser, and
/// leaves biases alone.</remarks>
public abstract record Optimizer
{
    private protected Optimizer(double learningRate) => LearningRate = learningRate;

    /// <summary>Every optimiser with its usual settings; the command line and tests use this list.</summary>
    public static IReadOnlyList<Optimizer> All { get; } =
    [
        new GradientDescent(), new Momentum(), new Nesterov(), new RmsProp(), new AdaGrad(), new AdaDelta(), new Adam(), new AdamW(),
        new NAdam(), new RAdam(), new Lion(), new Lbfgs(),
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
}
