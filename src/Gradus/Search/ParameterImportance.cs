namespace Gradus;

/// <summary>How much each parameter of a search decided the result.</summary>
public static class ParameterImportance
{
    /// <summary>Ended trials that it takes.</summary>
    public const int LeastTrials = 10;

    private const int MostTrials = 1_000;   // the latest: enough, and half a second at most

    /// <summary>A share for each parameter, which add up to 1, in descending order; empty with fewer than <see cref="LeastTrials"/> ended
    /// trials, or if nothing mattered.</summary>
    /// <remarks>A random forest learns the rank of a trial (complete ones by value, each that was stopped early among those
    /// that went on from its last rung) from its values, and the share is that of the
    /// growth of its error when the values of the parameter are exchanged among trials that a tree has not seen. Ranks take trials that
    /// were stopped early or exploded as well, and one huge loss does not outweigh the rest.</remarks>
    /// <param name="space">The parameters.</param>
    /// <param name="trials">The trials; those without an end are left out.</param>
    public static IReadOnlyList<(string Name, double Share)> Of(SearchSpace space, IReadOnlyList<StudyTrial> trials)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(trials);
        var ended = TrialRanking.Of(trials.Where(trial => trial.HasEnded).TakeLast(MostTrials));
        if (ended.Length < LeastTrials)
            return [];
        // Where it does not matter, it has a place of its own.
        double[][] places = [.. ended.Select(trial => space.Parameters.Select(each => trial.Parameters.TryGetValue(each.Name, out var value) ? each.PlaceOf(value) : -1).ToArray())];
        var forest = new RegressionForest(places, [.. ended.Select((_, rank) => (double)rank / (ended.Length - 1))], seed: 1);
        double[] each = [.. space.Parameters.Select((_, i) => forest.Importance(i, seed: 2))];
        var sum = each.Sum();
        return sum == 0 ? [] : [.. space.Parameters.Select((parameter, i) => (parameter.Name, each[i] / sum)).OrderByDescending(pair => pair.Item2)];
    }
}
