namespace Gradus;

/// <summary>What a search is to do.</summary>
public sealed record SearchPlan
{
    /// <summary>What may change.</summary>
    public SearchSpace Space { get; init; } = SearchSpace.Default;

    /// <summary>How trials are chosen.</summary>
    public SearchMethod Method { get; init; }

    /// <summary>Trials in all, at least 1.</summary>
    public int Trials
    {
        get;
        init => field = AtLeast(1, value, nameof(Trials));
    } = 100;

    /// <summary>When to stop, at the latest; null for when all trials are done.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Seed of the draws.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Trials at a time; null for one a core. With one, the same seed gives the same trials.</summary>
    public int? Workers { get; init; }

    /// <summary>Epochs of a trial that is not stopped, at least 1.</summary>
    public int Epochs
    {
        get;
        init => field = AtLeast(1, value, nameof(Epochs));
    } = 60;

    /// <summary>η: at each rung, a trial goes on if it is among the best 1/η of those that have come so far (asynchronous successive
    /// halving, Li et al. 2020, algorithm 2, in the form that stops trials instead of pausing them); null to stop none.</summary>
    public int? Halving { get; init; } = 3;

    /// <summary>Values of the first trials, which are tried before any are drawn, and are not stopped early: all parameters of
    /// the space in each that matter there.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> First { get; init; } = [];

    /// <summary>Chooses, from the trials that there are, the one of which the next is a variation: near by in every number, the same in
    /// every choice, and not stopped early. Null, or null from it, leaves the next to the method.</summary>
    internal Func<IReadOnlyList<StudyTrial>, StudyTrial?>? Vary { get; init; }

    /// <summary>Says of which trials the first epochs tell nothing beside those of others: they are not stopped early, and others are not
    /// compared with them. Null for none.</summary>
    internal Func<StudyTrial, bool>? Unlike { get; init; }

    /// <summary>Between a trial and the last that it may know, how many there are. It waits until those have ended, is drawn from their
    /// results alone, with the later ones running even if they have ended, and is compared with them alone at its rungs. So the same seed
    /// gives the same trials at any number of workers, of which this number and one are busy at most. Null to know all that there is.</summary>
    internal int? Behind { get; init; }

    /// <summary>Trials of <see cref="SearchMethod.Tpe"/> that are drawn at random before the estimator takes over.</summary>
    public int FirstRandom { get; init; } = 10;

    /// <summary>Draws of the coarse phase of <see cref="SearchMethod.CoarseFine"/>: 100, but at most half of all.</summary>
    public int CoarseTrials => Math.Min(100, (Trials + 1) / 2);

    /// <summary>Epochs of the coarse phase.</summary>
    public int CoarseEpochs => Math.Min(5, Epochs);

    /// <summary>Measures time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The epochs after which a trial is compared with others: a 27th, a ninth and a third of all with η = 3.</summary>
    internal IReadOnlyList<int> RungsOf(StudyTrial trial)
    {
        var (rungs, epochs) = (new SortedSet<int>(), trial.Epochs);
        if (Halving is not { } factor || Unlike?.Invoke(trial) == true)
            return [];
        for (var (i, divisor) = (0, (long)factor); i < 3; i++, divisor *= factor)
            rungs.Add((int)Math.Ceiling((double)epochs / divisor));
        rungs.Remove(epochs);
        return [.. rungs];
    }

    /// <summary>The number of the last trial that one may know.</summary>
    internal int LastKnown(int number) => Behind is { } behind ? Math.Max(0, number - 1 - behind) : int.MaxValue;

    /// <summary>Whether a trial is not stopped early.</summary>
    internal bool RunsToItsEnd(StudyTrial trial) => trial.Number <= First.Count || (Vary is not null && trial.Phase == StudyTrial.FinePhase);

    /// <summary>The next trial; null if it has to wait for others.</summary>
    internal StudyTrial? Draw(IReadOnlyList<StudyTrial> trials)
    {
        var number = trials.Count + 1;
        if (Behind is not null)
        {
            var known = LastKnown(number);
            if (!trials.Take(known).All(trial => trial.HasEnded))
                return null;
            trials = [.. trials.Take(known), .. trials.Skip(known).Select(trial => trial with { State = TrialState.Running, Value = null })];
        }

        if (number <= First.Count)
            return new StudyTrial(number, First[number - 1], Epochs, StudyTrial.OnlyPhase);
        var random = new RandomDraws(Seed, number);
        if (Vary?.Invoke(trials) is { } good)
            return new StudyTrial(number, Space.Near(good.Parameters, random), Epochs, StudyTrial.FinePhase);
        if (Method == SearchMethod.CoarseFine)
        {
            if (number <= CoarseTrials)
                return new StudyTrial(number, Space.Draw(random), CoarseEpochs, StudyTrial.CoarsePhase);
            var best = trials.Where(trial => trial is { Phase: StudyTrial.CoarsePhase, State: TrialState.Complete }).Order(StudyTrial.BestFirst).ToArray();
            best = best[..((best.Length + 9) / 10)];   // a tenth of them
            return new StudyTrial(number, (best.Length == 0 ? Space : Space.Around(best)).Draw(random), Epochs, StudyTrial.FinePhase);
        }

        var isRandom = Method == SearchMethod.Random || number <= FirstRandom || !trials.Any(trial => trial.HasEnded);
        return new StudyTrial(number, isRandom ? Space.Draw(random) : TreeParzen.Draw(Space, trials, random), Epochs, StudyTrial.OnlyPhase);
    }

    private static int AtLeast(int least, int value, string name) => value >= least ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least {least}.");
}
