namespace Gradus;

/// <summary>How a model is set up from a table.</summary>
public sealed record ModelOptions
{
    /// <summary>The column to predict.</summary>
    public required string Target { get; init; }

    /// <summary>Preprocessing; its target is replaced by <see cref="Target"/>.</summary>
    public PreprocessingOptions Preprocessing { get; init; } = new();

    /// <summary>Category columns that become trained vectors; null for none.</summary>
    public EmbeddingOptions? Embedding { get; init; }

    /// <summary>The loss; null for the task's own: mean squared error, binary cross-entropy, cross-entropy.</summary>
    public Loss? Loss { get; init; }

    /// <summary>How the weights of the output layer start; null for the layer's own.</summary>
    public Initializer? OutputWeights { get; init; }

    /// <summary>Seed of the first weights.</summary>
    public ulong Seed { get; init; }
}
