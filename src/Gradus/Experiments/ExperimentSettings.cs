namespace Gradus;

/// <summary>The network of an experiment and how it is trained; the points of the experiment change one thing of it.</summary>
public sealed record ExperimentSettings
{
    /// <summary>Widths of the hidden layers.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [64, 64];

    /// <summary>f of the hidden layers.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>How the weights of all layers start; null for what fits the activation.</summary>
    public Initializer? Weights { get; init; }

    /// <summary>How to train. Seed, threads and callbacks are the experiment's own.</summary>
    public TrainOptions Training { get; init; } = new();

    /// <summary>The hidden layers.</summary>
    internal Layer[] Layers() => [.. Hidden.Select(width =>
    {
        var layer = new Dense(width, Activation);
        return Weights is { } weights ? layer with { Weights = weights } : layer;
    })];
}
