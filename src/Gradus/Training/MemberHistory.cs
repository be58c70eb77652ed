namespace Gradus;

/// <summary>How the training of one member of an ensemble went.</summary>
/// <param name="Number">Which member, from 1.</param>
/// <param name="Seed">Seed of its first weights, its order of rows and the random numbers in its network.</param>
/// <param name="History">Its epochs.</param>
/// <param name="Divergence">What stopped it, if its loss became NaN or infinite; else null.</param>
public sealed record MemberHistory(int Number, ulong Seed, History History, DivergedException? Divergence)
{
    /// <summary>Whether its loss became NaN or infinite, or exploded and training was to stop then.</summary>
    public bool HasFailed => Divergence is not null || History.StopReason == StopReason.Exploded;

    /// <summary>Whether it is part of the ensemble: it completed an epoch and did not fail.</summary>
    public bool IsKept => !HasFailed && History.BestEpoch > 0;
}
