namespace Gradus;

/// <summary>Chooses the trials whose networks answer best together: the best few, which keeps one that was best by chance from deciding
/// alone, and then whichever lowers the error of the mean answer most, until none does (Caruana, Niculescu-Mizil, Crew and Ksikes 2004,
/// with their sorted start; without repetition, so that all count alike).</summary>
internal static class EnsembleSelection
{
    private const int Begun = 5;
    private const int SureBest = 3;          // where rows are few: between the best, chance decides
    private const double Tolerance = 1.05;   // of the best trial's error

    /// <param name="trials">At least one.</param>
    /// <param name="sure">Of these, at most <paramref name="most"/> that are chosen whatever their mean costs.</param>
    /// <param name="most">Trials at most.</param>
    /// <param name="score">Metrics of answers.</param>
    /// <param name="error">What of them is to be small.</param>
    public static Ensemble Choose(
        IReadOnlyCollection<TrainedTrial> trials, IReadOnlyCollection<TrainedTrial> sure, int most, Func<float[], Metrics> score, Func<Metrics, double> error)
    {
        var left = Sorted(trials, error);
        var limit = Limit(error(left[0].Metrics));
        var chosen = new List<TrainedTrial>();
        var sum = new float[left[0].Answers.Length];
        var metrics = left[0].Metrics;
        foreach (var trial in sure.DefaultIfEmpty(left[0]))
            Add(trial, With(trial));
        while (chosen.Count < Math.Min(Begun, most) && left.Count > 0 && With(left[0]) is var with && error(with) <= limit)
            Add(left[0], with);

        Metrics With(TrainedTrial trial) => score(MeanWith(sum, trial.Answers.Span, chosen.Count + 1));

        void Add(TrainedTrial trial, Metrics together)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(sum, trial.Answers.Span, sum);
            chosen.Add(trial);
            left.Remove(trial);
            metrics = together;
        }

        while (chosen.Count < most && left.Count > 0)
        {
            var (best, bestMetrics) = (-1, metrics);
            for (var i = 0; i < left.Count; i++)
            {
                var measured = With(left[i]);
                if (error(measured) < error(bestMetrics))
                    (best, bestMetrics) = (i, measured);
            }

            if (best < 0)
                break;
            Add(left[best], bestMetrics);
        }

        return new Ensemble(chosen, MeanOf(sum, chosen.Count), metrics);
    }

    /// <summary>Of trials on few rows, those that are good and differ: the best of each kind among those that the rows cannot tell from
    /// the best of all, and the best others until there are three. Between such trials chance decides, and those of a kind err alike.</summary>
    /// <remarks>Two cannot be told apart if the mean difference of their errors over groups of rows is at most two standard errors of it.</remarks>
    /// <param name="trials">At least one.</param>
    /// <param name="kind">What kind a trial is of.</param>
    /// <param name="error">What is to be small.</param>
    /// <param name="groupErrors">The same in each group, of at least two.</param>
    /// <returns>The best first.</returns>
    public static IReadOnlyList<TrainedTrial> GoodAndDifferent(
        IReadOnlyCollection<TrainedTrial> trials, Func<TrainedTrial, string?> kind, Func<Metrics, double> error, Func<TrainedTrial, double[]> groupErrors)
    {
        var sorted = Sorted(trials, error);
        var best = groupErrors(sorted[0]);
        var good = sorted.Where((trial, i) => i == 0 || AreAlike(groupErrors(trial), best)).DistinctBy(kind).ToList();
        good.AddRange(sorted.Except(good).Take(SureBest - good.Count));
        return Sorted(good, error);
    }

    /// <summary>Of networks that usually do well on few rows, one of each kind: the earliest that the rows cannot tell from the best of its kind.
    /// Their order says which is likelier beforehand, so that chance decides little. A kind is left out if its error is more than 5 % above the
    /// best, and by more than chance.</summary>
    /// <param name="usual">The trials; none gives none.</param>
    /// <param name="kind">What kind a trial is of.</param>
    /// <param name="error">What is to be small.</param>
    /// <param name="groupErrors">The same in each group of rows, of at least two.</param>
    /// <returns>In the order of their numbers.</returns>
    public static IReadOnlyList<TrainedTrial> OneOfEachKind(
        IEnumerable<TrainedTrial> usual, Func<TrainedTrial, string?> kind, Func<Metrics, double> error, Func<TrainedTrial, double[]> groupErrors)
    {
        TrainedTrial[] kinds = [.. usual.GroupBy(kind).Select(all => all.OrderBy(each => each.Trial.Number).First(AreAlikeTo(Sorted(all, error)[0])))];
        if (kinds.Length == 0)
            return [];
        var best = Sorted(kinds, error)[0];
        var areAlike = AreAlikeTo(best);
        return [.. kinds.Where(each => error(each.Metrics) <= Limit(error(best.Metrics)) || areAlike(each)).OrderBy(each => each.Trial.Number)];

        Func<TrainedTrial, bool> AreAlikeTo(TrainedTrial best)
        {
            var errors = groupErrors(best);
            return trial => trial == best || AreAlike(groupErrors(trial), errors);
        }
    }

    /// <summary>Whether errors of groups of rows are lower than others by more than three standard errors of the mean difference: where the first
    /// are of what such errors have chosen among many, two are often passed by chance.</summary>
    public static bool AreClearlyLower(double[] errors, double[] than) => !AreAlike(than, errors, most: 3);

    /// <summary>The best first; of equal ones, the earliest.</summary>
    public static List<TrainedTrial> Sorted(IEnumerable<TrainedTrial> trials, Func<Metrics, double> error) =>
        [.. trials.OrderBy(trial => error(trial.Metrics)).ThenBy(trial => trial.Trial.Number)];

    private static bool AreAlike(double[] errors, double[] best, double most = 2)
    {
        double[] differences = [.. errors.Zip(best, (error, least) => error - least)];
        var mean = differences.Average();
        var variance = differences.Sum(each => (each - mean) * (each - mean)) / (differences.Length - 1);
        return mean <= most * Math.Sqrt(variance / differences.Length);
    }

    private static double Limit(double least) => least > 0 ? least * Tolerance : least;

    private static float[] MeanWith(float[] sum, ReadOnlySpan<float> other, int count)
    {
        var mean = new float[sum.Length];
        System.Numerics.Tensors.TensorPrimitives.Add(sum, other, mean);
        return MeanOf(mean, count);
    }

    private static float[] MeanOf(float[] sum, int count)
    {
        System.Numerics.Tensors.TensorPrimitives.Divide(sum, count, sum);
        return sum;
    }

    /// <param name="Chosen">Trials, in the order in which they were chosen.</param>
    /// <param name="Answers">The mean of their answers.</param>
    /// <param name="Metrics">How good it is.</param>
    public sealed record Ensemble(IReadOnlyList<TrainedTrial> Chosen, float[] Answers, Metrics Metrics);
}
