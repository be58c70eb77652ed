namespace Gradus.Tests.Training;

public sealed class FullBatchStepTests
{
    private static readonly TrainOptions Options = new()
    {
        Epochs = 60,
        BatchSize = null,
        Optimizer = new Lbfgs(),
        Schedule = Schedule.Constant,
        Threads = 1,
    };

    [Fact]
    public void An_epoch_is_one_step_and_none_makes_the_loss_larger()
    {
        var (network, table, seen) = (Examples.Regressor(), Examples.Regression(300), new List<int>());
        var weights = network.Initialize(5);
        var history = new Trainer(network, Loss.MeanSquaredError, weights, Options with { L2 = 1e-4, OnStep = seen.Add })
            .Train(table, Examples.Regression(200, 2));
        Assert.Equal([.. Enumerable.Repeat(300, history.Epochs.Count)], seen);
        Assert.True(history.Epochs.Zip(history.Epochs.Skip(1)).All(pair => pair.Second.Loss <= pair.First.Loss));
        Assert.InRange(history.Best?.ValidationLoss ?? 1, 0, 0.002);
        var byAdam = new Trainer(network, Loss.MeanSquaredError, network.Initialize(5), Options with { L2 = 1e-4, Optimizer = new Adam(0.01) })
            .Train(table, Examples.Regression(200, 2));
        Assert.True(history.Best?.ValidationLoss < byAdam.Best?.ValidationLoss / 10);
    }

    [Fact]
    public void The_loss_is_the_mean_of_the_rows_and_the_penalties()
    {
        var (network, table) = (Examples.Regressor(), Examples.Regression(50));
        var weights = network.Initialize(5);
        var history = new Trainer(network, Loss.MeanSquaredError, weights, Options with { Epochs = 5, L2 = 0.01 }).Train(table, null);
        var squares = network.Parameters.Where(parameter => parameter.IsWeight)
            .Sum(parameter => weights[parameter.Expression].ToArray().Sum(w => (double)w * w));
        var mean = new Scorer(network, Loss.MeanSquaredError, weights, 50, team: null, withLoss: true).Run(table, new float[50]);
        Assert.Equal(mean + (0.01 / 2 * squares), history.Epochs[^1].Loss, 6);
    }

    [Fact]
    public void Training_ends_where_no_step_makes_the_loss_smaller()
    {
        // Least squares of a linear network: one minimum.
        var network = new Network(3, new Dense(1));
        var table = Examples.Table(40, 3, 1, x => 1 + (2 * x[0]) - x[2]);
        var weights = network.Initialize(5);
        var history = new Trainer(network, Loss.MeanSquaredError, weights, Options with { Epochs = 1_000 }).Train(table, null);
        Assert.Equal(StopReason.Converged, history.StopReason);
        Assert.InRange(history.Epochs.Count, 3, 40);
        foreach (var (expected, actual) in ((double[])[2, 0, -1]).Zip(weights[weights.Parameters[0]].ToArray()))
            Assert.InRange(actual - expected, -1e-3, 1e-3);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(300)]
    public void The_bits_are_the_same_for_any_number_of_threads(int width)
    {
        var network = new Network(20, new Dense(width, Activation.Tanh), new LayerNormalization(), new Dense(5));
        var (training, validation) = (Examples.Classes(193, 20, 5), Examples.Classes(70, 20, 5, seed: 2));
        var options = Options with { Epochs = 8, L2 = 1e-4, L1 = 1e-5, LabelSmoothing = 0.1, Balance = true };
        var expected = Examples.Train(network, Loss.CrossEntropy, training, options, validation);
        Assert.True(Array.TrueForAll(expected, float.IsFinite));
        foreach (var threads in new[] { 2, 3 })
            Assert.Equal(expected, Examples.Train(network, Loss.CrossEntropy, training, options with { Threads = threads }, validation));
    }

    [Fact]
    public void What_does_not_go_with_it_is_refused()
    {
        void Refuses(TrainOptions options, string part, params Layer[] layers)
        {
            var network = new Network(3, [.. layers, new Dense(1)]);
            var exception = Assert.Throws<GradusException>(() => new Trainer(network, Loss.MeanSquaredError, network.Initialize(1), options));
            Assert.Contains(part, exception.Message, StringComparison.Ordinal);
        }

        Refuses(Options with { BatchSize = 32 }, "batch size is 32");
        Refuses(Options with { Schedule = Schedule.Cosine }, "'cosine'");
        Refuses(Options with { Optimizer = new Lbfgs { WeightDecay = 0.1 } }, "Weight decay");
        Refuses(Options with { MaxNorm = 1 }, "Max-norm");
        Refuses(Options with { ClipNorm = 1 }, "Clipping");
        Refuses(Options with { ClipValue = 1 }, "Clipping");
        Refuses(Options, "dropout", new Dropout(0.5));
        Refuses(Options, "gaussian-noise", new GaussianNoise(0.5));
        Refuses(Options, "batch-normalization", new BatchNormalization());
        var divergent = Examples.Table(10, 3, 1, _ => 1e30f);
        var plain = new Network(3, new Dense(1));
        Assert.Throws<DivergedException>(() => new Trainer(plain, Loss.MeanSquaredError, plain.Initialize(1), Options).Train(divergent, null));
    }
}
