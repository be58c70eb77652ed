namespace Gradus;

/// <summary>Repairs that several checks ask for.</summary>
internal static class Repairs
{
    /// <summary>Weights and biases start as fits each layer's activation.</summary>
    public static Repair DefaultInitializers { get; } = new("start weights as fits the activation", setup => setup with
    {
        Layers = [.. setup.Layers.Select(layer => layer is Dense dense ? new Dense(dense.Outputs, dense.Activation) : layer)],
        Model = setup.Model with { OutputWeights = null },
    }, [("--initializer", null)]);

    /// <summary>Another learning rate.</summary>
    public static Repair LearningRate(double rate) => new($"learning rate {RecipeText.Figure(rate)}", setup => setup with
    {
        Training = setup.Training with { Optimizer = setup.Training.Optimizer with { LearningRate = rate } },
    }, [("--lr", rate.ToString("R", System.Globalization.CultureInfo.InvariantCulture))]);

    /// <summary>ReLU in place of sigmoids.</summary>
    public static Repair Relu { get; } = new("relu in the hidden layers", setup => setup with
    {
        Layers = [.. setup.Layers.Select(layer => layer is Dense dense ? new Dense(dense.Outputs, Activation.Relu) : layer)],
    }, [("--activation", "relu")]);
}
