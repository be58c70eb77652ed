namespace Gradus;

/// <summary>How training went.</summary>
/// <param name="Epochs">One report an epoch that was completed.</param>
/// <param name="BestEpoch">The epoch whose weights were kept, from 1; 0 if training ended before one was completed.</param>
/// <param name="StopReason">Why it ended.</param>
/// <param name="Seconds">Wall-clock time.</param>
public sealed record History(IReadOnlyList<EpochReport> Epochs, int BestEpoch, StopReason StopReason, double Seconds)
{
    /// <summary>What the watch found on the way, in order: a loss that is not finite or explodes, layers that do nothing, no progress.
    /// </summary>
    public IReadOnlyList<WatchFinding> Watch { get; init; } = [];

    /// <summary>The report of the best epoch; null if there is none.</summary>
    public EpochReport? Best => BestEpoch > 0 ? Epochs[BestEpoch - 1] : null;

    /// <summary>Training rows a second, the median of the epochs; 0 without one.</summary>
    public double ExamplesPerSecond => Epochs.Count == 0 ? 0
        : Epochs.Select(epoch => epoch.ExamplesPerSecond).Order().ElementAt(Epochs.Count / 2);
}
