namespace Gradus;

/// <summary>What the training of one member of an ensemble begins with.</summary>
/// <param name="Weights">Its parameters, changed by training.</param>
/// <param name="Training">Its rows.</param>
/// <param name="Validation">The rows that decide when to stop; null for none.</param>
/// <param name="State">Where it goes on; null to begin.</param>
/// <param name="Save">Keeps a checkpoint; null for none.</param>
internal sealed record MemberStart(
    ParameterBuffer Weights, EncodedTable Training, EncodedTable? Validation, TrainingState? State, Action<TrainingState>? Save);
