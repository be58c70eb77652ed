using System.Numerics.Tensors;
using Gradus.Kernels;

namespace Gradus;

/// <content>The state of a training under way.</content>
public sealed partial class Trainer
{
    /// <summary>The state of one call of <see cref="Train"/>.</summary>
    private sealed partial class Run
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
        private readonly Snapshot? epochStart;   // of this epoch, or of the part of it that is run here
        private readonly Snapshot? epochBefore;  // where an explosion leads back to
        private readonly TrainingWatch watch;
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
        private int halvings;         // of the learning rate, after explosions
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
                epochStart = new Snapshot([weights, .. optimizer.States]);
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

            if (options.OnExplosion == ExplosionPolicy.Reduce)
                epochBefore = new Snapshot(average is null ? [weights] : [weights, average.Values]);
            watch = new TrainingWatch(network, new WatchSample(network, loss, weights, training, options, team, classWeights, rowWeights), training.Rows, options);
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
                var (begun, rowsBefore, halvingsBefore) = (Elapsed, row, halvings);
                var trainingLoss = Epoch(cancellation);
                bool IsToBeDoneAgain() => halvings > halvingsBefore;
                if (ended is null && !IsToBeDoneAgain())
                {
                    if (cancellation.IsCancellationRequested)
                    {
                        Save();
                        return End(StopReason.Cancelled);
                    }

                    var seconds = Math.Max(Elapsed - begun, 1e-9);
                    Report(trainingLoss, (order.Length - rowsBefore) / seconds);
                }

                if (IsToBeDoneAgain())
                    continue;
                if (ended is null)
                {
                    if (validation is not null && epoch - bestEpoch >= options.Patience)
                        ended = StopReason.EarlyStopping;
                    else if (isConverged)
                        ended = StopReason.Converged;
                    else if (epoch == options.Epochs)
                        ended = StopReason.Completed;
                    (epoch, row, lossSum) = (epoch + 1, 0, 0);
                }

                if (ended is not null || options.Checkpoint is { Interval: null, Epochs: var every } && (epoch - 1) % every == 0)
                    Save();
            }

            return End(ended.Value);
        }

        /// <summary>One pass over the training rows in a new order, or what is left of it; the mean loss, or NaN if it was cut short.</summary>
        private double Epoch(CancellationToken cancellation)
        {
            var options = trainer.options;
            Philox.Permutation(new RandomKey(options.Seed, RandomPurpose.Shuffling, (ulong)epoch), order);
            firstRow = row;
            augmented?.Start(order, epoch, firstRow);
            epochStart?.Take(step);
            if (row == 0)
                epochBefore?.Take(step);
            for (int first = firstRow, count; first < order.Length; first += count)
            {
                var batchLoss = Step(epoch, first, out count);
                var stepOfEpoch = (first / batchSize) + 1;
                if (!double.IsFinite(batchLoss))
                {
                    TakeNotFinite(stepOfEpoch, batchLoss);
                    return double.NaN;
                }

                if (options.Ema is { } decay)
                    average?.TakeStep(decay, step);
                lossSum += batchLoss;
                row = first + count;
                options.OnStep?.Invoke(row);
                if (watch.IsExploding(first, row, lossSum) && !GoesOnAfterExplosion(stepOfEpoch, lossSum / row))
                    return double.NaN;
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
            learningRate = options.Optimizer.LearningRate * options.Schedule.FactorAt(time, options.Epochs) * (plateau?.Factor ?? 1) * Math.Pow(0.5, halvings);
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
            watch.Restore(state);
            epochBefore?.Restore(state);
            halvings = (int)state.NumberOf("halvings");
            learningRate = state.NumberOf("learning rate");
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
            watch.Save(state);
            epochBefore?.Save(state);
            state.Numbers["halvings"] = halvings;
            state.Numbers["learning rate"] = learningRate;
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
                {
                    TakeNotFinite(Steps, value);
                    return;
                }

                validationLoss = value;
                metrics = score?.Invoke(validation, answers);
            }

            // A last step that went too far shows in no loss of this epoch.
            if (validationLoss is null && !TensorPrimitives.IsFiniteAll<float>(judged.All))
            {
                TakeNotFinite(Steps, double.NaN);
                return;
            }

            // An average is not what the next epoch goes on from.
            if (watch.HasExploded(average is null ? validationLoss : null, out var loss))
            {
                if (double.IsFinite(loss))
                    GoesOnAfterExplosion(Steps, loss);
                else
                    TakeNotFinite(Steps, loss);
                return;
            }

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
            watch.TakeEpoch(epochs, Steps);
        }

        // Cancelled before the first epoch was done: what has been learnt until then is the best there is.
        private History End(StopReason reason)
        {
            if (bestEpoch > 0 || reason is StopReason.Diverged or StopReason.Exploded)
                best.CopyTo(trainer.weights);
            else if (trainer.options.Ema is not null)
                judged.CopyTo(trainer.weights);
            return new History(epochs, bestEpoch, reason, Elapsed) { Watch = watch.Findings };
        }
    }
}
