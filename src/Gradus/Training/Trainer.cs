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
        if (options.StopOn != StopRule.Loss && validation is not { Rows: > 0 })
            throw new GradusException($"Training is to stop on '{options.StopOn}', which is measured on validation rows, and there are none. Give some, or leave --stop-on out.");
        Weighting.Check(training, validation);
    }

    /// <summary>As the public method, from where another run was, with a place for checkpoints.</summary>
    internal History TrainFrom(
        EncodedTable training, EncodedTable? validation, Func<EncodedTable, float[], Metrics>? score, TrainingState? start,
        Action<TrainingState>? save, CancellationToken cancellation)
    {
        Check(training, validation);
        if (options.StopOn != StopRule.Loss)
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
        private readonly float[] rowWeights;   // of mean 1; empty if all rows count alike
        private readonly int batchSize;
        private readonly int lastSize;   // 0 if the rows make whole batches
        private readonly long started;
        private readonly List<EpochReport> epochs = [];
        private readonly Action<TrainingState>? save;
        private readonly OptimizerState? optimizer;
        private readonly StopRule rule;
        private int bestEpoch;
        private bool isConverged;
        private double learningRate;
        private long step;
        private int epoch = 1;
        private int row;              // rows of the epoch that are done
        private int firstRow;         // of them, those that were done when it was begun here
        private double lossSum;       // of those rows
        private double secondsBefore; // of the run that this one goes on with
        private double savedAt;
        private StopReason? ended;

        public Run(
            Trainer trainer, EncodedTable training, EncodedTable? validation, Func<EncodedTable, float[], Metrics>? score, WorkerTeam team,
            Action<TrainingState>? save)
        {
            (this.trainer, this.training, this.validation, this.score, this.save) = (trainer, training, validation, score, save);
            var (network, loss, weights, options) = (trainer.network, trainer.loss, trainer.weights, trainer.options);
            started = options.Time.GetTimestamp();
            rule = new StopRule(options.StopOn);
            best = weights.Similar();
            weights.CopyTo(best);
            average = options.Ema is not null || options.Swa ? new WeightAverage(weights, team) : null;
            judged = average?.Values ?? weights;
            double[,]?[]? classWeights = options.Balance ? [.. loss.PartsOf(network.OutputCount).Select((part, i) => Weighting.OfClasses(training, i, part.Classes))] : null;
            rowWeights = Weighting.OfRows(training);
            batchSize = Math.Min(options.BatchSize ?? training.Rows, training.Rows);
            lastSize = training.Rows % batchSize;
            // A batch of one row has no variance: where it is asked for, the last row joins the batch before it.
            if (lastSize == 1 && network.Averages.Count > 0)
                lastSize += batchSize;
            if (options.Optimizer is ElementwiseOptimizer elementwise)
            {
                var isWeight = network.Parameters.Where(parameter => parameter.IsWeight && !Freezing.Holds(parameter, options)).Select(parameter => parameter.Expression)
                    .ToHashSet<Expression>(ReferenceEqualityComparer.Instance);
                optimizer = new OptimizerState(elementwise, weights, isWeight.Contains);
                TrainingStep Batch(int rows) => new(network, loss, rows, optimizer, options, team, classWeights, rowWeights.Length > 0);
                fullBatch = Batch(batchSize);
                epochStart = new EpochStart(weights, optimizer);
                lastBatch = lastSize > 0 ? Batch(lastSize) : null;
            }
            else if (options.Optimizer is Lbfgs lbfgs)
            {
                allRows = new FullBatchStep(network, loss, lbfgs, weights, training, options, team, classWeights, rowWeights);
            }

            plateau = options.Schedule == Schedule.Plateau ? new PlateauState() : null;
            if (average is not null && options.Swa && network.Averages.Count > 0)
                running = new RunningAverages(network, average.Values, batchSize, options, team);
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

        private double Elapsed => secondsBefore + trainer.options.Time.GetElapsedTime(started).TotalSeconds;

        public History ToEnd(CancellationToken cancellation)
        {
            var options = trainer.options;
            if (step == 0)
                Save();
            while (ended is null)
            {
                var (begun, rowsBefore) = (Elapsed, row);
                var trainingLoss = Epoch(cancellation);
                if (cancellation.IsCancellationRequested)
                {
                    Save();
                    return End(StopReason.Cancelled);
                }

                var seconds = Math.Max(Elapsed - begun, 1e-9);
                Report(trainingLoss, (order.Length - rowsBefore) / seconds);
                if (validation is not null && epoch - bestEpoch >= options.Patience)
                    ended = StopReason.EarlyStopping;
                else if (isConverged)
                    ended = StopReason.Converged;
                else if (epoch == options.Epochs)
                    ended = StopReason.Completed;
                (epoch, row, lossSum) = (epoch + 1, 0, 0);
                if (ended is not null || options.Checkpoint is { Interval: null, Epochs: var every } && (epoch - 1) % every == 0)
                    Save();
            }

            return End(ended.Value);
        }

        /// <summary>One pass over the training rows in a new order, or what is left of it; the mean loss, or NaN if cancelled.</summary>
        private double Epoch(CancellationToken cancellation)
        {
            var options = trainer.options;
            Philox.Permutation(new RandomKey(options.Seed, RandomPurpose.Shuffling, (ulong)epoch), order);
            firstRow = row;
            augmented?.Start(order, epoch, firstRow);
            epochStart?.Take(step);
            for (int first = firstRow, count; first < order.Length; first += count)
            {
                var batchLoss = Step(epoch, first, out count);
                if (!double.IsFinite(batchLoss))
                    throw Diverged(epoch, (first / batchSize) + 1, batchLoss);
                if (options.Ema is { } decay)
                    average?.TakeStep(decay, step);
                lossSum += batchLoss;
                row = first + count;
                options.OnStep?.Invoke(row);
                if (cancellation.IsCancellationRequested)
                    return double.NaN;
                if (options.Checkpoint?.Interval is { } interval && Elapsed - savedAt >= interval.TotalSeconds)
                    Save();
            }

            return lossSum / order.Length;
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
            {
                batch.Weigh(rowWeights, order.AsSpan(first, count));
                return augmented is null ? batch.Run(training, order.AsSpan(first, count), step, learningRate) : batch.Run(augmented, step, learningRate);
            }

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
            augmented?.Start(order, epoch, firstRow);
            for (int first = firstRow, count; first < order.Length; first += count)
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

        /// <summary>Goes on from where another run was.</summary>
        public void Restore(TrainingState state)
        {
            (epoch, row, lossSum, step) = (state.Epoch, state.Row, state.LossSum, state.Step);
            (bestEpoch, rule.Best, ended) = (state.BestEpoch, state.Best ?? rule.Best, state.Ended);
            (secondsBefore, savedAt) = (state.Seconds, state.Seconds);
            epochs.AddRange(state.Reports);
            state.Restore("weights", trainer.weights);
            state.Restore("best", best);
            optimizer?.Restore(state);
            allRows?.Restore(state);
            average?.Restore(state);
            plateau?.Restore(state);
            isConverged = state.Numbers.ContainsKey("converged");
        }

        private void Save()
        {
            if (save is null)
                return;
            savedAt = Elapsed;
            var state = new TrainingState
            {
                Epoch = epoch,
                Row = row,
                LossSum = lossSum,
                Step = step,
                BestEpoch = bestEpoch,
                Best = double.IsFinite(rule.Best) ? rule.Best : null,
                Seconds = savedAt,
                Ended = ended,
                Reports = epochs,
            };
            state.Keep("weights", trainer.weights);
            state.Keep("best", best);
            optimizer?.Save(state);
            allRows?.Save(state);
            average?.Save(state);
            plateau?.Save(state);
            if (isConverged)
                state.Numbers["converged"] = 1;
            save(state);
        }

        private void Report(double trainingLoss, double examplesPerSecond)
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
