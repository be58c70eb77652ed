using Gradus.Tests.Programs;

namespace Gradus.Tests.Training;

/// <summary>Encoded tables of drawn numbers.</summary>
internal static class Examples
{
    public static EncodedTable Table(int rows, int columns, ulong seed, Func<float[], float> target)
    {
        var draw = new Draw(seed);
        var (inputs, targets) = (new float[rows * columns], new float[rows]);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
                inputs[(i * columns) + j] = (float)draw.Between(-1, 1);
            targets[i] = target(inputs[(i * columns)..((i + 1) * columns)]);
        }

        return new EncodedTable(new FeatureMatrix(inputs, rows, columns), targets, null, new TransformReport([], 0));
    }

    /// <summary>y = x₀ − x₁ x₂.</summary>
    public static EncodedTable Regression(int rows, ulong seed = 1) => Table(rows, 3, seed, x => x[0] - (x[1] * x[2]));

    public static EncodedTable Classes(int rows, int columns, int classes, ulong seed = 1) =>
        Table(rows, columns, seed, x => Math.Clamp((int)((x[0] + (x[1] * x[2]) + 1) / 2 * classes), 0, classes - 1));

    public static Network Regressor() => new(3, new Dense(8, Activation.Tanh), new Dense(1));

    public static float[] Train(
        Network network, Loss loss, EncodedTable training, TrainOptions options, EncodedTable? validation = null, ulong seed = 5)
    {
        var weights = network.Initialize(seed);
        new Trainer(network, loss, weights, options).Train(training, validation);
        return weights.All.ToArray();
    }
}
