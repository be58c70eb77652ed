namespace Gradus;

/// <summary>What training makes small, as expressions: the mean loss of the rows and the penalties on the weights.</summary>
internal sealed class TrainingObjective
{
    /// <param name="network">The network.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="options">Regularisation.</param>
    /// <param name="classWeights">For each target (classes × 1): what the loss of a row of each class is multiplied by; null for 1.</param>
    public TrainingObjective(Network network, Loss loss, TrainOptions options, IReadOnlyList<double[,]?>? classWeights)
    {
        Targets = TargetOf(network, loss, TakesDistributions(loss, options));
        Losses = loss.OfRows(network.TrainingOutput, Targets, options.LabelSmoothing, classWeights);
        Penalty = Regularization.Penalty(network, options);
        Trained = [.. Enumerable.Range(0, network.Parameters.Count).Where(i => network.Parameters[i].IsTrained)];
        Gradients = Gradient.Of(Functions.Mean(Losses) + Penalty, [.. Trained.Select(i => network.Parameters[i].Expression)]);
    }

    /// <summary>The input that takes the targets of the batch.</summary>
    public Expression Targets { get; }

    /// <summary>The losses of the rows: (batch × 1).</summary>
    public Expression Losses { get; }

    /// <summary>What the weights add: 1 × 1.</summary>
    public Expression Penalty { get; }

    /// <summary>Which of the network's parameters are trained.</summary>
    public int[] Trained { get; }

    /// <summary>∂J/∂w of each of them.</summary>
    public IReadOnlyList<Expression> Gradients { get; }

    /// <summary>The targets of a loss on a network, (batch × targets); (batch × classes) where a class is a distribution.</summary>
    public static Expression TargetOf(Network network, Loss loss, bool asDistribution = false) =>
        Expression.Input(Dimension.Batch, asDistribution ? network.OutputCount : loss.TargetsOf(network.OutputCount), "D");

    /// <summary>Whether targets are no longer class indices: mix-up gives rows a share in two classes.</summary>
    public static bool TakesDistributions(Loss loss, TrainOptions options) =>
        loss.ReadOut == ReadOut.Softmax && options.Augmentation is { MixUp: > 0 };
}
