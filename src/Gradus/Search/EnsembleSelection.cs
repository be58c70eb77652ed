namespace Gradus;

/// <summary>Chooses the trials whose networks answer best together: the best few, which keeps one that was best by chance from deciding
/// alone, and then whichever lowers the error of the mean answer most, until none does (Caruana, Niculescu-Mizil, Crew and Ksikes 2004,
/// with their sorted start; without repetition, so that all count alike).</summary>
internal static class EnsembleSelection
{
    private const int Begun = 5;
    private const double Tolerance = 1.05;   // of the best trial's error, for the mean of those that begin

    /// <param name="trials">At least one.</param>
    /// <param name="sure">Of the best, how many are chosen whatever their mean costs.</param>
    /// <param name="most">Trials at most.</param>
    /// <param name="score">Metrics of answers.</param>
    /// <param name="error">What of them is to be small.</param>
    /// <returns>The chosen, and the metrics of their mean.</returns>
    public static (IReadOnlyList<TrainedTrial> Chosen, Metrics Metrics) Choose(
        IReadOnlyCollection<TrainedTrial> trials, int sure, int most, Func<float[], Metrics> score, Func<Metrics, double> error)
    {
        var left = trials.OrderBy(trial => error(trial.Metrics)).ThenBy(trial => trial.Trial.Number).ToList();
        var chosen = new List<TrainedTrial> { left[0] };
        left.RemoveAt(0);
        var (sum, metrics) = (chosen[0].Answers.ToArray(), chosen[0].Metrics);
        var limit = error(metrics) is var least && least > 0 ? least * Tolerance : least;
        while (chosen.Count < Math.Min(Begun, most) && left.Count > 0 && score(MeanWith(sum, left[0].Answers.Span, chosen.Count + 1)) is var with && (chosen.Count < sure || error(with) <= limit))
        {
            metrics = with;
            Add(0);
        }

        void Add(int place)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(sum, left[place].Answers.Span, sum);
            chosen.Add(left[place]);
            left.RemoveAt(place);
        }

        while (chosen.Count < most && left.Count > 0)
        {
            var (best, bestMetrics) = (-1, metrics);
            for (var i = 0; i < left.Count; i++)
            {
                var measured = score(MeanWith(sum, left[i].Answers.Span, chosen.Count + 1));
                if (error(measured) < error(bestMetrics))
                    (best, bestMetrics) = (i, measured);
            }

            if (best < 0)
                break;
            Add(best);
            metrics = bestMetrics;
        }

        return (chosen, metrics);
    }

    private static float[] MeanWith(float[] sum, ReadOnlySpan<float> other, int count)
    {
        var mean = new float[sum.Length];
        System.Numerics.Tensors.TensorPrimitives.Add(sum, other, mean);
        System.Numerics.Tensors.TensorPrimitives.Divide(mean, count, mean);
        return mean;
    }
}
