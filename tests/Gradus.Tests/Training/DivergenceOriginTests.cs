namespace Gradus.Tests.Training;

public sealed class DivergenceOriginTests
{
    private static readonly TrainOptions Descent = new()
    {
        Epochs = 3,
        BatchSize = 8,
        Optimizer = new GradientDescent(0.1),
        Schedule = Schedule.Constant,
        Threads = 1,
    };

    private static Initializer Large => Initializer.Constant(1e30);

    public static TheoryData<string, Layer[], string> Networks => new()
    {
        { "output", [new Dense(4, Activation.Tanh), new Dense(4, Activation.Relu) { Weights = Large }, new Dense(1) { Weights = Large }], "layer 3 (dense), its output" },
        { "within a layer", [new Dense(4, Activation.Softplus) { Weights = Large }, new Dense(4, Activation.Gelu) { Weights = Large }, new Dense(1)], "layer 2 (dense, gelu), its output" },
        { "while training", [new Dense(4) { Weights = Large }, new BatchNormalization(Activation.Relu), new Dense(1)], "layer 2 (batch-normalization, relu), its output" },
        { "dropout", [new Dense(4) { Weights = Initializer.Constant(1e37), Biases = Initializer.Constant(2e38) }, new Dropout(0.5), new Dense(1)], "layer 2 (dropout), its output" },
        { "gradient", [new Dense(4, Activation.Tanh) { Weights = Initializer.Constant(1e-10) }, new Dense(1) { Weights = Initializer.Constant(1e25) }], "layer 1 (dense, tanh), its gradient" },
        { "loss", [new Dense(1) { Weights = Large }], "the loss" },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_layer_is_named_in_which_the_first_number_that_is_not_finite_arose(string what, Layer[] layers, string expected)
    {
        var network = new Network(3, layers);
        // Inputs above 0, so that sums of large numbers do not cancel.
        var table = Examples.Table(16, 3, 1, x => x[0]);
        var positive = new float[48];
        table.Inputs.CopyRows(0, 16, positive);
        table = new EncodedTable(new FeatureMatrix([.. positive.Select(x => Math.Abs(x) + 0.1f)], 16, 3), table.Targets.ToArray(), null, new TransformReport([], 0));
        var exception = Assert.Throws<DivergedException>(() =>
            new Trainer(network, Loss.MeanSquaredError, network.Initialize(5), Descent).Train(table, null));
        Assert.True(expected == exception.Origin, $"{what}: {exception.Origin}");
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_goes_too_far_is_named()
    {
        // The loss stays finite; the weights do not.
        var network = new Network(3, new Dense(1));
        var table = Examples.Table(16, 3, 1, _ => 1e10f);
        var exception = Assert.Throws<DivergedException>(() => new Trainer(
            network, Loss.MeanSquaredError, network.Initialize(5), Descent with { Optimizer = new GradientDescent(1e30), BatchSize = null, Epochs = 1 }).Train(table, null));
        Assert.Contains("became by the step of sgd", exception.Origin, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(8, 2)]
    [InlineData(300, 2)]   // the step is part of the gradients' epilogues
    public void The_epoch_is_run_again_to_the_same_step(int width, int threads)
    {
        var network = new Network(3, new Dropout(0.2), new Dense(width), new Dense(width), new Dense(1));
        var weights = network.Initialize(5);
        var seen = 0;
        var exception = Assert.Throws<DivergedException>(() => new Trainer(network, Loss.MeanSquaredError, weights, Descent with
        {
            Epochs = 50,
            BatchSize = 5,
            Optimizer = new Momentum(0.5),
            Threads = threads,
            OnStep = _ => seen++,
        }).Train(Examples.Table(64, 3, 1, x => 5 * x[0]), null));
        Assert.NotNull(exception.Origin);
        Assert.Equal(((exception.Epoch - 1) * 13) + exception.Step - 1, seen);   // the second run calls nobody
        Assert.True(Array.TrueForAll(weights.All.ToArray(), float.IsFinite));
        Assert.Equal(exception.Epoch - 1, exception.History.Epochs.Count);
    }

    [Fact]
    public void It_is_named_with_all_rows_and_a_line_search()
    {
        var network = new Network(3, new Dense(4, Activation.Tanh), new Dense(1) { Weights = Large });
        var exception = Assert.Throws<DivergedException>(() => new Trainer(network, Loss.MeanSquaredError, network.Initialize(5),
            Descent with { BatchSize = null, Optimizer = new Lbfgs() }).Train(Examples.Regression(10), null));
        Assert.Equal("the loss", exception.Origin);
    }
}
