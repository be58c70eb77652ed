namespace Gradus.Benchmarks.Faults;

/// <summary>Set-ups that nothing is wrong with.</summary>
internal static class SoundSetups
{
    /// <summary>Names, and how each differs from the plain set-up.</summary>
    public static IReadOnlyList<(string Name, Func<RecipeSetup, RecipeSetup> Change)> List { get; } =
    [
        ("plain", s => s), ("another split", s => s with { Training = s.Training with { Seed = 9 }, Model = s.Model with { Seed = 9 } }),
        ("no hidden layer", s => s with { Layers = [] }), ("one layer of 32", s => Layers(s, new Dense(32, Activation.Relu))),
        ("one layer of 256", s => Layers(s, new Dense(256, Activation.Relu))), ("three layers of 64", s => Layers(s, Activation.Relu, 64, 64, 64)),
        ("tanh", s => Layers(s, Activation.Tanh, 64, 64)), ("sigmoid", s => Layers(s, Activation.Sigmoid, 64)),
        ("leaky-relu", s => Layers(s, Activation.LeakyRelu, 64, 64)), ("elu", s => Layers(s, Activation.Elu, 64, 64)),
        ("selu", s => Layers(s, Activation.Selu, 64, 64)), ("gelu", s => Layers(s, Activation.Gelu, 64, 64)),
        ("silu", s => Layers(s, Activation.Silu, 64, 64)), ("mish", s => Layers(s, Activation.Mish, 64, 64)),
        ("softplus", s => Layers(s, Activation.Softplus, 64, 64)),
        ("batch normalisation", s => Layers(s, new Dense(64), new BatchNormalization(Activation.Relu), new Dense(64), new BatchNormalization(Activation.Relu))),
        ("layer normalisation", s => Layers(s, new Dense(64), new LayerNormalization(Activation.Relu), new Dense(64), new LayerNormalization(Activation.Relu))),
        ("dropout 0.2", s => Layers(s, new Dense(64, Activation.Relu), new Dropout(0.2), new Dense(64, Activation.Relu), new Dropout(0.2))),
        ("dropout 0.5", s => Layers(s, new Dense(128, Activation.Relu), new Dropout(0.5))),
        ("input noise 0.1", s => Layers(s, new GaussianNoise(0.1), new Dense(64, Activation.Relu))),
        ("L2", s => s with { Training = s.Training with { L2 = 1e-3 } }), ("L1", s => s with { Training = s.Training with { L1 = 1e-4 } }),
        ("max-norm", s => s with { Training = s.Training with { MaxNorm = 3 } }), ("clipping", s => s with { Training = s.Training with { ClipNorm = 1 } }),
        ("averaged weights", s => s with { Training = s.Training with { Ema = 0.99 } }),
        ("adamw", s => Step(s, new AdamW())), ("sgd at 0.03", s => Step(s, new GradientDescent { LearningRate = 0.03 })),
        ("momentum", s => Step(s, new Momentum())), ("rmsprop", s => Step(s, new RmsProp())), ("nadam", s => Step(s, new NAdam())),
        ("rate 0.003", s => Step(s, new Adam(0.003))), ("rate 0.0003", s => Step(s, new Adam(0.0003))),
        ("batches of 16", s => s with { Training = s.Training with { BatchSize = 16 } }), ("batches of 32", s => s with { Training = s.Training with { BatchSize = 32 } }),
        ("full batches", s => s with { Training = s.Training with { BatchSize = null } }),
        ("quantile scaling", s => Scaled(s, Scaling.Quantile)), ("min-max scaling", s => Scaled(s, Scaling.MinMax)), ("robust scaling", s => Scaled(s, Scaling.Robust)),
        ("huber or focal", s => s with { Model = s.Model with { Loss = s.IsRegression() ? Loss.Huber : null } }),
        ("xavier", s => Layers(s, new Dense(64, Activation.Relu) { Weights = Initializer.XavierUniform }, new Dense(64, Activation.Relu) { Weights = Initializer.XavierUniform })),
    ];

    private static RecipeSetup Layers(RecipeSetup setup, params Layer[] layers) => setup with { Layers = layers };

    private static RecipeSetup Layers(RecipeSetup setup, Activation activation, params int[] widths) =>
        setup with { Layers = [.. widths.Select(width => new Dense(width, activation))] };

    private static RecipeSetup Step(RecipeSetup setup, Optimizer optimizer) => setup with { Training = setup.Training with { Optimizer = optimizer } };

    private static RecipeSetup Scaled(RecipeSetup setup, Scaling scaling) =>
        setup with { Model = setup.Model with { Preprocessing = setup.Model.Preprocessing with { Scaling = scaling } } };
}
