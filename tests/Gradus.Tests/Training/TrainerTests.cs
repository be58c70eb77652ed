using Gradus.Tests.Expressions;

namespace Gradus.Tests.Training;

public sealed class TrainerTests
{
    private static readonly TrainOptions Descent = new()
    {
        Optimizer = new GradientDescent(0.1),
        Schedule = Schedule.Constant,
        Epochs = 3,
        Threads = 1,
    };

    [Fact]
    public void Training_lowers_the_loss_and_the_history_tells_how()
    {
        var (network, time) = (Examples.Regressor(), new Clock());
        var reports = new List<EpochReport>();
        var seen = new List<int>();
        var history = new Trainer(network, Loss.MeanSquaredError, network.Initialize(1), new TrainOptions
        {
            Epochs = 30,
            Patience = 30,
            BatchSize = 16,
            Optimizer = new Adam(0.01),
            Threads = 1,
            Time = time,
            OnEpoch = reports.Add,
            OnStep = seen.Add,
        }).Train(Examples.Regression(100), Examples.Regression(50, seed: 2));
        Assert.Equal(StopReason.Completed, history.StopReason);
        Assert.Equal(reports, history.Epochs);
        Assert.Equal(Enumerable.Range(1, 30), history.Epochs.Select(epoch => epoch.Epoch));
        Assert.True(history.Epochs[^1].Loss < history.Epochs[0].Loss / 4);
        Assert.Equal(Enumerable.Repeat((int[])[16, 32, 48, 64, 80, 96, 100], 30).SelectMany(x => x), seen);

        var best = double.PositiveInfinity;
        foreach (var epoch in history.Epochs)
        {
            Assert.NotNull(epoch.ValidationLoss);
            Assert.Equal(epoch.ValidationLoss < best, epoch.IsBest);
            best = Math.Min(best, epoch.ValidationLoss.Value);
        }

        Assert.Equal(best, history.Best?.ValidationLoss);
        Assert.Equal(history.Epochs.Last(epoch => epoch.IsBest).Epoch, history.BestEpoch);
        // The clock moves one second each time that it is read: once as an epoch begins, once as it ends, once in its report.
        Assert.All(history.Epochs, epoch => Assert.Equal(100, epoch.ExamplesPerSecond));
        Assert.Equal(Enumerable.Range(1, 30).Select(epoch => 3.0 * epoch), history.Epochs.Select(epoch => epoch.Seconds));
        Assert.Equal(91, history.Seconds);
        Assert.Equal(100, history.ExamplesPerSecond);
    }

    [Fact]
    public void The_loss_of_an_epoch_is_the_mean_of_its_rows()
    {
        // A step too small to change a weight: the training loss of every epoch is that of the validation of the same rows.
        var network = Examples.Regressor();
        var table = Examples.Regression(37);
        var history = new Trainer(network, Loss.MeanSquaredError, network.Initialize(1), new TrainOptions
        {
            Epochs = 2,
            BatchSize = 8,
            Optimizer = new GradientDescent(1e-30),
            Threads = 1,
        }).Train(table, table);
        Assert.All(history.Epochs, epoch => Assert.InRange(epoch.Loss / (epoch.ValidationLoss ?? 0) - 1, -1e-6, 1e-6));
    }

    [Fact]
    public void Early_stopping_waits_for_the_patience_and_restores_the_best_weights_to_the_bit()
    {
        // What is learnt is the opposite of what is checked: the first epochs are the best.
        var network = Examples.Regressor();
        var weights = network.Initialize(1);
        var atBest = Array.Empty<float>();
        var history = new Trainer(network, Loss.MeanSquaredError, weights, new TrainOptions
        {
            Epochs = 200,
            BatchSize = 10,
            Optimizer = new Adam(0.01),
            Patience = 4,
            Threads = 1,
            OnEpoch = epoch => atBest = epoch.IsBest ? weights.All.ToArray() : atBest,
        }).Train(Examples.Regression(100), Examples.Table(50, 3, 9, x => (x[1] * x[2]) - x[0]));
        Assert.Equal(StopReason.EarlyStopping, history.StopReason);
        Assert.Equal(history.BestEpoch + 4, history.Epochs.Count);
        Assert.InRange(history.Epochs.Count, 5, 100);
        Assert.Equal(atBest, weights.All.ToArray());
    }

