namespace Gradus.Tests.Training;

/// <summary>Layers that training leaves as they are.</summary>
public sealed class FreezeTests
{
    public static TheoryData<Optimizer> Optimizers => [.. Optimizer.All];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_frozen_layer_keeps_its_bits_and_the_others_learn(Optimizer optimizer)
    {
        foreach (var width in (int[])[8, 300])   // a step over the flat vector, and one in the epilogues
        {
            var network = new Network(3, new Dense(width, Activation.Tanh), new Dense(width, Activation.Tanh), new Dense(1));
            var options = new TrainOptions
            {
                Optimizer = optimizer with { WeightDecay = 0.1 },
                Epochs = 2,
                BatchSize = 20,
                L2 = 0.01,
                L1 = 0.01,
                MaxNorm = 0.1,
                Ema = 0.9,
                Threads = 1,
            };
            if (optimizer is Lbfgs)   // works on all rows, without what changes a step afterwards
                options = options with { Optimizer = optimizer, BatchSize = null, Schedule = Schedule.Constant, MaxNorm = null };
            foreach (var frozen in (string[][])[["layer1"], ["layer2", "layer3"]])
            {
                var (weights, before) = (network.Initialize(5), network.Initialize(5));
                new Trainer(network, Loss.MeanSquaredError, weights, options with { Freeze = frozen }).Train(Examples.Regression(50), Examples.Regression(20, 2));
                foreach (var parameter in network.Parameters)
                {
                    var same = weights[parameter.Expression].SequenceEqual(before[parameter.Expression]);
                    Assert.True(same == frozen.Contains(parameter.Name.Split('.')[0]), $"{parameter.Name} {width} {string.Join(',', frozen)}");
                }
            }
        }
    }

    [Fact]
    public void Frozen_normalisation_works_as_in_prediction_and_keeps_its_averages()
    {
        var network = new Network(3, new Dense(8), new BatchNormalization(Activation.Relu), new Dense(1));
        var (weights, before) = (network.Initialize(5), network.Initialize(5));
        // A bias before the averages would vanish in the batch's own mean: that it is learnt shows whose mean was taken.
        new Trainer(network, Loss.MeanSquaredError, weights, new TrainOptions { Epochs = 5, BatchSize = 10, Threads = 1, Freeze = ["layer2"] })
            .Train(Examples.Regression(50), null);
        foreach (var parameter in network.Parameters)
            Assert.Equal(parameter.Name.StartsWith("layer2", StringComparison.Ordinal), weights[parameter.Expression].SequenceEqual(before[parameter.Expression]));
        var bias = network.Parameters.Single(parameter => parameter.Name == "layer1.b").Expression;
        Assert.True(weights[bias].ToArray().Max(Math.Abs) > 1e-3f, string.Join(' ', weights[bias].ToArray()));
    }

    [Fact]
    public void Training_without_frozen_layers_is_as_before()
    {
        var network = new Network(3, new Dense(8), new BatchNormalization(Activation.Relu), new Dropout(0.2), new Dense(1));
        var options = new TrainOptions { Epochs = 3, BatchSize = 10, Threads = 1 };
        Assert.Equal(Examples.Train(network, Loss.MeanSquaredError, Examples.Regression(50), options),
            Examples.Train(network, Loss.MeanSquaredError, Examples.Regression(50), options with { Freeze = [] }));
    }

    [Theory]
    [InlineData("layer9", "'layer9'", "layer1, layer3")]
    [InlineData("layer2", "'layer2'", "has no parameters")]
    [InlineData("layer1,layer3", "every layer", "nothing")]
    public void Wrong_names_are_refused(string names, params string[] expected)
    {
        var network = new Network(3, new Dense(8), new Dropout(0.5), new Dense(1));
        var message = Assert.Throws<GradusException>(
            () => new Trainer(network, Loss.MeanSquaredError, network.Initialize(1), new TrainOptions { Freeze = names.Split(',') })).Message;
        Assert.All(expected, part => Assert.Contains(part, message, StringComparison.OrdinalIgnoreCase));
    }
}
