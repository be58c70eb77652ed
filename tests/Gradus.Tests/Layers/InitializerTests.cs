namespace Gradus.Tests.Layers;

public sealed class InitializerTests
{
    private const int FanIn = 300, FanOut = 200, Count = FanIn * FanOut;

    /// <summary>Low, high (infinite for a normal), mean, deviation.</summary>
    private static readonly Dictionary<Initializer, (double Low, double High, double Mean, double Deviation)> Rows = new()
    {
        [Initializer.Zeros] = (0, 0, 0, 0),
        [Initializer.XavierUniform] = Between(-Math.Sqrt(6.0 / 500), Math.Sqrt(6.0 / 500)),
        [Initializer.XavierNormal] = Normal(Math.Sqrt(2.0 / 500)),
        [Initializer.HeUniform] = Between(-Math.Sqrt(6.0 / 300), Math.Sqrt(6.0 / 300)),
        [Initializer.HeNormal] = Normal(Math.Sqrt(2.0 / 300)),
        [Initializer.LeCunNormal] = Normal(Math.Sqrt(1.0 / 300)),
        [Initializer.Signs] = (-1, 1, 0, 1),
        [Initializer.Constant(0.1)] = (.1f, .1f, .1, 0),
        [Initializer.Uniform(-0.25, 1.5)] = Between(-.25, 1.5),
        [Initializer.Normal(0.01)] = Normal(.01),
        [Initializer.Normal(1e-3)] = Normal(.001),
    };

    public static TheoryData<string> Names() => [.. Rows.Keys.Select(x => x.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Numbers_have_the_range_mean_and_deviation_of_the_name(string name)
    {
        var (initializer, (low, high, mean, deviation)) = Rows.Single(row => row.Key.Name == name);
        var values = Fill(initializer, seed: 3, stream: 2);
        Assert.All(values, value => Assert.InRange(value, (float)low, (float)high));
        var average = values.Average(value => (double)value);
        var spread = Math.Sqrt(values.Average(value => (value - average) * (value - average)));
        // Five standard errors: σ/√n of the mean; of the deviation σ/√(2n) for a normal, less for a uniform. And rounding.
        var rounding = Math.Pow(2, -23) * Math.Max(Math.Abs(mean), deviation);
        Assert.InRange(average - mean, -Error(5, 1) - rounding, Error(5, 1) + rounding);
        Assert.InRange(spread - deviation, -Error(5, 2) - rounding, Error(5, 2) + rounding);

        double Error(double errors, double divisor) => errors * deviation / Math.Sqrt(divisor * Count);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_bits_and_another_seed_or_parameter_others(string name)
    {
        var initializer = Rows.Keys.Single(x => x.Name == name);
        var values = Fill(initializer, seed: 3, stream: 2);
        Assert.Equal(values, Fill(initializer, seed: 3, stream: 2));
        if (Rows[initializer].Deviation == 0)
            return;
        // By chance Count · 2⁻²³; of signs half, with a deviation of √Count / 2.
        var most = initializer == Initializer.Signs ? (Count / 2) + (int)(2.5 * Math.Sqrt(Count)) : 50;
        foreach (var other in new[] { Fill(initializer, seed: 4, stream: 2), Fill(initializer, seed: 3, stream: 3) })
            Assert.InRange(values.Zip(other).Count(pair => pair.First == pair.Second), 0, most);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_is_read_back_as_the_same_initialiser(string name)
    {
        var initializer = Rows.Keys.Single(x => x.Name == name);
        var parsed = Initializer.Parse(name);
        Assert.NotNull(parsed);
        Assert.Equal(initializer, parsed);
        Assert.Equal(name, parsed.ToString());
        Assert.Equal(Fill(initializer, 1, 1), Fill(parsed, 1, 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("he")]
    [InlineData("he-normal()")]
    [InlineData("He-normal")]
    [InlineData("normal")]
    [InlineData("normal(-1)")]
    [InlineData("normal(NaN)")]
    [InlineData("normal(1,2)")]
    [InlineData("normal(1")]
    [InlineData("uniform(2,1)")]
    [InlineData("uniform(1)")]
    [InlineData("uniform(0,∞)")]
    [InlineData("constant(x)")]
    [InlineData("constant(1e999)")]
    public void What_is_no_name_is_no_initialiser(string name) => Assert.Null(Initializer.Parse(name));

    [Fact]
    public void Numbers_that_make_no_distribution_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Uniform(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Uniform(0, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Normal(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Normal(double.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Constant(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Constant(1e39));   // infinite as float32
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Uniform(-1e39, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Normal(1e39));
    }

    [Fact]
    public void A_network_starts_every_parameter_with_numbers_of_its_own()
    {
        var network = new Network(50, new Dense(50, Activation.Tanh), new Dense(50));
        var weights = network.Initialize(7);
        Assert.Equal(weights.All.ToArray(), network.Initialize(7).All.ToArray());
        Assert.NotEqual(weights.All.ToArray(), network.Initialize(8).All.ToArray());
        Assert.NotEqual(weights[network.Parameters[0].Expression].ToArray(), weights[network.Parameters[2].Expression].ToArray());
        Assert.True(weights[network.Parameters[1].Expression].IndexOfAnyExcept(0f) < 0);
    }

    private static float[] Fill(Initializer initializer, ulong seed, ulong stream)
    {
        var values = new float[Count];
        initializer.Fill(values, FanIn, FanOut, seed, stream);
        return values;
    }

    private static (double, double, double, double) Between(double low, double high) => (low, high, (low + high) / 2, (high - low) / Math.Sqrt(12));

    private static (double, double, double, double) Normal(double deviation) => (double.NegativeInfinity, double.PositiveInfinity, 0, deviation);
}