    [Fact]
    public void Cancelling_keeps_the_best_weights_to_the_bit()
    {
        foreach (var withValidation in new[] { true, false })
        {
            var network = Examples.Regressor();
            var weights = network.Initialize(1);
            using var cancel = new CancellationTokenSource();
            var (atBest, epochs) = (Array.Empty<float>(), 0);
            var history = new Trainer(network, Loss.MeanSquaredError, weights, Descent with
            {
                Epochs = 100,
                BatchSize = 10,
                OnEpoch = epoch => (atBest, epochs) = (epoch.IsBest ? weights.All.ToArray() : atBest, epochs + 1),
                OnStep = rows => _ = epochs == 3 && rows == 50 ? cancel.CancelAsync() : null,
            }).Train(Examples.Regression(100), withValidation ? Examples.Regression(50, 2) : null, cancellation: cancel.Token);
            Assert.Equal((StopReason.Cancelled, 3), (history.StopReason, history.Epochs.Count));
            Assert.InRange(history.BestEpoch, 1, 3);
            Assert.Equal(atBest, weights.All.ToArray());
        }
    }

    [Fact]
    public void Cancelling_in_the_first_epoch_keeps_what_has_been_learnt()
    {
        var network = Examples.Regressor();
        var weights = network.Initialize(1);
        var start = weights.All.ToArray();
        var history = new Trainer(network, Loss.MeanSquaredError, weights, Descent with { BatchSize = 10 })
            .Train(Examples.Regression(100), null, cancellation: new CancellationToken(canceled: true));
        Assert.Equal((StopReason.Cancelled, 0, 0), (history.StopReason, history.BestEpoch, history.Epochs.Count));
        Assert.Null(history.Best);
        Assert.NotEqual(start, weights.All.ToArray());
        Assert.Equal(0, history.ExamplesPerSecond);
    }

    [Theory]
    [InlineData(true, 10)]
    [InlineData(false, 10)]
    [InlineData(true, 100)]
    [InlineData(false, 100)]
    public void Divergence_is_reported_with_its_place_and_the_best_weights_stay(bool withValidation, int batchSize)
    {
        var network = new Network(3, new Dense(8), new Dense(1));
        var weights = network.Initialize(1);
        var kept = weights.All.ToArray();
        var exception = Assert.Throws<DivergedException>(() => new Trainer(network, Loss.MeanSquaredError, weights, new TrainOptions
        {
            Epochs = 50,
            BatchSize = batchSize,
            Optimizer = new GradientDescent(1e4),
            Schedule = Schedule.Constant,
            Threads = 1,
            OnEpoch = epoch => kept = epoch.IsBest ? weights.All.ToArray() : kept,
        }).Train(Examples.Regression(100), withValidation ? Examples.Regression(50, 2) : null));
        Assert.Equal(1e4, exception.LearningRate);
        Assert.Equal(exception.History.Epochs.Count + 1, exception.Epoch);
        Assert.InRange(exception.Step, 1, 100 / batchSize);
        Assert.Equal(StopReason.Diverged, exception.History.StopReason);
        Assert.Contains("learning rate 10000", exception.Message, StringComparison.Ordinal);
        Assert.Contains("to 1000 say", exception.Message, StringComparison.Ordinal);
        Assert.Equal(kept, weights.All.ToArray());
        Assert.True(Array.TrueForAll(kept, float.IsFinite));
    }

    [Fact]
    public void Weights_that_are_not_finite_after_the_last_step_are_divergence_too()
    {
        // One step of a finite loss; no later loss would show what it did.
        var network = new Network(3, new Dense(8), new Dense(1));
        var weights = network.Initialize(1);
        var start = weights.All.ToArray();
        var options = new TrainOptions { Epochs = 1, BatchSize = null, Optimizer = new GradientDescent(1e300), Threads = 1 };
        var exception = Assert.Throws<DivergedException>(() =>
            new Trainer(network, Loss.MeanSquaredError, weights, options).Train(Examples.Regression(100), null));
        Assert.Equal((1, 1), (exception.Epoch, exception.Step));
        Assert.Equal(start, weights.All.ToArray());
    }

