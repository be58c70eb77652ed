namespace Gradus;

/// <summary>Something that the watch during training has found.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Epoch">The epoch in which it was found, from 1.</param>
/// <param name="Step">The step within that epoch, from 1.</param>
/// <param name="Layer">Where, such as "layer 2 (dense, relu)"; null if it is of no layer, or that was not found.</param>
/// <param name="Message">What was measured, as a sentence.</param>
/// <param name="Advice">What to do about it, as a sentence.</param>
public sealed record WatchFinding(WatchKind Kind, int Epoch, long Step, string? Layer, string Message, string Advice)
{
    /// <summary>Which member of an ensemble, from 1; 1 for a single network.</summary>
    public int Member { get; init; } = 1;
}
