namespace Gradus;

/// <summary>The network of a trial and how it is trained.</summary>
/// <param name="Layers">Its layers but the last.</param>
/// <param name="Training">How it is trained; threads and callbacks are the search's own.</param>
public sealed record TrialSetup(IReadOnlyList<Layer> Layers, TrainOptions Training);
