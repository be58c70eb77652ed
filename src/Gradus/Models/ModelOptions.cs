namespace Gradus;

/// <summary>How a model is set up from a table.</summary>
public sealed record ModelOptions
{
    /// <summary>The column to predict.</summary>
    public required string Target { get; init; }

    /// <summary>Preprocessing; its target is replaced by <see cref="Target"/>.</summary>
    public PreprocessingOptions Preprocessing { get; init; } = new();

    /// <summary>The loss; null for the task's own: mean squared error, binary cross-entropy, cross-entropy.</summary>
    public Loss? Loss { get; init; }

    /// <summary>The column that says how much each row counts in the loss, at least 0 (<see cref="RowWeights"/>): it is no input, and
    /// prediction does not need it. Null if all rows count alike.</summary>
    public string? Weight { get; init; }

    /// <summary>How the weights of the output layer start; null for the layer's own.</summary>
    public Initializer? OutputWeights { get; init; }

    /// <summary>Seed of the first weights.</summary>
    public ulong Seed { get; init; }
}
