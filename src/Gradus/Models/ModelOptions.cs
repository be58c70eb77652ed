namespace Gradus;

/// <summary>How a model is set up from a table.</summary>
public sealed record ModelOptions
{
    /// <summary>The column to predict, the first of several; empty if there is none yet. Setting it makes it the only one of
    /// <see cref="Targets"/>.</summary>
    public string Target
    {
        get => Targets.Count > 0 ? Targets[0] : "";
        init => Targets = [value];
    }

    /// <summary>The columns to predict: one, or several different ones.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>Preprocessing; its targets are replaced by <see cref="Targets"/>.</summary>
    public PreprocessingOptions Preprocessing { get; init; } = new();

    /// <summary>Category columns that become trained vectors; null for none.</summary>
    public EmbeddingOptions? Embedding { get; init; }

    /// <summary>The loss of every target; null for each task's own: mean squared error, binary cross-entropy, cross-entropy.</summary>
    public Loss? Loss
    {
        get => Losses.Count == 1 ? Losses[0] : null;
        init => Losses = value is null ? [] : [value];
    }

    /// <summary>The losses: none for each task's own, one for all targets, or one for each in their order.</summary>
    public IReadOnlyList<Loss> Losses { get; init; } = [];

    /// <summary>The column that says how much each row counts in the loss, at least 0 (<see cref="RowWeights"/>): it is no input, and
    /// prediction does not need it. Null if all rows count alike.</summary>
    public string? Weight { get; init; }

    /// <summary>How the weights of the output layer start; null for the layer's own.</summary>
    public Initializer? OutputWeights { get; init; }

    /// <summary>Seed of the first weights.</summary>
    public ulong Seed { get; init; }
}
