namespace Gradus.Tests.Training;

public sealed class WeightAverageTests
{
    private static readonly TrainOptions Options = new()
    {
        BatchSize = null,
        Optimizer = new GradientDescent(0.1),
        Schedule = Schedule.Constant,
        Threads = 1,
    };

    [Fact]
    public void The_average_follows_its_equation()
    {
        var (network, table) = (Examples.Regressor(), Examples.Regression(20));
        var (weights, averaged) = (network.Initialize(5), network.Initialize(5));
        var expected = Array.ConvertAll(weights.All.ToArray(), w => (double)w);
        new Trainer(network, Loss.MeanSquaredError, weights, Options with
        {
            Epochs = 30,
            OnEpoch = report =>
            {
                var decay = Math.Min(0.6, (1.0 + report.Epoch) / (10.0 + report.Epoch));
                for (var i = 0; i < expected.Length; i++)
                    expected[i] = (decay * expected[i]) + ((1 - decay) * weights.All[i]);
            },
        }).Train(table, null);
        new Trainer(network, Loss.MeanSquaredError, averaged, Options with { Epochs = 30, Ema = 0.6 }).Train(table, null);
        Assert.NotEqual(weights.All.ToArray(), averaged.All.ToArray());
        for (var i = 0; i < expected.Length; i++)
            Assert.InRange(averaged.All[i] - expected[i], -1e-6, 1e-6);   // 30 roundings of numbers below 2, which the decay forgets
    }

    [Fact]
    public void The_average_is_what_validation_measures_and_what_stays()
    {
        var (network, table, validation) = (Examples.Regressor(), Examples.Regression(64), Examples.Regression(50, 2));
        var weights = network.Initialize(5);
        var history = new Trainer(network, Loss.MeanSquaredError, weights, Options with { BatchSize = 8, Epochs = 10, Ema = 0.95 }).Train(table, validation);
        var scorer = new Scorer(network, Loss.MeanSquaredError, weights, 50, team: null, withLoss: true);
        Assert.Equal(history.Best?.ValidationLoss, scorer.Run(validation, new float[50]));
    }

    [Fact]
    public void Averaging_calms_steps_that_are_too_large()
    {
        var (network, validation) = (Examples.Regressor(), Examples.Regression(200, 2));
        double Last(double? ema)
        {
            var history = new Trainer(network, Loss.MeanSquaredError, network.Initialize(5), Options with
            {
                BatchSize = 2,
                Epochs = 40,
                Patience = 40,
                Optimizer = new Adam(0.05),
                Ema = ema,
            }).Train(Examples.Regression(100), validation);
            return history.Epochs.TakeLast(10).Average(epoch => epoch.ValidationLoss ?? double.NaN);
        }

        Assert.True(Last(0.99) < Last(null));
        foreach (var decay in (double[])[0, 1, double.NaN])
            Assert.Throws<ArgumentOutOfRangeException>(() => Options with { Ema = decay });
    }
}
