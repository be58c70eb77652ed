using System.Globalization;
using System.Numerics.Tensors;

namespace Gradus;

/// <content>What happens when the loss explodes or is not finite.</content>
public sealed partial class Trainer
{
    private sealed partial class Run
    {
        private const int MostHalvings = 10;

        /// <summary>Notes an explosion, and does what is to be done about it.</summary>
        /// <returns>Whether the epoch goes on.</returns>
        private bool GoesOnAfterExplosion(long stepOfEpoch, double loss)
        {
            var finding = watch.Exploded(epoch, stepOfEpoch, loss, learningRate);
            switch (trainer.options.OnExplosion)
            {
                case ExplosionPolicy.Reduce:
                    GoBack(finding);
                    return false;
                case ExplosionPolicy.Stop:
                    watch.Add(finding);
                    ended = StopReason.Exploded;
                    return false;
                default:
                    if (!watch.Findings.Any(each => each.Kind == WatchKind.Explosion))
                        watch.Add(finding);
                    return true;
            }
        }

        /// <summary>Goes back, or throws.</summary>
        /// <exception cref="DivergedException">Training is not to go back.</exception>
        private void TakeNotFinite(long stepOfEpoch, double value)
        {
            var rate = learningRate;
            var finding = TrainingWatch.NotFinite(epoch, stepOfEpoch, value, rate, Origin(epoch));
            if (trainer.options.OnExplosion == ExplosionPolicy.Reduce)
            {
                GoBack(finding);
                return;
            }

            watch.Add(finding);
            throw new DivergedException(finding, rate, End(StopReason.Diverged));
        }

        /// <summary>Goes back to the end of the epoch before, to go on with half the learning rate; or ends.</summary>
        private void GoBack(WatchFinding finding)
        {
            if (halvings == MostHalvings || epochBefore is null)
            {
                watch.Add(finding with { Message = $"{finding.Message} The learning rate had been halved {halvings} times before." });
                ended = StopReason.Exploded;
                return;
            }

            halvings++;
            epochBefore.Return();
            (step, row, lossSum) = (epochBefore.Step, 0, 0);
            optimizer?.BeginAfter(step);
            var rate = (trainer.options.Optimizer.LearningRate * Math.Pow(0.5, halvings)).ToString("G4", CultureInfo.InvariantCulture);
            watch.Add(finding with
            {
                Message = $"{finding.Message} Training went back to {(epoch == 1 ? "the start" : $"the end of epoch {epoch - 1}")} and halved the learning rate to {rate}.",
                Advice = $"Begin with a learning rate of {rate} or less.",
            });
        }

        /// <summary>Runs the epoch again, to the same bits, up to the step that made the first number that is not finite, and takes that
        /// step apart.</summary>
        private string? Origin(int epoch)
        {
            if (epochStart is null)
                return allRows?.FindOrigin();
            var weights = trainer.weights;
            var before = weights.Similar();
            epochStart.Return();
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
    }
}
