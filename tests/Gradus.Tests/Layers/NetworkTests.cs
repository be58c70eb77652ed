using Gradus.Tests.Expressions;

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
    public void Every_activation_has_its_value_and_slope_at_the_kink_and_far_out()
    {
        // f(0), f′(0), f(100), f(−100); the sub-gradient of relu at 0 is 0, of leaky relu its slope.
        var expected = new Dictionary<string, double[]>
        {
            ["identity"] = [0, 1, 100, -100],
            ["sigmoid"] = [.5, .25, 1, 0],
            ["tanh"] = [0, 1, 1, -1],
            ["relu"] = [0, 0, 100, 0],
            ["leaky-relu"] = [0, .01, 100, -1],
        };
        foreach (var activation in Activation.All)
        {
            var u = Expression.Parameter(1, 3, "u");
            var f = activation.Apply(u);
            var slope = Gradient.Of(Functions.Sum(f), u)[0];
            var program = CompiledProgram.Compile([f, slope]);
            Numeric.CopyTo(new double[,] { { 0, 100, -100 } }, program[u]);
            program.Run();
            double[] actual = [program[f][0], program[slope][0], program[f][1], program[f][2]];
            foreach (var (e, a) in expected[activation.Name].Zip(actual))
                Assert.InRange(a - e, -1e-6 * Math.Max(1, Math.Abs(e)), 1e-6 * Math.Max(1, Math.Abs(e)));
            Assert.True(program[slope].IndexOfAnyExceptInRange(0f, 1f) < 0, activation.Name);
        }
    }
}
