namespace Gradus.Tests.Layers;

public sealed class NetworkTests
{
    [Fact]
    public void A_network_names_its_parameters_and_counts_them()
    {
        var network = new Network(8, new Dense(64, Activation.Relu), new Dense(32, Activation.Tanh), new Dense(1));
        Assert.Equal("8-64-32-1", network.ToString());
        Assert.Equal(["layer1.W", "layer1.b", "layer2.W", "layer2.b", "layer3.W", "layer3.b"], network.Parameters.Select(p => p.Name));
        Assert.Equal([true, false, true, false, true, false], network.Parameters.Select(p => p.IsWeight));
        Assert.Equal((8 * 64) + 64 + (64 * 32) + 32 + 32 + 1, network.ParameterCount);
        Assert.Equal((8, 1), (network.InputCount, network.OutputCount));
        Assert.Equal([Initializer.HeNormal, Initializer.Zeros, Initializer.XavierUniform, Initializer.Zeros, Initializer.XavierUniform, Initializer.Zeros],
            network.Parameters.Select(p => p.Initializer));
    }

    [Fact]
    public void A_network_needs_inputs_and_layers_of_at_least_one_unit()
    {
        Assert.Throws<ArgumentException>(() => new Network(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Network(0, new Dense(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dense(0));
    }

    [Fact]
    public void Parameters_that_no_buffer_holds_are_refused_before_memory_is_taken()
    {
        var exception = Assert.Throws<ArgumentException>(() => new Network(1_000_000, new Dense(16_384)).Initialize(1));   // 2³⁴, more than an int counts
        Assert.Contains("16,384,016,384 numbers", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>f(0), f′(0), f(100), f(−100); least and largest slope at 0 and ±100; arguments at kinks with f and f′ there.
    /// </summary>
    private static readonly Dictionary<string, (double[] Values, double Least, double Largest, double[] AtKinks)> Activations = new()
    {
        ["identity"] = ([0, 1, 100, -100], 1, 1, []),
        ["sigmoid"] = ([.5, .25, 1, 0], 0, .25, []),
        ["tanh"] = ([0, 1, 1, -1], 0, 1, []),
        ["relu"] = ([0, 0, 100, 0], 0, 1, [1e-3, 1e-3, 1, -1e-3, 0, 0]),   // the sub-gradient at 0 is 0
        ["leaky-relu"] = ([0, .01, 100, -1], .01, 1, [1e-3, 1e-3, 1, -1e-3, -1e-5, .01]),
        ["elu"] = ([0, 1, 100, -1], 0, 1, [1e-3, 1e-3, 1, -1, Math.Exp(-1) - 1, Math.Exp(-1)]),
        ["selu"] = ([0, 1.7580993408473766, 105.07009873554805, -1.7580993408473766], 0, 1.7580994,
            [1e-3, 1.0507009873554805e-3, 1.0507009873554805, -1, -1.1113307378125625, .6467686030348141]),
        ["gelu"] = ([0, .5, 100, 0], 0, 1, [1, .8413447460685429, 1.0833154705876864, -1, -.15865525393145707, -.08331547058768630]),
        ["silu"] = ([0, .5, 100, 0], 0, 1, [1, .7310585786300049, .9276705118714869, -1, -.2689414213699951, .07232948812851325]),
        ["softplus"] = ([.6931471805599453, .5, 100, 0], 0, 1, [1, 1.3132616875182228, .7310585786300049]),
        ["mish"] = ([0, .6, 100, 0], 0, 1, [1, .8650983882673103, 1.0490362200997922, -1, -.3034014613411899, 0.059216755877395]),
        ["hard-sigmoid"] = ([.5, 1 / 6.0, 1, 0], 0, 1 / 6.0, [3, 1, 0, -3, 0, 0, 1.5, .75, 1 / 6.0]),
        ["prelu"] = ([0, 0, 100, -25], 0, 1, [1, 1, 1, -1, -.25, .25]),
        ["sine"] = ([0, 1, -.5063656411097588, .5063656411097588], -1, 1, [1, .8414709848078965, .5403023058681398, -2, -.9092974268256817, -.4161468365471424]),
        ["scaled-tanh"] = ([0, 1.7159 * 2 / 3, 1.7159, -1.7159], 0, 1.7159 * 2 / 3, [1, 0.9999972559224791, 0.7554124359024464]),
    };

    [Fact]
    public void Every_activation_has_its_value_and_slope_at_the_kink_and_far_out()
    {
        foreach (var activation in Activation.All.Where(activation => activation.Pieces == 1))
        {
            var (values, least, largest, kinks) = Activations[activation.Name];
            var (f, slope) = Run(activation, [0, 100, -100]);
            double[] actual = [f[0], slope[0], f[1], f[2]];
            foreach (var (e, a) in values.Zip(actual))
                Assert.InRange(a - e, -1e-6 * Math.Max(1, Math.Abs(e)), 1e-6 * Math.Max(1, Math.Abs(e)));
            Assert.All(slope, s => Assert.InRange(s, least - 1e-6, largest + 1e-6));
            for (var i = 0; i < kinks.Length; i += 3)
            {
                var (at, slopeAt) = Run(activation, [kinks[i]]);
                Assert.InRange(at[0] - kinks[i + 1], -1e-6, 1e-6);
                Assert.InRange(slopeAt[0] - kinks[i + 2], -1e-6, 1e-6);
            }
        }

        Assert.Equal(Activation.All.Count - 1, Activations.Count);
    }

    [Fact]
    public void Maxout_is_the_larger_of_two_sums_and_its_slope_goes_there()
    {
        var (f, slope) = Run(Activation.Maxout, [1, -3, 2, 0.5, -2, 2]);
        Assert.Equal([1, -2, 2], f);
        Assert.Equal([1, 0, 0.5f, 0, 1, 0.5f], slope);   // equal sums share it
        var network = new Network(3, new Dense(4, Activation.Maxout));
        Assert.Equal((8, 4), (network.Parameters[0].Expression.Shape.Columns.Size, network.OutputCount));
        Assert.Contains("even width", Assert.Throws<ArgumentException>(() => Activation.Maxout.Apply(Expression.Parameter(1, 5))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prelu_has_a_trained_slope_a_unit_that_weight_decay_leaves_alone()
    {
        var network = new Network(3, new Dense(4, Activation.PRelu), new BatchNormalization(Activation.PRelu));
        var slopes = network.Parameters.Where(p => p.Name.EndsWith(".slope", StringComparison.Ordinal)).ToList();
        Assert.Equal(["layer1.slope", "layer2.slope"], slopes.Select(p => p.Name));
        Assert.All(slopes, p => Assert.Equal((4, false, true, Initializer.Constant(0.25)), (p.Count, p.IsWeight, p.IsTrained, p.Initializer)));
        // ∂f/∂a is u below 0.
        var u = network.LayerOutputs[0];
        (Expression, double[,])[] values =
        [
            (network.Input, new double[,] { { 1, 0, 0 } }),
            .. network.Parameters.Take(3).Select(p => (p.Expression, p.Name == "layer1.W" ? new double[,] { { -2, 3, -4, 0 }, { 0, 0, 0, 0 }, { 0, 0, 0, 0 } }
                : new double[,] { { p.Name == "layer1.b" ? 0 : 0.5, p.Name == "layer1.b" ? 0 : 0.5, p.Name == "layer1.b" ? 0 : 0.5, p.Name == "layer1.b" ? 0 : 0.5 } })),
        ];
        Assert.Equal(new double[,] { { -1, 3, -2, 0 } }, u.Evaluate(values));
        Assert.Equal(new double[,] { { -2, 0, -4, 0 } }, Gradient.Of(Functions.Sum(u), slopes[0].Expression)[0].Evaluate(values));
    }

    [Fact]
    public void No_activation_gives_NaN_for_any_finite_number()
    {
        foreach (var activation in Activation.All)
        {
            var (f, slope) = Run(activation, [1e30, -1e30, 1e-30, -1e-30, 88.8, -104, 89, -89]);
            Assert.All(f.Concat(slope), value => Assert.True(float.IsFinite(value), activation.Name));
        }
    }

    private static (float[] Values, float[] Slopes) Run(Activation activation, double[] arguments)
    {
        var u = Expression.Parameter(1, arguments.Length, "u");
        var f = activation.Apply(u);
        var slope = Gradient.Of(Functions.Sum(f), u)[0];
        var program = CompiledProgram.Compile([f, slope]);
        var row = program[u];
        for (var i = 0; i < arguments.Length; i++)
            row[i] = (float)arguments[i];
        program.Run();
        return (program[f].ToArray(), program[slope].ToArray());
    }
}
