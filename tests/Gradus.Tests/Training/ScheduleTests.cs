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
