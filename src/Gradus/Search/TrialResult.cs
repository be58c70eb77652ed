namespace Gradus;

/// <summary>What a trial gave.</summary>
/// <param name="State">Complete, pruned, exploded; or waiting if it was cancelled and is to be run again.</param>
/// <param name="Value">What the search makes small; null if there is none. It is null or finite.</param>
/// <param name="BestEpoch">The epoch of the value; 0 if there is none.</param>
/// <param name="EpochsTaken">Epochs that were done.</param>
/// <param name="Seconds">Time that it took.</param>
/// <param name="Metrics">Metrics of the validation rows at the best epoch.</param>
public sealed record TrialResult(
    TrialState State, double? Value, int BestEpoch, int EpochsTaken, double Seconds, IReadOnlyDictionary<string, double> Metrics);
