namespace Gradus;

/// <summary>An order of all trials of a search, of which only few ran to their end.</summary>
internal static class TrialRanking
{
    /// <summary>The best first: complete trials as <see cref="StudyTrial.BestFirst"/> has them, and among them those that were stopped at a
    /// rung, each behind as many of those that went on from there as were better at that rung; then exploded ones, then those without an
    /// end.</summary>
    /// <remarks>The value at its last rung is what is known of a trial that was stopped, and only others at the same rung can be compared
    /// with it. The rung that is settled first is the last, so that those stopped earlier are ranked among those stopped later as well.
    /// The first trials go on without competition; so ranked, a poor one of them is not taken for better than all that were stopped.</remarks>
    public static StudyTrial[] Of(IEnumerable<StudyTrial> trials)
    {
        var all = trials.Order(StudyTrial.BestFirst).ToArray();
        var ranked = all.Where(trial => trial.State == TrialState.Complete).ToList();
        foreach (var group in all.Where(trial => trial.State == TrialState.Pruned).GroupBy(trial => (Rung: LastRung(trial), trial.Phase)).OrderByDescending(group => group.Key.Rung))
        {
            var (rung, phase) = group.Key;
            var wentOn = ranked.Select((trial, place) => (Trial: trial, Place: place)).Where(each => each.Trial.Phase == phase && each.Trial.Rungs.ContainsKey(rung)).ToArray();
            double PlaceOf(StudyTrial stopped)
            {
                var better = wentOn.Count(each => each.Trial.Rungs[rung] <= ValueAt(stopped, rung));
                return better < wentOn.Length ? wentOn[better].Place - 0.5 : ranked.Count;
            }

            ranked = [.. ranked.Select((trial, place) => (Trial: trial, Place: (double)place))
                .Concat(group.OrderBy(trial => ValueAt(trial, rung)).Select(trial => (Trial: trial, Place: PlaceOf(trial))))
                .OrderBy(each => each.Place).Select(each => each.Trial)];
        }

        return [.. ranked, .. all.Where(trial => trial.State is not (TrialState.Complete or TrialState.Pruned))];
    }

    private static int LastRung(StudyTrial trial) => trial.Rungs.Keys.DefaultIfEmpty(0).Max();

    private static double ValueAt(StudyTrial trial, int rung) => trial.Rungs.GetValueOrDefault(rung, trial.Value ?? double.PositiveInfinity);
}
