namespace Gradus.Cli;

/// <summary>What a command line of <c>train</c> asks for.</summary>
internal sealed record TrainRequest
{
    public required string Data { get; init; }

    public required CsvOptions Csv { get; init; }

    public required string? Target { get; init; }

    public required Layer[] Layers { get; init; }

    public required IReadOnlyList<Loss> Losses { get; init; }

    public required Initializer? OutputWeights { get; init; }

    public required LearningTask? Task { get; init; }

    public required PreprocessingOptions Preprocessing { get; init; }

    public required EmbeddingOptions? Embedding { get; init; }

    public required (double Validation, double Test)? Shares { get; init; }

    public required TrainOptions Training { get; init; }

    /// <summary>The model to begin from; null to begin anew.</summary>
    public StartRequest? Start { get; init; }

    /// <summary>Layers that stay as they are, or how many; null for none.</summary>
    public string[]? Frozen { get; init; }

    /// <summary>The file of the validation rows; null if they are a share of the data.</summary>
    public string? Validation { get; init; }

    /// <summary>The column of the rows' weights; null if all rows count alike.</summary>
    public string? Weight { get; init; }

    /// <summary>Networks to train on the same rows; null for one.</summary>
    public int? Ensemble { get; init; }

    /// <summary>Folds of a cross-validation; null for none.</summary>
    public int? Folds { get; init; }

    /// <summary>What is left to a search; null for nothing.</summary>
    public AutoRequest? Auto { get; init; }

    /// <summary>Networks to train in all.</summary>
    public int Members => Ensemble ?? Folds ?? 1;

    /// <summary>Whether the amounts of augmentation follow from the size of the images.</summary>
    public required bool AugmentsInProportion { get; init; }

    public required string? Output { get; init; }

    public required bool WithBaselines { get; init; }

    /// <summary>Whether the recipe is summarised at the end.</summary>
    public required bool WithChecks { get; init; }

    public required bool Json { get; init; }

    /// <summary>The model's settings for targets.</summary>
    public ModelOptions ModelOptions(IReadOnlyList<string> targets) => new()
    {
        Targets = targets,
        Losses = Losses,
        OutputWeights = OutputWeights,
        Weight = Weight,
        Seed = Training.Seed,
        Preprocessing = Preprocessing with { Task = Task },
        Embedding = Embedding,
    };
}
