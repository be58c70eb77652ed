namespace Gradus;

/// <summary>What one epoch gave.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Loss">Mean loss of the training rows, each taken when its batch came; with L-BFGS, what
/// it makes small, after its step: with penalties.</param>
/// <param name="ValidationLoss">Mean loss of the validation rows after the epoch; null without them.</param>
/// <param name="ValidationMetrics">Metrics of the validation rows in the user's units; null without them.</param>
/// <param name="Seconds">Since training began.</param>
/// <param name="ExamplesPerSecond">Training rows a second in this epoch, validation not counted.</param>
/// <param name="IsBest">Whether the validation loss, or the metric of <see cref="TrainOptions.StopOn"/>, is the best so far.</param>
public sealed record EpochReport(
    int Epoch, double Loss, double? ValidationLoss, Metrics? ValidationMetrics, double Seconds, double ExamplesPerSecond, bool IsBest)
{
    /// <summary>Which member of an ensemble, from 1; 1 for a single network.</summary>
    public int Member { get; init; } = 1;
}
