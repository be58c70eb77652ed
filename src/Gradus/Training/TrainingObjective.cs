namespace Gradus;

/// <summary>What training makes small, as expressions: the mean loss of the rows and the penalties on the weights.</summary>
internal sealed class TrainingObjective
{
    /// <param name="network">The network.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="options">Regularisation.</param>
    /// <param name="classWeights">For each target (classes × 1): what the loss of a row of each class is multiplied by; null for 1.</param>
    /// <param name="hasRowWeights">Whether the loss of each row is multiplied by a number of its own.</param>
    public TrainingObjective(Network network, Loss loss, TrainOptions options, IReadOnlyList<double[,]?>? classWeights, bool hasRowWeights = false)
    {
        Targets = TargetOf(network, loss, TakesDistributions(loss, options));
        (LayerOutputs, Averages) = options.Freeze.Count == 0 ? (network.TrainingOutputs, network.Averages) : network.ForTraining(options.Freeze);
        Losses = loss.OfRows(LayerOutputs[^1], Targets, options.LabelSmoothing, classWeights);
        if (hasRowWeights)
            Losses *= RowWeights = Expression.Input(Dimension.Batch, 1, "weights of rows");
        Penalty = Regularization.Penalty(network, options);
        Trained = [.. Enumerable.Range(0, network.Parameters.Count).Where(i => network.Parameters[i].IsTrained && !Freezing.Holds(network.Parameters[i], options))];
        Gradients = Gradient.Of(Functions.Mean(Losses) + Penalty, [.. Trained.Select(i => network.Parameters[i].Expression)]);
    }

    /// <summary>The input that takes the targets of the batch.</summary>
    public Expression Targets { get; }

    /// <summary>The input that takes what the losses of rows are multiplied by: (batch × 1); null for 1.</summary>
    public Expression? RowWeights { get; }

    /// <summary>The losses of the rows: (batch × 1).</summary>
    public Expression Losses { get; }

    /// <summary>What the weights add: 1 × 1.</summary>
    public Expression Penalty { get; }

    /// <summary>What each layer gives while training.</summary>
    public IReadOnlyList<Expression> LayerOutputs { get; }

    /// <summary>What a step writes in place of running averages.</summary>
    public IReadOnlyList<(Expression Average, Expression Next)> Averages { get; }

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
