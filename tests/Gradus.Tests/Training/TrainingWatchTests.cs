namespace Gradus.Tests.Training;

public sealed class TrainingWatchTests
{
    private static readonly TrainOptions Descent = new()
    {
        Optimizer = new GradientDescent(0.1),
        Schedule = Schedule.Constant,
        Epochs = 2,
        BatchSize = 8,
        Seed = 4,
        Threads = 1,
    };

    // The bias of a linear network under the mean squared error: its error is multiplied by 1 − 2η at each step.
    private static Network Linear => new(3, new Dense(1));

    private static EncodedTable Shifted => Examples.Table(512, 3, 1, x => 2 + x[0]);

    // The noise is what keeps a network that has learnt the rest from having no gradient at all.
    private static EncodedTable Noisy(int rows, ulong seed)
    {
        var draw = new Programs.Draw(seed);
        return Examples.Table(rows, 3, seed, x => 2 + x[0] + (float)draw.Between(-0.5, 0.5));
    }

    [Theory]
    [InlineData(0.9, false)]
    [InlineData(1.1, true)]
    public void A_loss_above_three_times_its_start_is_found_in_the_middle_of_an_epoch(double rate, bool isFound)
    {
        var seen = new List<WatchFinding>();
        var (history, _) = Train(Linear, Shifted, Descent with { Optimizer = new GradientDescent(rate), OnFinding = seen.Add });
        Assert.Equal((StopReason.Completed, 2), (history.StopReason, history.Epochs.Count));
        Assert.Equal(history.Watch, seen);
        if (!isFound)
        {
            Assert.Empty(seen);
            return;
        }

        // 256 of 512 rows are 32 steps of 8; it is said once.
        var finding = Assert.Single(seen);
        Assert.Equal((WatchKind.Explosion, 1, 32, null), (finding.Kind, finding.Epoch, finding.Step, finding.Layer));
        Assert.Contains("learning rate 1.1", finding.Message, StringComparison.Ordinal);
        Assert.Contains("to 0.11 say", finding.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Stopping_keeps_the_best_weights()
    {
        // The rate rises for five epochs, and passes 1 in the fourth.
        var (options, kept) = (Descent with { Optimizer = new GradientDescent(1.5), Schedule = Schedule.Warmup, Epochs = 100, OnExplosion = ExplosionPolicy.Stop }, Array.Empty<float>());
        var network = Linear;
        var weights = network.Initialize(5);
        var history = new Trainer(network, Loss.MeanSquaredError, weights, options with { OnEpoch = report => kept = report.IsBest ? weights.All.ToArray() : kept })
            .Train(Noisy(512, 1), Noisy(50, 2));
        Assert.Equal(StopReason.Exploded, history.StopReason);
        Assert.InRange(history.BestEpoch, 1, history.Epochs.Count);
        Assert.Equal(kept, weights.All.ToArray());
        Assert.Equal(history.Epochs.Count + 1, Assert.Single(history.Watch).Epoch);

        // In the first epoch there is nothing better than the start.
        var (at, after) = Train(Linear, Shifted, options with { Schedule = Schedule.Constant });
        Assert.Equal((StopReason.Exploded, 0, 0), (at.StopReason, at.Epochs.Count, at.BestEpoch));
        Assert.Equal(Linear.Initialize(5).All.ToArray(), after);
    }

    public static TheoryData<Optimizer, Layer[], WatchKind, int?> TooLarge => new()
    {
        { new GradientDescent(1.1), [new Dense(1)], WatchKind.Explosion, 1 },
        { new GradientDescent(64), [new Dense(1)], WatchKind.NonFinite, 6 },   // before the first look
        { new Adam(100), [new Dense(8, Activation.Relu), new Dropout(0.2), new Dense(1)], WatchKind.Explosion, null },
        { new Momentum(8), [new Dense(8), new BatchNormalization(Activation.Tanh), new Dense(1)], WatchKind.NonFinite, null },
        { new RmsProp(1), [new Dense(300, Activation.Relu), new Dense(300, Activation.Relu), new Dense(1)], WatchKind.Explosion, null },   // the step is part of each gradient's epilogue
    };

    [Theory]
    [MemberData(nameof(TooLarge))]
    public void Reducing_begins_the_epoch_anew_as_if_nothing_had_been(Optimizer optimizer, Layer[] layers, WatchKind first, int? halvings)
    {
        var options = Descent with { Optimizer = optimizer, Ema = 0.9, Epochs = 1 };
        var network = new Network(3, layers);
        var (history, weights) = Train(network, Shifted, options with { OnExplosion = ExplosionPolicy.Reduce });
        Assert.Equal((StopReason.Completed, 1), (history.StopReason, history.Epochs.Count));
        var explosions = history.Watch.Where(each => each.Kind is WatchKind.NonFinite or WatchKind.Explosion).ToArray();
        Assert.NotEmpty(explosions);
        Assert.Equal(halvings ?? explosions.Length, explosions.Length);
        Assert.Equal(first, explosions[0].Kind);
        Assert.Contains("went back to the start", explosions[0].Message, StringComparison.Ordinal);

        var rate = optimizer.LearningRate / Math.Pow(2, explosions.Length);
        var (plain, expected) = Train(network, Shifted, options with { Optimizer = optimizer with { LearningRate = rate } });
        Assert.Equal(expected, weights);
        Assert.Equal(plain.Epochs.Select(each => each.Loss), history.Epochs.Select(each => each.Loss));
    }

    [Fact]
    public void Reducing_goes_back_to_the_epoch_before_and_ends_after_ten_times()
    {
        var warmup = Descent with { Optimizer = new GradientDescent(1.5), Schedule = Schedule.Warmup, Epochs = 100, OnExplosion = ExplosionPolicy.Reduce };
        var (history, _) = Train(Linear, Noisy(512, 1), warmup);
        Assert.Equal((StopReason.Completed, 100), (history.StopReason, history.Epochs.Count));
        Assert.Equal(Enumerable.Range(1, 100), history.Epochs.Select(each => each.Epoch));
        Assert.Contains("went back to the end of epoch", history.Watch[0].Message, StringComparison.Ordinal);
        Assert.InRange(history.Epochs[^1].Loss, 0.07, 0.1);   // that of the noise is 1/12

        foreach (var optimizer in (Optimizer[])[new GradientDescent(1e6), new GradientDescent(1e300)])
        {
            var (ended, weights) = Train(Linear, Shifted, Descent with { Optimizer = optimizer, BatchSize = null, OnExplosion = ExplosionPolicy.Reduce });
            Assert.Equal((StopReason.Exploded, 0), (ended.StopReason, ended.BestEpoch));
            Assert.Equal(11, ended.Watch.Count);
            Assert.Contains("halved 10 times", ended.Watch[^1].Message, StringComparison.Ordinal);
            Assert.Equal(Linear.Initialize(5).All.ToArray(), weights);
        }
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_a_finding_with_its_layer()
    {
        var exception = Assert.Throws<DivergedException>(() => Train(Linear, Shifted, Descent with { Optimizer = new GradientDescent(64), OnExplosion = ExplosionPolicy.Stop }));
        var finding = Assert.Single(exception.History.Watch);
        Assert.Equal((WatchKind.NonFinite, exception.Epoch, exception.Step, exception.Origin), (finding.Kind, finding.Epoch, finding.Step, finding.Layer));
        Assert.StartsWith(finding.Message, exception.Message, StringComparison.Ordinal);
        Assert.Contains("reduce", Assert.Throws<GradusException>(() => Train(Linear, Shifted, Descent with
        {
            Optimizer = new Lbfgs(),
            BatchSize = null,
            OnExplosion = ExplosionPolicy.Reduce,
        })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rare_targets_that_are_far_away_are_no_explosion()
    {
        // Two rows of 2,000, of which the sample has neither, make nearly all of the loss.
        var rare = 0;
        var table = Examples.Table(2_000, 3, 1, x => ++rare is 1_000 or 1_500 ? 45 : 0.01f * x[0]);
        var (history, _) = Train(Linear, table, Descent with { Optimizer = new GradientDescent(1e-4) });
        Assert.DoesNotContain(history.Watch, each => each.Kind == WatchKind.Explosion);
        Assert.True(history.Epochs[0].Loss > 1);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-100, "layer 1 (dense, relu)")]
    public void A_layer_whose_units_are_dead_is_named_once_and_those_behind_it_are_not(double bias, string? expected)
    {
        var network = new Network(3, new Dense(16, Activation.Relu) { Biases = Initializer.Constant(bias) }, new Dense(8, Activation.Tanh), new Dense(1));
        var (history, _) = Train(network, Shifted, Descent);
        Assert.Equal(expected is null ? [] : [(WatchKind.DeadLayer, 1, expected)], history.Watch.Select(each => (each.Kind, each.Epoch, each.Layer ?? "")));
        if (expected is not null)
            Assert.Contains("16 of 16 units", history.Watch[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_do_not_differ_say_nothing_of_layers()
    {
        var table = new EncodedTable(new FeatureMatrix([.. Enumerable.Repeat(0.5f, 300)], 100, 3), [.. Enumerable.Repeat(1f, 100)], null, new TransformReport([], 0));
        var (history, _) = Train(new Network(3, new Dense(8, Activation.Relu), new Dense(1)), table, Descent);
        Assert.Empty(history.Watch);
    }

    [Theory]
    [InlineData(0.5, false)]
    [InlineData(200, true)]
    public void A_layer_whose_units_are_saturated_is_named(double deviation, bool isFound)
    {
        var network = new Network(3, new Dense(16, Activation.Tanh) { Weights = Initializer.Normal(deviation) }, new Dense(1));
        var (history, _) = Train(network, Shifted, Descent);
        Assert.Equal(isFound ? [(WatchKind.SaturatedLayer, "layer 1 (dense, tanh)")] : [], history.Watch.Select(each => (each.Kind, each.Layer ?? "")));
    }

    [Fact]
    public void A_loss_that_does_not_fall_has_stalled_unless_it_has_converged()
    {
        var (network, still) = (Linear, Descent with { Optimizer = new GradientDescent(1e-9), Epochs = 6 });
        var finding = Assert.Single(Train(network, Shifted, still).History.Watch);
        Assert.Equal((WatchKind.StalledLoss, 5), (finding.Kind, finding.Epoch));
        Assert.Empty(Train(network, Shifted, still with { Epochs = 4 }).History.Watch);
        Assert.Empty(Train(network, Shifted, still with { Optimizer = new GradientDescent(1e-3) }).History.Watch);

        // From weights that have learnt it, with steps that move nothing: a noise that no network can learn is left.
        var table = Noisy(512, 1);
        var weights = network.Initialize(5);
        new Trainer(network, Loss.MeanSquaredError, weights, Descent with { Epochs = 20 }).Train(table, null);
        Assert.Empty(new Trainer(network, Loss.MeanSquaredError, weights, still).Train(table, null).Watch);
    }

    [Fact]
    public void Members_that_explode_are_named_and_left_out()
    {
        var table = new Table("t", [new NumberColumn("x", [.. Enumerable.Range(0, 100).Select(i => i / 50f)]), new NumberColumn("y", [.. Enumerable.Range(0, 100).Select(i => 3f * i)])]);
        var model = Model.For(table, "y");
        var seen = new List<WatchFinding>();
        var options = new TrainOptions { Optimizer = new GradientDescent(4), BatchSize = 50, Epochs = 3, Threads = 2, OnExplosion = ExplosionPolicy.Stop, OnFinding = seen.Add };
        var exception = Assert.Throws<MembersDivergedException>(() => model.TrainEnsemble(table, members: 2, options: options));
        Assert.Equal(StopReason.Exploded, exception.History.StopReason);
        Assert.Equal([1, 2], seen.Select(each => each.Member).Order());
        Assert.Equal([1, 2], exception.History.Members.SelectMany(each => each.History.Watch).Select(each => each.Member));
        Assert.Contains("no member is left", exception.Message, StringComparison.Ordinal);
        Assert.Contains("The loss rose to", exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, model.TrainEnsemble(table, members: 2, options: options with { OnExplosion = ExplosionPolicy.Reduce }).Kept.Count);
    }

    private static (History History, float[] Weights) Train(Network network, EncodedTable table, TrainOptions options)
    {
        var weights = network.Initialize(5);
        var history = new Trainer(network, Loss.MeanSquaredError, weights, options).Train(table, null);
        return (history, weights.All.ToArray());
    }
}
