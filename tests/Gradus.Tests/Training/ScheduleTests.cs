namespace Gradus.Tests.Training;

public sealed class ScheduleTests
{
    /// <summary>Times of a training of 20 epochs, and the factor at each.</summary>
    private static readonly Dictionary<string, (double Time, double Factor)[]> Rows = new()
    {
        ["constant"] = [(0, 1), (.5, 1), (1, 1)],
        ["cosine"] = [(0, 1), (.25, .8535533905932737), (.5, .5), (1, 0)],
        ["step"] = [(0, 1), (.499, 1), (.5, .1), (.749, .1), (.75, .01), (1, .01)],
        ["exponential"] = [(0, 1), (.05, .95), (.5, .5987369392383789), (1, .3584859224085422)],
        ["warmup"] = [(0, .01), (.025, .505), (.05, 1), (.525, .5), (1, 0)],
        ["one-cycle"] = [(0, .04), (.15, .52), (.3, 1), (.65, .500002), (1, 4e-6)],
        // Cycles end where 1 + 15t is a power of 2 and are highest half an octave on.
        ["multi-cycle"] = [(0, 0), (.027614237491539666, 1), (1 / 15.0, 0), (.2, 0), (.6875805665989841, 1), (7 / 15.0, 0), (1, 0)],
        ["plateau"] = [(0, 1), (1, 1)],   // losses lower it, not time
    };

    public static TheoryData<string> Names() => [.. Rows.Keys];

    [Fact]
    public void Every_schedule_has_a_row() => Assert.Equal(Rows.Keys.Order(), Schedule.All.Select(schedule => schedule.Name).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Factors_are_those_of_the_formula_and_never_leave_0_to_1(string name)
    {
        var schedule = Schedule.All.Single(each => each.Name == name);
        foreach (var (time, factor) in Rows[name])
            Assert.Equal(factor, schedule.FactorAt(time, 20), 12);
        for (var i = 0; i <= 1_000; i++)
            Assert.InRange(schedule.FactorAt(i / 1_000.0, 20), 0, 1);
    }

    [Fact]
    public void Plateau_halves_the_rate_after_five_epochs_without_a_lower_loss()
    {
        var state = new PlateauState();
        double After(params double[] losses)
        {
            foreach (var loss in losses)
                state.Take(loss);
            return state.Factor;
        }

        Assert.Equal(1, After(4, 3, 3, 3, 3, 2.9999));   // less than a ten-thousandth lower
        Assert.Equal(0.5, After(3));
        Assert.Equal(0.5, After(3, 3, 3, 3));
        Assert.Equal(0.25, After(3));
        Assert.Equal(0.25, After(3, 3, 3, 3, 2, 2, 2, 2, 2));
        Assert.Equal(0.125, After(2));
        Assert.Equal(0.125, After(-1, -2, -2, -2, -2));   // losses below 0, as of Poisson's
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Plateau_follows_the_validation_loss_or_else_the_training_loss(bool validates)
    {
        // Steps that are all as long as the rate end up to and fro about the minimum.
        var (network, seen) = (new Network(3, new Dense(1)), new List<double>());
        var weights = network.Initialize(5);
        var before = weights.All.ToArray();
        var history = new Trainer(network, Loss.MeanSquaredError, weights, new TrainOptions
        {
            Epochs = 300,
            BatchSize = null,
            Optimizer = new Lion(0.01),
            Schedule = Schedule.Plateau,
            Patience = 300,
            Threads = 1,
            OnEpoch = _ =>
            {
                seen.Add(Math.Abs(weights.All[0] - before[0]));
                weights.All.CopyTo(before);
            },
        }).Train(Examples.Table(20, 3, 1, x => x[0]), validates ? Examples.Table(20, 3, 2, x => x[0] > 0 ? 1 : -1) : null);
        var factors = seen.Select(step => Math.Round(step / 0.01, 2)).Distinct().ToList();
        Assert.Contains(0.5, factors);
        Assert.Contains(0.25, factors);
        var state = new PlateauState();
        foreach (var (epoch, step) in history.Epochs.Zip(seen))
        {
            Assert.InRange((step / 0.01) - state.Factor, -1e-4, 1e-4);   // a weight near 1 is rounded to 6e-8
            state.Take(epoch.ValidationLoss ?? epoch.Loss);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_network_learns_under_every_schedule(string name)
    {
        var network = Examples.Regressor();
        var history = new Trainer(network, Loss.MeanSquaredError, network.Initialize(5), new TrainOptions
        {
            Epochs = 60,
            BatchSize = 16,
            Optimizer = new Adam(0.01),
            Schedule = Schedule.All.Single(each => each.Name == name),
            Threads = 1,
        }).Train(Examples.Regression(160), null);
        Assert.True(history.Epochs[^1].Loss < history.Epochs[0].Loss / 4, $"{history.Epochs[0].Loss} → {history.Epochs[^1].Loss}");
    }
}
