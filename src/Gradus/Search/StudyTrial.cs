namespace Gradus;

/// <summary>A network that a search tries.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Parameters">The value of each parameter of the space that matters here (<see cref="SearchParameter.When"/>).</param>
/// <param name="Epochs">Epochs that it may take.</param>
/// <param name="Phase"><c>coarse</c>, <c>fine</c>, or <c>search</c> where there is one phase.</param>
public sealed record StudyTrial(int Number, IReadOnlyDictionary<string, string> Parameters, int Epochs, string Phase)
{
    /// <summary>The phase of searches that have one.</summary>
    public const string OnlyPhase = "search";

    /// <summary>The first phase of a coarse and fine search.</summary>
    public const string CoarsePhase = "coarse";

    /// <summary>Its second phase.</summary>
    public const string FinePhase = "fine";

    /// <summary>Where it stands.</summary>
    public TrialState State { get; init; } = TrialState.Running;

    /// <summary>What the search makes small: the validation loss, or the metric that training stops on, a score with a minus; null if
    /// there is none yet, or the trial exploded.</summary>
    public double? Value { get; init; }

    /// <summary>The epoch of <see cref="Value"/>; 0 if there is none.</summary>
    public int BestEpoch { get; init; }

    /// <summary>Epochs that it took.</summary>
    public int EpochsTaken { get; init; }

    /// <summary>Seconds that it took.</summary>
    public double Seconds { get; init; }

    /// <summary>The metrics of the validation rows at its best epoch.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The value at each rung of the halving that it has reached, by epoch.</summary>
    public IReadOnlyDictionary<int, double> Rungs { get; init; } = new Dictionary<int, double>();

    /// <summary>Who runs it, or ran it.</summary>
    public string Worker { get; init; } = "";

    /// <summary>Times that it was given back or its worker died.</summary>
    public int Retries { get; init; }

    /// <summary>Whether it needs no more work.</summary>
    public bool HasEnded => State is TrialState.Complete or TrialState.Pruned or TrialState.Exploded;

    /// <summary>The best first: complete trials by value (those of the coarse phase after the others), then pruned ones by how far they
    /// came, then exploded ones, then those without an end.</summary>
    public static IComparer<StudyTrial> BestFirst { get; } = Comparer<StudyTrial>.Create((a, b) =>
    {
        var order = Class(a).CompareTo(Class(b));
        if (order == 0 && a.State == TrialState.Pruned)
            order = b.EpochsTaken.CompareTo(a.EpochsTaken);
        if (order == 0)
            order = (a.Value ?? double.PositiveInfinity).CompareTo(b.Value ?? double.PositiveInfinity);
        return order == 0 ? a.Number.CompareTo(b.Number) : order;
    });

    private static int Class(StudyTrial trial) => trial.State switch
    {
        TrialState.Complete => trial.Phase == CoarsePhase ? 1 : 0,
        TrialState.Pruned => 2,
        TrialState.Exploded => 3,
        _ => 4,
    };
}
