namespace Gradus.Tests.Training;

public sealed class StopRuleTests
{
    private static readonly TrainOptions Options = new()
    {
        Epochs = 30,
        BatchSize = 16,
        Optimizer = new Adam(0.05),
        Schedule = Schedule.Constant,
        Patience = 30,
        Threads = 1,
    };

    [Theory]
    [InlineData("loss")]
    [InlineData("accuracy")]
    [InlineData("logLoss")]
    [InlineData("rocAuc")]
    public void The_best_weights_are_the_best_of_the_metric(string name)
    {
        var network = new Network(3, new Dense(8, Activation.Tanh), new Dense(1));
        var (training, validation) = (Noisy(60, 1), Noisy(60, 2));
        static Metrics Score(EncodedTable table, float[] answers) => ClassificationMetrics.Of(
            [.. answers.SelectMany(p => new[] { 1 - p, p })], [.. table.Targets.ToArray().Select(target => (int)target)], 2);
        var weights = network.Initialize(5);
        var history = new Trainer(network, Loss.BinaryCrossEntropy, weights, Options with { StopOn = name }).Train(training, validation, Score);
        var values = history.Epochs.Select(epoch => name == "loss" ? epoch.ValidationLoss ?? double.NaN : epoch.ValidationMetrics?.Values[name] ?? double.NaN).ToList();
        var best = Metrics.IsScore(name) ? values.Max() : values.Min();
        Assert.Equal(values.IndexOf(best) + 1, history.BestEpoch);   // the first of equals
        Assert.NotEqual(30, history.BestEpoch);
        Assert.Equal(history.BestEpoch, history.Epochs.Last(epoch => epoch.IsBest).Epoch);
        var answers = new float[60];
        new Scorer(network, Loss.BinaryCrossEntropy, weights, 60, team: null, withLoss: true).Run(validation, answers);
        if (name != "loss")
            Assert.Equal(best, Score(validation, answers).Values[name]);
        var soon = new Trainer(network, Loss.BinaryCrossEntropy, network.Initialize(5), Options with { StopOn = name, Patience = 3 })
            .Train(training, validation, Score);
        Assert.Equal(StopReason.EarlyStopping, soon.StopReason);
        Assert.Equal(soon.BestEpoch + 3, soon.Epochs.Count);
    }

    [Fact]
    public void None_takes_all_epochs_and_keeps_the_last_weights()
    {
        var network = new Network(3, new Dense(8, Activation.Tanh), new Dense(1));
        var (training, validation) = (Noisy(60, 1), Noisy(60, 2));
        var (weights, expected) = (network.Initialize(5), network.Initialize(5));
        var history = new Trainer(network, Loss.BinaryCrossEntropy, weights, Options with { StopOn = TrainOptions.StopOnNone, Patience = 3 }).Train(training, validation);
        Assert.Equal((30, 30, StopReason.Completed), (history.Epochs.Count, history.BestEpoch, history.StopReason));
        Assert.True(history.Epochs[^1].ValidationLoss > history.Epochs.Min(epoch => epoch.ValidationLoss));   // another would have been chosen
        // As without validation rows, which leave nothing to choose by.
        new Trainer(network, Loss.BinaryCrossEntropy, expected, Options with { StopOn = TrainOptions.StopOnNone }).Train(training, null);
        Assert.Equal(expected.All.ToArray(), weights.All.ToArray());
    }

    [Fact]
    public void Every_task_reports_the_metrics_that_it_names()
    {
        Assert.Equal(Metrics.NamesOf(LearningTask.Regression), RegressionMetrics.Of([1.0, 2], [1.0, 3]).Values.Keys);
        Assert.Equal(Metrics.NamesOf(LearningTask.BinaryClassification), ClassificationMetrics.Of([.5f, .5f, .5f, .5f], [0, 1], 2).Values.Keys);
        Assert.Equal(Metrics.NamesOf(LearningTask.Classification), ClassificationMetrics.Of([.5f, .25f, .25f], [0], 3).Values.Keys);
        // More of a score is better: of predictions that are nearly right, and predictions that are not.
        var (good, poor) = (RegressionMetrics.Of([1.0, 2, 3], [1.0, 2, 3.1]).Values, RegressionMetrics.Of([3.0, 2, 1], [1.0, 2, 3.1]).Values);
        Assert.All(good.Keys, name => Assert.Equal(Metrics.IsScore(name), good[name] > poor[name]));
        (good, poor) = (ClassificationMetrics.Of([.9f, .1f, .1f, .9f], [0, 1], 2).Values, ClassificationMetrics.Of([.9f, .1f, .1f, .9f], [1, 0], 2).Values);
        Assert.All(good.Keys, name => Assert.Equal(Metrics.IsScore(name), good[name] > poor[name]));
    }

    [Fact]
    public void A_metric_that_cannot_be_measured_is_refused()
    {
        var network = Examples.Regressor();
        string Refused(string name, EncodedTable? validation, Metrics? metrics = null) => Assert.Throws<GradusException>(() =>
            new Trainer(network, Loss.MeanSquaredError, network.Initialize(1), Options with { StopOn = name })
                .Train(Examples.Regression(20), validation, metrics is null ? null : (_, _) => metrics)).Message;
        Assert.Contains("Did you mean 'rmse'", Refused("rms", null), StringComparison.Ordinal);
        Assert.Contains("validation rows", Refused("rmse", null), StringComparison.Ordinal);
        Assert.Contains("'r2' is not defined", Refused("r2", Examples.Regression(1), RegressionMetrics.Of([1.0], [2.0])), StringComparison.Ordinal);
    }

    // y = x₀ > 0, one in four the wrong way round: soon overfitted.
    private static EncodedTable Noisy(int rows, ulong seed)
    {
        var draw = new Programs.Draw(seed + 10);
        return Examples.Table(rows, 3, seed, x => (x[0] > 0) != (draw.Between(0, 1) < 0.25) ? 1 : 0);
    }
}
