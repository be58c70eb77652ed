namespace Gradus;

/// <summary>What <see cref="AutoTrainer"/> may spend, and what is fixed.</summary>
public sealed record AutoPlan
{
    /// <summary>Time for everything, from reading the rows on; at least a second.</summary>
    public required TimeSpan Limit
    {
        get;
        init => field = value >= TimeSpan.FromSeconds(1) ? value
            : throw new ArgumentOutOfRangeException(nameof(Limit), value, "The time must be at least a second.");
    }

    /// <summary>Seed of the draws, the folds and the networks.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Trials at a time, one thread each; null for one a core.</summary>
    public int? Workers { get; init; }

    /// <summary>Trials at most; null for 200 where rows are few, as more would fit the rows that judge, and for 1,000 otherwise.</summary>
    public int? Trials { get; init; }

    /// <summary>Epochs of a trial that is not stopped; null for as many as the time allows, up to 60, or where rows are few up to 300.</summary>
    public int? Epochs { get; init; }

    /// <summary>Parameters of the search that the caller has fixed, such as <c>width</c>.</summary>
    public IReadOnlyCollection<string> Fixed { get; init; } = [];

    /// <summary>Measures time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