    [Fact]
    public void A_batch_of_all_rows_is_one_step_of_gradient_descent()
    {
        var (network, table) = (Examples.Regressor(), Examples.Regression(9));
        var weights = network.Initialize(5);
        var target = Expression.Input(Dimension.Batch, 1, "d");
        var x = new float[27];
        table.Inputs.CopyRows(0, 9, x);
        (Expression, double[,])[] values =
        [
            (network.Input, Numeric.ToMatrix(x, 9, 3)), (target, Numeric.ToMatrix(table.Targets, 9, 1)),
            .. weights.Parameters.Select(p => (p, Numeric.ToMatrix(weights[p], p.Shape.Rows.Size, p.Shape.Columns.Size))),
        ];
        var of = Gradient.Of(Loss.MeanSquaredError.Of(network.Output, target), [.. weights.Parameters]);
        new Trainer(network, Loss.MeanSquaredError, weights, Descent with { Epochs = 1, BatchSize = null }).Train(table, null);
        foreach (var (parameter, gradient) in weights.Parameters.Zip(of))
        {
            var expected = (parameter - (0.1 * gradient)).Evaluate(values);
            // Sums of 9 rows and 8 units of numbers of size 1, in float.
            Assert.InRange(Numeric.RelativeError(expected, Numeric.ToMatrix(weights[parameter], expected.GetLength(0), expected.GetLength(1))), 0, 40 * Math.Pow(2, -24));
        }

        var all = Examples.Train(network, Loss.MeanSquaredError, table, Descent with { BatchSize = null });
        Assert.Equal(all, Examples.Train(network, Loss.MeanSquaredError, table, Descent with { BatchSize = 9 }));
        Assert.Equal(all, Examples.Train(network, Loss.MeanSquaredError, table, Descent with { BatchSize = 1_000 }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]   // the last batch is one row
    [InlineData(5)]
    public void Small_batches_take_a_step_each(int batchSize)
    {
        var (network, table, seen) = (Examples.Regressor(), Examples.Regression(9), new List<int>());
        var options = Descent with { Epochs = 40, BatchSize = batchSize, OnStep = seen.Add };
        var weights = network.Initialize(5);
        var history = new Trainer(network, Loss.MeanSquaredError, weights, options).Train(table, null);
        Assert.Equal(40 * ((9 + batchSize - 1) / batchSize), seen.Count);
        Assert.Equal(9, seen[^1]);
        Assert.True(history.Epochs[^1].Loss < history.Epochs[0].Loss / 2);
    }

    [Fact]
    public void A_schedule_changes_the_learning_rate_of_each_step()
    {
        // The cosine of two epochs of one step each: the rate, then half of it. Rows come in another order, so sums differ.
        var (network, table) = (Examples.Regressor(), Examples.Regression(20));
        var cosine = Examples.Train(network, Loss.MeanSquaredError, table, Descent with { BatchSize = null, Epochs = 2, Schedule = Schedule.Cosine });
        var weights = network.Initialize(5);
        foreach (var rate in new[] { .1, .05 })
        {
            new Trainer(network, Loss.MeanSquaredError, weights, Descent with { BatchSize = null, Epochs = 1, Optimizer = new GradientDescent(rate) })
                .Train(table, null);
        }

        foreach (var (expected, actual) in weights.All.ToArray().Zip(cosine))
            Assert.InRange(actual - expected, -40 * Math.Pow(2, -24), 40 * Math.Pow(2, -24));
    }

    [Fact]
    public void The_order_of_rows_differs_by_epoch_and_by_seed()
    {
        var (network, table) = (Examples.Regressor(), Examples.Regression(20));
        var options = Descent with { BatchSize = 1, Epochs = 1 };
        var once = Examples.Train(network, Loss.MeanSquaredError, table, options);
        Assert.Equal(once, Examples.Train(network, Loss.MeanSquaredError, table, options));
        Assert.NotEqual(once, Examples.Train(network, Loss.MeanSquaredError, table, options with { Seed = 1 }));

        // Two epochs in one run differ from the first epoch twice over; gradient descent keeps nothing between steps.
        var weights = network.Initialize(5);
        for (var i = 0; i < 2; i++)
            new Trainer(network, Loss.MeanSquaredError, weights, options).Train(table, null);
        Assert.NotEqual(weights.All.ToArray(), Examples.Train(network, Loss.MeanSquaredError, table, options with { Epochs = 2 }));
    }

    [Fact]
    public void What_cannot_be_trained_is_refused()
    {
        var (network, weights) = (Examples.Regressor(), Examples.Regressor().Initialize(1));
        Assert.Throws<ArgumentException>(() => new Trainer(network, Loss.MeanSquaredError, weights, Descent).Train(Examples.Regression(0), null));
        var two = new Network(3, new Dense(2));
        var exception = Assert.Throws<ArgumentException>(() => new Trainer(two, Loss.MeanSquaredError, two.Initialize(1), Descent)
            .Train(Examples.Regression(9), null));
        Assert.Contains("2 outputs", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent with { Epochs = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent with { BatchSize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent with { Patience = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent with { Threads = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent with { Threads = WorkerTeam.MaxThreads + 1 });
    }
}
