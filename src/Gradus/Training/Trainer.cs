namespace Gradus;

/// <summary>Trains a network on encoded rows: epochs of shuffled batches, validation after each, early stopping, and the best
/// weights at the end.</summary>
public sealed partial class Trainer
{
    private readonly Network network;
    private readonly Loss loss;
    private readonly ParameterBuffer weights;
    private readonly TrainOptions options;

    /// <summary>Makes a trainer; <see cref="Train"/> does the work.</summary>
    /// <param name="network">The network.</param>
    /// <param name="loss">Its loss, on the output of the last layer.</param>
    /// <param name="weights">Its parameters, changed by training.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="GradusException">The options do not fit the network or its loss, or freeze a layer that is not there, or all.</exception>
    /// <exception cref="ArgumentException">The network has another number of outputs than the loss takes.</exception>
    public Trainer(Network network, Loss loss, ParameterBuffer weights, TrainOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(options);
        var hasClasses = loss.PartsOf(network.OutputCount).Any(part => part.Classes > 0);
        if (options.LabelSmoothing > 0 && !hasClasses)
            throw new GradusException($"Label smoothing is for classes; the loss '{loss}' is of numbers. Leave it out.");
        if (options.Balance && !hasClasses)
            throw new GradusException($"Balancing is for classes; the loss '{loss}' is of numbers. Leave it out.");
        if (options.Augmentation is { MixUp: > 0 } && loss.ReadOut == ReadOut.Joint)
            throw new GradusException("Mix-up is for one target; there are several. Leave it out, or predict one.");
        if (options.Swa && options.Ema is not null)
            throw new GradusException("--swa and --ema are two averages of the weights, and the model can be one of them only. Give one.");
        if (options.BatchSize == 1 && network.Averages.Count > 0)
            throw new GradusException("Batch normalisation needs batches of at least 2 rows; the batch size is 1. Take a larger one.");
        Regularization.Check(network, options);
        StopRule.Check(options.StopOn, StopRule.FiguresOf(loss, network.OutputCount));
        if (options.Optimizer is Lbfgs)
            FullBatchStep.Check(network, options);
        Freezing.Check(network, options);
        (this.network, this.loss, this.weights, this.options) = (network, loss, weights, options);
    }

    /// <summary>Trains until the epochs are done, the validation loss or metric has stopped getting better, or the caller cancels.
    /// </summary>
    /// <param name="training">At least one row.</param>
    /// <param name="validation">Decides when to stop and which weights are best; null or no rows for none.</param>
    /// <param name="score">Metrics of the answers of the validation rows, (rows × outputs), in the user's units.</param>
    /// <param name="cancellation">Ends after the current batch; the best weights so far stay.</param>
    /// <exception cref="DivergedException">The loss became NaN or infinite; the best weights so far stay.</exception>
    /// <exception cref="GradusException">The rows are not what the options need.</exception>
    public History Train(
        EncodedTable training, EncodedTable? validation, Func<EncodedTable, float[], Metrics>? score = null,
        CancellationToken cancellation = default) => options.Checkpoint is null
        ? TrainFrom(training, validation, score, start: null, save: null, cancellation)
        : throw new InvalidOperationException("Checkpoints hold what a model is made of: train with Model.Train, or without options.Checkpoint.");

    /// <summary>Finds out whether rows are what the options need; training does so too.</summary>
    /// <param name="training">At least one row.</param>
    /// <param name="validation">The rows that decide when to stop; null or no rows for none.</param>
    /// <exception cref="GradusException">They are not.</exception>
    public void Check(EncodedTable training, EncodedTable? validation)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (training.Rows == 0)
            throw new ArgumentException("There are no rows to train on.", nameof(training));
        if (training.Rows == 1 && network.Averages.Count > 0)
            throw new GradusException("Batch normalisation needs batches of at least 2 rows; there is 1 training row.");
        CheckTargets(training);
        if (options.StopOn is not (StopRule.Loss or TrainOptions.StopOnNone) && validation is not { Rows: > 0 })
            throw new GradusException($"Training is to stop on '{options.StopOn}', which is measured on validation rows, and there are none. Give some, or leave --stop-on out.");
        Weighting.Check(training, validation);
    }

    /// <summary>As the public method, from where another run was, with a place for checkpoints.</summary>
    internal History TrainFrom(
        EncodedTable training, EncodedTable? validation, Func<EncodedTable, float[], Metrics>? score, TrainingState? start,
        Action<TrainingState>? save, CancellationToken cancellation)
    {
        Check(training, validation);
        if (options.StopOn is not (StopRule.Loss or TrainOptions.StopOnNone))
            ArgumentNullException.ThrowIfNull(score);
        using var team = new WorkerTeam(options.Threads ?? Environment.ProcessorCount);
        var run = new Run(this, training, validation is { Rows: > 0 } ? validation : null, score, team, save);
        if (start is not null)
            run.Restore(start);
        return run.ToEnd(cancellation);
    }

    private void CheckTargets(EncodedTable training)
    {
        var targets = loss.TargetsOf(network.OutputCount);
        if (training.TargetCount != targets)
            throw new ArgumentException($"The loss '{loss}' of {network.OutputCount} outputs takes {targets} targets a row; a row has {training.TargetCount}.", nameof(training));
        var parts = loss.PartsOf(network.OutputCount);
        for (var i = 0; i < training.Targets.Length; i++)
        {
            if (training.Targets[i] < 0 && parts[parts.Count == 1 ? 0 : i % targets].Loss is { ReadOut: ReadOut.Exponential } counts)
                throw new GradusException($"The target of training row {(i / targets) + 1} is {training.Targets[i]}; the loss '{counts}' is of counts, which are at least 0.");
        }
    }
}
