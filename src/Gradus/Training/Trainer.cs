using System.Numerics.Tensors;
using Gradus.Kernels;

namespace Gradus;

/// <summary>Trains a network on encoded rows: epochs of shuffled batches, validation after each, early stopping, and the best
/// weights at the end.</summary>
public sealed class Trainer
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
        StopRule.Check(options.StopOn, FiguresOf(loss, network.OutputCount));
        if (options.Optimizer is Lbfgs)
            FullBatchStep.Check(network, options);
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
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (training.Rows == 0)
            throw new ArgumentException("There are no rows to train on.", nameof(training));
        if (training.Rows == 1 && network.Averages.Count > 0)
            throw new GradusException("Batch normalisation needs batches of at least 2 rows; there is 1 training row.");
        CheckTargets(training);
        if (options.StopOn != StopRule.Loss && (validation is not { Rows: > 0 } || score is null))
            throw new GradusException($"Training is to stop on '{options.StopOn}', which is measured on validation rows, and there are none. Give some, or leave --stop-on out.");
        using var team = new WorkerTeam(options.Threads ?? Environment.ProcessorCount);
        return new Run(this, training, validation is { Rows: > 0 } ? validation : null, score, team).ToEnd(cancellation);
    }

    // Those that can stop training.
    private static IReadOnlyList<string> FiguresOf(Loss loss, int outputs)
    {
        var parts = loss.PartsOf(outputs);
        if (parts.Count > 1)
        {
            return [.. parts.Any(part => part.Classes == 0) ? (string[])["r2"] : [],
                .. parts.Any(part => part.Classes > 0) ? (string[])["accuracy", "exactMatch", "macroF1"] : []];
        }

        return [.. Metrics.NamesOf(parts[0].Classes switch
        {
            0 => LearningTask.Regression,
            2 => LearningTask.BinaryClassification,
            _ => LearningTask.Classification,
        }), .. loss.Quantiles.Count > 1 ? (string[])["pinball"] : []];
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

    /// <summary>The state of one call of <see cref="Train"/>.</summary>
    private sealed class Run
    {
        private readonly Trainer trainer;
        private readonly EncodedTable training;
        private readonly EncodedTable? validation;
        private readonly Func<EncodedTable, float[], Metrics>? score;
        private readonly ParameterBuffer best;
        private readonly ParameterBuffer judged;   // the weights, or their average: what is measured and kept
        private readonly WeightAverage? average;
        private readonly RunningAverages? running;
        private readonly FullBatchStep? allRows;   // in place of batches
        private readonly TrainingStep? fullBatch;
        private readonly TrainingStep? lastBatch;
        private readonly EpochStart? epochStart;
        private readonly AugmentedBatches? augmented;
        private readonly PlateauState? plateau;
        private readonly Scorer? scorer;
        private readonly float[] answers;
        private readonly int[] order;
        private readonly int batchSize;
        private readonly int lastSize;   // 0 if the rows make whole batches
        private readonly long started;
        private readonly List<EpochReport> epochs = [];
        private readonly StopRule rule;
        private int bestEpoch;
        private bool isConverged;
        private double learningRate;
        private long step;

        public Run(
            Trainer trainer, EncodedTable training, EncodedTable? validation, Func<EncodedTable, float[], Metrics>? score, WorkerTeam team)
        {
            (this.trainer, this.training, this.validation, this.score) = (trainer, training, validation, score);
            var (network, loss, weights, options) = (trainer.network, trainer.loss, trainer.weights, trainer.options);
            started = options.Time.GetTimestamp();
            rule = new StopRule(options.StopOn);
            best = weights.Similar();
            weights.CopyTo(best);
            average = options.Ema is not null || options.Swa ? new WeightAverage(weights, team) : null;
            judged = average?.Values ?? weights;
            double[,]?[]? classWeights = options.Balance ? [.. loss.PartsOf(network.OutputCount).Select((part, i) => ClassWeights(training, i, part.Classes))] : null;
            batchSize = Math.Min(options.BatchSize ?? training.Rows, training.Rows);
            lastSize = training.Rows % batchSize;
            // A batch of one row has no variance: where it is asked for, the last row joins the batch before it.
            if (lastSize == 1 && network.Averages.Count > 0)
                lastSize += batchSize;
            if (options.Optimizer is ElementwiseOptimizer elementwise)
            {
                var isWeight = network.Parameters.Where(parameter => parameter.IsWeight).Select(parameter => parameter.Expression)
                    .ToHashSet<Expression>(ReferenceEqualityComparer.Instance);
                var optimizer = new OptimizerState(elementwise, weights, isWeight.Contains);
                TrainingStep Batch(int rows) => new(network, loss, rows, optimizer, options, team, classWeights);
                fullBatch = Batch(batchSize);
                epochStart = new EpochStart(weights, optimizer);
                lastBatch = lastSize > 0 ? Batch(lastSize) : null;
            }
            else if (options.Optimizer is Lbfgs lbfgs)
            {
                allRows = new FullBatchStep(network, loss, lbfgs, weights, training, options, team, classWeights);
            }

            plateau = options.Schedule == Schedule.Plateau ? new PlateauState() : null;
            if (average is not null && options.Swa && network.Averages.Count > 0)
                running = new RunningAverages(network, average.Values, batchSize, options.Seed, team);
            if (options.Augmentation is { } augmentation)
            {
                var classes = TrainingObjective.TakesDistributions(loss, options) ? network.OutputCount : 1;
                augmented = new AugmentedBatches(new ImageAugmenter(augmentation, training, classes, options.Seed), team, batchSize, lastSize);
            }

            order = new int[training.Rows];
            answers = [];
            if (validation is not null)
            {
                scorer = new Scorer(network, loss, judged, validation.Rows, team, withLoss: true);
                answers = new float[validation.Rows * network.OutputCount];
            }
        }

        private int Steps => (order.Length + batchSize - 1) / batchSize;

        private double Elapsed => trainer.options.Time.GetElapsedTime(started).TotalSeconds;

        public History ToEnd(CancellationToken cancellation)
        {
            var options = trainer.options;
            var reason = StopReason.Completed;
            for (var epoch = 1; epoch <= options.Epochs && reason == StopReason.Completed; epoch++)
            {
                var begun = Elapsed;
                var trainingLoss = Epoch(epoch, cancellation);
                if (cancellation.IsCancellationRequested)
                {
                    reason = StopReason.Cancelled;
                    break;
                }

                var seconds = Math.Max(Elapsed - begun, 1e-9);
                Report(epoch, trainingLoss, training.Rows / seconds);
                if (validation is not null && epoch - bestEpoch >= options.Patience)
                    reason = StopReason.EarlyStopping;
                else if (isConverged)
                    reason = StopReason.Converged;
            }

            return End(reason);
        }

        /// <summary>One pass over the training rows in a new order; the mean loss, or NaN if cancelled.</summary>
        private double Epoch(int epoch, CancellationToken cancellation)
        {
            var options = trainer.options;
            Philox.Permutation(new RandomKey(options.Seed, RandomPurpose.Shuffling, (ulong)epoch), order);
            augmented?.Start(order, epoch);
            epochStart?.Take(step);
            var sum = 0.0;
            for (int first = 0, count; first < order.Length; first += count)
            {
                var batchLoss = Step(epoch, first, out count);
                if (!double.IsFinite(batchLoss))
                    throw Diverged(epoch, (first / batchSize) + 1, batchLoss);
                if (options.Ema is { } decay)
                    average?.TakeStep(decay, step);
                sum += batchLoss;
                options.OnStep?.Invoke(first + count);
                if (cancellation.IsCancellationRequested)
                    return double.NaN;
            }

            return sum / order.Length;
        }

        /// <summary>Takes the step that begins with a place in the order of rows; the sum of the losses of its rows.</summary>
        private double Step(int epoch, int first, out int count)
        {
            var options = trainer.options;
            count = order.Length - first == lastSize ? lastSize : batchSize;
            var time = (epoch - 1 + ((double)first / order.Length)) / options.Epochs;
            learningRate = options.Optimizer.LearningRate * options.Schedule.FactorAt(time, options.Epochs) * (plateau?.Factor ?? 1);
            step++;
            if (BatchOf(count) is { } batch)
                return augmented is null ? batch.Run(training, order.AsSpan(first, count), step, learningRate) : batch.Run(augmented, step, learningRate);
            if (allRows is null)
                throw new InvalidOperationException($"Nothing takes the step of '{options.Optimizer.Name}'.");
            isConverged = !allRows.Run(learningRate);
            return allRows.Value * count;
        }

        private TrainingStep? BatchOf(int count) => count == lastSize ? lastBatch : fullBatch;

        private DivergedException Diverged(int epoch, long stepOfEpoch, double value)
        {
            var (rate, origin) = (learningRate, Origin(epoch));
            return new DivergedException(epoch, stepOfEpoch, rate, value, origin, End(StopReason.Diverged));
        }

        /// <summary>Runs the epoch again, to the same bits, up to the step that made the first number that is not finite, and takes that
        /// step apart.</summary>
        private string? Origin(int epoch)
        {
            if (epochStart is null)
                return allRows?.FindOrigin();
            var weights = trainer.weights;
            var before = weights.Similar();
            epochStart.Restore();
            step = epochStart.Step;
            augmented?.Start(order, epoch);
            for (int first = 0, count; first < order.Length; first += count)
            {
                weights.CopyTo(before);
                var batchLoss = Step(epoch, first, out count);
                if (double.IsFinite(batchLoss) && TensorPrimitives.IsFiniteAll<float>(weights.All))
                    continue;
                return BatchOf(count)?.FindOrigin(step, before) ?? "what " + trainer.network.Parameters.First(
                    parameter => !TensorPrimitives.IsFiniteAll<float>(weights[parameter.Expression])).Name + $" became by the step of {trainer.options.Optimizer.Name}";
            }

            return null;
        }

        private void Report(int epoch, double trainingLoss, double examplesPerSecond)
        {
            if (trainer.options.Swa && average?.TakeEpoch(epoch, trainer.options.Epochs) == true)
                running?.Run(training, order, step);
            double? validationLoss = null;
            Metrics? metrics = null;
            if (scorer is not null && validation is not null)
            {
                var value = scorer.Run(validation, answers);
                if (!double.IsFinite(value))
                    throw Diverged(epoch, Steps, value);
                validationLoss = value;
                metrics = score?.Invoke(validation, answers);
            }

            // A last step that went too far shows in no loss of this epoch.
            if (validationLoss is null && !TensorPrimitives.IsFiniteAll<float>(judged.All))
                throw Diverged(epoch, Steps, double.NaN);
            plateau?.Take(validationLoss ?? trainingLoss);
            // Without validation rows the last weights are the ones to keep.
            var isBest = rule.IsBetter(validationLoss, metrics);
            if (isBest)
            {
                bestEpoch = epoch;
                judged.CopyTo(best);
            }

            epochs.Add(new EpochReport(epoch, trainingLoss, validationLoss, metrics, Elapsed, examplesPerSecond, isBest));
            trainer.options.OnEpoch?.Invoke(epochs[^1]);
        }

        // rows / (classes · rows of the class), over the rows whose target is known
        private static double[,]? ClassWeights(EncodedTable training, int target, int classes)
        {
            if (classes == 0)
                return null;
            var (counts, rows) = (new int[classes], 0);
            for (var i = target; i < training.Targets.Length; i += training.TargetCount)
            {
                if (float.IsNaN(training.Targets[i]))
                    continue;
                counts[(int)training.Targets[i]]++;
                rows++;
            }

            var weights = new double[classes, 1];
            for (var i = 0; i < classes; i++)
                weights[i, 0] = counts[i] == 0 ? 0 : (double)rows / (classes * counts[i]);
            return weights;
        }

        // Cancelled before the first epoch was done: what has been learnt until then is the best there is.
        private History End(StopReason reason)
        {
            if (bestEpoch > 0 || reason == StopReason.Diverged)
                best.CopyTo(trainer.weights);
            else if (trainer.options.Ema is not null)
                judged.CopyTo(trainer.weights);
            return new History(epochs, bestEpoch, reason, Elapsed);
        }
    }
}
