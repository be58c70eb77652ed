namespace Gradus;

/// <summary>What the recipe looks at: data in its parts, a network, and how it is to be trained.</summary>
public sealed record RecipeSetup
{
    /// <summary>Training rows.</summary>
    public required Table Train { get; init; }

    /// <summary>Validation rows; null for none.</summary>
    public Table? Validation { get; init; }

    /// <summary>Test rows, only looked at for what they share with the training rows; null for none.</summary>
    public Table? Test { get; init; }

    /// <summary>Target, preprocessing, loss, seed.</summary>
    public required ModelOptions Model { get; init; }

    /// <summary>Hidden layers.</summary>
    public required IReadOnlyList<Layer> Layers { get; init; }

    /// <summary>How the network is to be trained.</summary>
    public required TrainOptions Training { get; init; }

    /// <summary>Called after each check.</summary>
    public Action<RecipeCheck>? OnCheck { get; init; }

    /// <summary>Rows that checks of many columns are content with.</summary>
    internal int MostRows { get; init; } = 20_000;

    /// <summary>Makes the model; for planting faults.</summary>
    internal Func<RecipeSetup, Model>? MakeModel { get; init; }

    /// <summary>Gives the gradients of an expression; for planting faults.</summary>
    internal Func<Expression, Expression[], IReadOnlyList<Expression>> Differentiate { get; init; } = (y, parameters) => Gradient.Of(y, parameters);
}
