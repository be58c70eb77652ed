namespace Gradus.Tests.Training;

public sealed class RegularizationTests
{
    private static readonly TrainOptions Descent = new()
    {
        Epochs = 1,
        BatchSize = null,
        Optimizer = new GradientDescent(0.1),
        Schedule = Schedule.Constant,
        Threads = 1,
    };

    /// <summary>Each with what it makes of a weight w and a bias b after a step of descent, from those without it.</summary>
    private static readonly Dictionary<string, (TrainOptions Options, Func<double, double> OfWeight)> Penalties = new()
    {
        ["l2"] = (Descent with { L2 = 0.5 }, w => -0.1 * 0.5 * w),
        ["l1"] = (Descent with { L1 = 0.5 }, w => -0.1 * 0.5 * Math.Sign(w)),
        ["elastic"] = (Descent with { L1 = 0.5, L2 = 0.25 }, w => -0.1 * ((0.5 * Math.Sign(w)) + (0.25 * w))),
    };

    [Theory]
    [InlineData("l2", 8)]
    [InlineData("l1", 8)]
    [InlineData("elastic", 8)]
    [InlineData("l2", 400)]   // the step is part of the gradients' epilogues
    [InlineData("elastic", 400)]
    public void A_penalty_moves_weights_by_its_gradient_and_leaves_biases(string name, int width)
    {
        var network = new Network(3, new Dense(width, Activation.Tanh), new Dense(width, Activation.Tanh), new Dense(1));
        var (table, (options, ofWeight)) = (Examples.Regression(20), Penalties[name]);
        var start = network.Initialize(5);
        var (without, with) = (network.Initialize(5), network.Initialize(5));
        new Trainer(network, Loss.MeanSquaredError, without, Descent).Train(table, null);
        new Trainer(network, Loss.MeanSquaredError, with, options).Train(table, null);
        foreach (var parameter in network.Parameters)
        {
            for (var i = 0; i < parameter.Count; i++)
            {
                var moved = with[parameter.Expression][i] - (double)without[parameter.Expression][i];
                var expected = parameter.IsWeight ? ofWeight(start[parameter.Expression][i]) : 0;
                Assert.InRange(moved - expected, -5e-7, 5e-7);   // a few roundings of numbers below 2
            }
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(400)]
    public void Each_layer_may_have_a_penalty_of_its_own(int width)
    {
        var network = new Network(3, new Dense(width, Activation.Tanh), new LayerNormalization(), new Dense(1));
        var table = Examples.Regression(20);
        var (start, without, with) = (network.Initialize(5), network.Initialize(5), network.Initialize(5));
        new Trainer(network, Loss.MeanSquaredError, without, Descent).Train(table, null);
        new Trainer(network, Loss.MeanSquaredError, with, Descent with { L2 = new PerLayer(0.5, 0), L1 = new PerLayer(0, 0.25) }).Train(table, null);
        foreach (var parameter in network.Parameters)
        {
            for (var i = 0; i < parameter.Count; i++)
            {
                var moved = with[parameter.Expression][i] - (double)without[parameter.Expression][i];
                var expected = parameter.Name switch
                {
                    "layer1.W" => -0.1 * 0.5 * start[parameter.Expression][i],
                    "layer3.W" => -0.1 * 0.25 * Math.Sign(start[parameter.Expression][i]),
                    _ => 0,
                };
                Assert.InRange(moved - expected, -5e-7, 5e-7);
            }
        }

        Assert.Contains("3 numbers", Assert.Throws<GradusException>(() =>
            new Trainer(network, Loss.MeanSquaredError, with, Descent with { L2 = new PerLayer(1, 2, 3) })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PerLayer(1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PerLayer(1e39));   // infinite as float32
        Assert.Throws<ArgumentException>(() => new PerLayer());
        Assert.Equal(new PerLayer(1, 2), new PerLayer(1, 2));
        Assert.NotEqual(new PerLayer(1, 2), new PerLayer(1, 3));
    }

    [Fact]
    public void The_sub_gradient_of_L1_at_0_is_0()
    {
        var network = new Network(3, new Dense(1) { Weights = Initializer.Zeros });
        var table = Examples.Table(10, 3, 1, _ => 0);
        var weights = network.Initialize(1);
        new Trainer(network, Loss.MeanSquaredError, weights, Descent with { L1 = 1 }).Train(table, null);
        Assert.True(weights.All.IndexOfAnyExcept(0f) < 0);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(400)]
    public void Clipping_bounds_the_step(int width)
    {
        var network = new Network(3, new Dense(width, Activation.Tanh), new Dense(width, Activation.Tanh), new Dense(1));
        var table = Examples.Table(30, 3, 1, x => 50 * x[0]);
        double[] Step(TrainOptions options)
        {
            var (start, weights) = (network.Initialize(5), network.Initialize(5));
            new Trainer(network, Loss.MeanSquaredError, weights, options).Train(table, null);
            return [.. weights.All.ToArray().Zip(start.All.ToArray(), (a, b) => (a - (double)b) / -0.1)];
        }

        var plain = Step(Descent);
        var norm = Math.Sqrt(plain.Sum(g => g * g));
        Assert.True(norm > 2 && plain.Max(Math.Abs) > 0.3);
        // Differences of numbers of size 1, divided by 0.1.
        const double Rounding = 2e-6;
        foreach (var (g, clipped) in plain.Zip(Step(Descent with { ClipNorm = 2 })))
            Assert.InRange(clipped - (g * 2 / norm), -Rounding, Rounding);
        foreach (var (g, clipped) in plain.Zip(Step(Descent with { ClipValue = 0.3 })))
            Assert.InRange(clipped - Math.Clamp(g, -0.3, 0.3), -Rounding, Rounding);
        foreach (var (g, free) in plain.Zip(Step(Descent with { ClipNorm = 1e6, ClipValue = 1e6 })))
            Assert.InRange(free - g, -Rounding, Rounding);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(400)]
    public void No_unit_has_a_norm_above_the_bound(int width)
    {
        var network = new Network(3, new Dense(width, Activation.Tanh), new Dense(width, Activation.Tanh), new Dense(1));
        var weights = network.Initialize(5);
        new Trainer(network, Loss.MeanSquaredError, weights, Descent with { Epochs = 3, BatchSize = 7, MaxNorm = 0.5 }).Train(Examples.Regression(20), null);
        var largest = 0.0;
        foreach (var w in network.Parameters.Where(p => p.IsWeight).Select(p => p.Expression))
        {
            var (rows, columns) = (w.Shape.Rows.Size, w.Shape.Columns.Size);
            for (var j = 0; j < columns; j++)
                largest = Math.Max(largest, Math.Sqrt(Enumerable.Range(0, rows).Sum(i => Math.Pow(weights[w][(i * columns) + j], 2))));
        }

        Assert.InRange(largest, 0.49999, 0.500001);
    }

    [Fact]
    public void Label_smoothing_spreads_its_share_over_all_classes()
    {
        var (z, index, d) = (Expression.Parameter(2, 4, "z"), Expression.Input(2, 1), Expression.Input(2, 1));
        Assert.Equal(new double[,] { { .05, .85, .05, .05 }, { .05, .05, .05, .85 } }.Cast<double>().Select(value => Math.Round(value, 12)),
            Loss.CrossEntropy.Smooth(index, z, 0.2).Evaluate((index, new double[,] { { 1 }, { 3 } })).Cast<double>().Select(value => Math.Round(value, 12)));
        Assert.Equal([.1, .9], Loss.BinaryCrossEntropy.Smooth(d, z, 0.2).Evaluate((d, new double[,] { { 0 }, { 1 } })).Cast<double>());
        var network = Examples.Regressor();
        var refused = Assert.Throws<GradusException>(() =>
            new Trainer(network, Loss.MeanSquaredError, network.Initialize(1), Descent with { LabelSmoothing = 0.1 }));
        Assert.Contains("'mse'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Balanced_classes_count_alike()
    {
        // Nothing tells the classes apart: the bias learns their shares, balanced ones a half each.
        var network = new Network(3, new Dense(1) { Weights = Initializer.Zeros });
        var table = Examples.Table(200, 3, 1, x => x[0] > 0.8 ? 1 : 0);
        var blind = new EncodedTable(new FeatureMatrix(new float[600], 200, 3), table.Targets.ToArray(), null, new TransformReport([], 0));
        double Bias(bool balance)
        {
            var weights = network.Initialize(1);
            new Trainer(network, Loss.BinaryCrossEntropy, weights, Descent with { Epochs = 300, Optimizer = new GradientDescent(1), Balance = balance })
                .Train(blind, null);
            return weights.All[16];
        }

        var share = table.Targets.ToArray().Average();
        Assert.InRange(Bias(false) - Math.Log(share / (1 - share)), -1e-3, 1e-3);
        Assert.InRange(Bias(true), -1e-3, 1e-3);
    }

    [Theory]
    [InlineData(9, 4)]     // 4 + 5 rows
    [InlineData(8, 4)]
    [InlineData(3, 2)]     // 3 rows
    [InlineData(200, 7)]
    public void Batch_normalisation_trains_with_a_last_row_alone_and_predicts_near_what_it_trained(int rows, int batch)
    {
        var network = new Network(3, new Dense(8), new BatchNormalization(Activation.Tanh), new Dense(1));
        var (weights, seen) = (network.Initialize(5), new List<int>());
        var history = new Trainer(network, Loss.MeanSquaredError, weights, new TrainOptions
        {
            Epochs = 60,
            BatchSize = batch,
            Optimizer = new Adam(0.01),
            OnStep = seen.Add,
            Threads = 1,
        }).Train(Examples.Regression(rows), Examples.Regression(200, 2));
        Assert.Equal(rows, seen[^1]);
        Assert.Equal(rows % batch == 1 ? rows / batch : (rows + batch - 1) / batch, seen.Count / history.Epochs.Count);
        Assert.True(Array.TrueForAll(weights.All.ToArray(), float.IsFinite));
        Assert.True(weights[network.Averages[1].Average].IndexOfAnyExcept(1f) >= 0);
        if (rows == 200)
            Assert.InRange(history.Best?.ValidationLoss ?? 1, 0, 0.05);
    }

    [Fact]
    public void Batch_normalisation_refuses_batches_of_one_row()
    {
        var network = new Network(3, new Dense(8), new BatchNormalization(), new Dense(1));
        Assert.Contains("at least 2", Assert.Throws<GradusException>(() =>
            new Trainer(network, Loss.MeanSquaredError, network.Initialize(1), Descent with { BatchSize = 1 })).Message, StringComparison.Ordinal);
        Assert.Throws<GradusException>(() =>
            new Trainer(network, Loss.MeanSquaredError, network.Initialize(1), Descent).Train(Examples.Regression(1), null));
    }

    [Theory]
    [InlineData(24)]
    [InlineData(300)]
    public void All_together_gives_the_same_bits_for_any_number_of_threads(int width)
    {
        var network = new Network(20, new GaussianNoise(0.1), new Dropout(0.1), new Dense(width), new BatchNormalization(Activation.Gelu), new Dropout(0.3),
            new Dense(width), new LayerNormalization(Activation.Silu), new Dense(5));
        var options = new TrainOptions
        {
            Epochs = 2,
            BatchSize = 64,
            Optimizer = new AdamW(),
            L2 = 1e-4,
            L1 = 1e-5,
            LabelSmoothing = 0.1,
            MaxNorm = 2,
            ClipValue = 0.1,
            Balance = true,
        };
        var (training, validation) = (Examples.Classes(193, 20, 5), Examples.Classes(70, 20, 5, seed: 2));
        var expected = Examples.Train(network, Loss.CrossEntropy, training, options with { Threads = 1 }, validation);
        Assert.True(Array.TrueForAll(expected, float.IsFinite));
        foreach (var threads in new[] { 2, 3 })
            Assert.Equal(expected, Examples.Train(network, Loss.CrossEntropy, training, options with { Threads = threads }, validation));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent with { L2 = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent with { L1 = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent with { LabelSmoothing = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent with { MaxNorm = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent with { MaxNorm = 1e-300 });   // 0 as float32
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent with { ClipNorm = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent with { ClipValue = double.PositiveInfinity });
    }
}
