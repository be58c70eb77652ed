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
    public void Stochastic_averaging_is_the_mean_of_the_last_quarter()
    {
        var (network, table) = (Examples.Regressor(), Examples.Regression(20));
        var (weights, averaged) = (network.Initialize(5), network.Initialize(5));
        var expected = new double[weights.Length];
        var seen = new List<float[]>();
        new Trainer(network, Loss.MeanSquaredError, weights, Options with
        {
            Epochs = 22,
            OnEpoch = report =>
            {
                seen.Add(weights.All.ToArray());
                for (var i = 0; i < expected.Length && report.Epoch > 16; i++)   // 16.5 epochs are three quarters
                    expected[i] += weights.All[i] / 6.0;
            },
        }).Train(table, null);
        new Trainer(network, Loss.MeanSquaredError, averaged, Options with { Epochs = 22, Swa = true }).Train(table, null);
        Assert.NotEqual(weights.All.ToArray(), averaged.All.ToArray());
        for (var i = 0; i < expected.Length; i++)
            Assert.InRange(averaged.All[i] - expected[i], -1e-6, 1e-6);
        new Trainer(network, Loss.MeanSquaredError, averaged, Options with { Epochs = 1, Swa = true }).Train(table, null);   // one of one
    }

    [Fact]
    public void Until_the_last_quarter_the_weights_are_judged_then_their_mean()
    {
        var (network, table, validation) = (Examples.Regressor(), Examples.Regression(64), Examples.Regression(50, 2));
        var options = Options with { BatchSize = 8, Epochs = 40, Patience = 40, Optimizer = new Adam(0.05) };
        var plain = new Trainer(network, Loss.MeanSquaredError, network.Initialize(5), options).Train(table, validation);
        var weights = network.Initialize(5);
        var history = new Trainer(network, Loss.MeanSquaredError, weights, options with { Swa = true }).Train(table, validation);
        for (var epoch = 0; epoch < 40; epoch++)
            Assert.Equal(epoch < 31, plain.Epochs[epoch].ValidationLoss == history.Epochs[epoch].ValidationLoss);
        Assert.True(history.Epochs.TakeLast(5).Average(epoch => epoch.ValidationLoss) < plain.Epochs.TakeLast(5).Average(epoch => epoch.ValidationLoss));
        var scorer = new Scorer(network, Loss.MeanSquaredError, weights, 50, team: null, withLoss: true);
        Assert.Equal(history.Best?.ValidationLoss, scorer.Run(validation, new float[50]));
        Assert.Throws<GradusException>(() => new Trainer(network, Loss.MeanSquaredError, weights, options with { Swa = true, Ema = 0.9 }));
    }

    [Fact]
    public void Running_averages_of_batch_normalisation_follow_the_mean_of_the_weights()
    {
        var network = new Network(3, new Dense(8), new BatchNormalization(Activation.Tanh), new Dense(1));
        var (weights, table) = (network.Initialize(5), Examples.Regression(640));
        new Trainer(network, Loss.MeanSquaredError, weights, Options with
        {
            BatchSize = 8,
            Epochs = 12,
            Swa = true,
            Optimizer = new Adam(0.05),
        }).Train(table, null);
        // Mean and variance of XW + b over all rows, with the weights that stay.
        var (w, b) = (weights[weights.Parameters[0]].ToArray(), weights[weights.Parameters[1]].ToArray());
        var inputs = new float[640 * 3];
        table.Inputs.CopyRows(0, 640, inputs);
        var (mean, variance) = (weights[network.Averages[0].Average].ToArray(), weights[network.Averages[1].Average].ToArray());
        for (var j = 0; j < 8; j++)
        {
            double[] u = [.. Enumerable.Range(0, 640).Select(i => b[j] + Enumerable.Range(0, 3).Sum(k => (double)inputs[(3 * i) + k] * w[(8 * k) + j]))];
            var (average, spread) = (u.Average(), u.Sum(x => (x - u.Average()) * (x - u.Average())) / 639);
            // An average that forgets a tenth a batch is one of about twenty batches of eight rows.
            Assert.InRange(mean[j] - average, -4 * Math.Sqrt(spread / 160), 4 * Math.Sqrt(spread / 160));
            Assert.InRange(variance[j] / spread, 0.6, 1.5);
        }
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
