namespace Gradus;

/// <summary>How the training of an ensemble went.</summary>
/// <param name="Asked">Members that were to be trained.</param>
/// <param name="Members">Those whose training was begun, in order; all that were asked for unless it was cancelled.</param>
/// <param name="Seconds">Wall-clock time; of a resumed run, since it was resumed.</param>
public sealed record EnsembleHistory(int Asked, IReadOnlyList<MemberHistory> Members, double Seconds)
{
    /// <summary>The members that the ensemble consists of.</summary>
    public IReadOnlyList<MemberHistory> Kept => [.. Members.Where(member => member.IsKept)];

    /// <summary>Why it ended: cancelled, diverged or exploded if a member did, else as the first one.</summary>
    public StopReason StopReason =>
        Members.Count < Asked || Members.Any(member => member.History.StopReason == StopReason.Cancelled) ? StopReason.Cancelled
        : Members.Any(member => member.Divergence is not null) ? StopReason.Diverged
        : Members.Any(member => member.HasFailed) ? StopReason.Exploded
        : Members[0].History.StopReason;

    /// <summary>How the kept members' validation figures lie about their mean, by name: with folds, each on its own fold. Empty
    /// without validation rows.</summary>
    public IReadOnlyDictionary<string, Spread> Validation =>
        Spread.Of([.. Kept.Select(member => member.History.Best?.ValidationMetrics).OfType<Metrics>()]);
}
