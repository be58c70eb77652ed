using Gradus.Tests.Expressions;
using Gradus.Tests.Programs;
using static Gradus.Functions;

namespace Gradus.Tests.Layers;

/// <summary>Layers that differ between training and prediction, and normalisation.</summary>
public sealed class LayerTests
{
    private static readonly Dictionary<string, Layer> Rows = new()
    {
        ["dropout"] = new Dropout(0.4),
        ["gaussian-noise"] = new GaussianNoise(0.3),
        ["layer-normalization"] = new LayerNormalization(Activation.Tanh),
        ["batch-normalization"] = new BatchNormalization(Activation.Tanh),
        ["residual"] = new Residual(new LayerNormalization(), new Dense(5, Activation.PRelu), new Dropout(0.3), new Dense(4)),
        ["members"] = new Members(3),
        ["member-dense"] = new MemberDense(4, Activation.Tanh),
        ["member-outputs"] = new MemberOutputs(2),
        ["piecewise-embedding"] = new PiecewiseEmbedding(3) { Features = [new(1, [0.1, 0.4, 0.5, 0.9]), new(3, [0, 1])] },
        ["periodic-embedding"] = new PeriodicEmbedding(3, 2, 1) { Columns = [0, 2] },
        ["embedding"] = new Embedding(new EmbeddedCategory(new CategoryInput(1, 3), 2)),
        ["dense"] = new Dense(4, Activation.Tanh),
    };

    public static TheoryData<string> Names() => [.. Rows.Keys];

    [Fact]
    public void Every_layer_has_a_row()
    {
        var kinds = typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer)));
        Assert.Equal(kinds.ToHashSet(), Rows.Values.Select(layer => layer.GetType()).ToHashSet());
        Assert.All(Rows, row => Assert.Equal(row.Key, row.Value.Kind));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_of_training_equal_central_differences_and_programs_the_reference(string name)
    {
        Layer[] layers = name switch
        {
            "members" => [Rows[name], new Dropout(0.2), new MemberOutputs(2)],
            "member-dense" => [new Members(3), Rows[name], new MemberOutputs(2)],
            "member-outputs" => [new Members(3), Rows[name]],
            _ => [Rows[name], new Dense(2)],
        };
        // An embedding looks at the network's own inputs.
        var network = name == "embedding" ? new Network(3, [Rows[name], new Dense(4, Activation.Sigmoid), new Dense(2)])
            : new Network(3, [new Dense(4, Activation.Sigmoid), .. layers]);
        var (draw, d) = (new Draw(7), Expression.Input(Dimension.Batch, 2, "D"));
        (Expression Leaf, double[,] Value)[] values =
        [
            (network.Input, draw.Matrix(6, 3)), (d, draw.Matrix(6, 2)),
            .. network.Parameters.Select(p => (p.Expression, draw.Matrix(p.Expression.Shape.Rows.Size, p.Expression.Shape.Columns.Size, 0.5, 1.5))),
        ];
        for (var row = 0; name == "embedding" && row < 6; row++)
            values[0].Value[row, 1] = row % 4;
        Expression[] trained = [.. network.Parameters.Where(p => p.IsTrained).Select(p => p.Expression)];
        var j = Loss.MeanSquaredError.Of(network.TrainingOutput, d);
        var gradients = Gradient.Of(j, trained);
        Expression[] outputs = [j, network.Output, .. gradients, .. network.Averages.Select(each => each.Next)];
        foreach (var (parameter, gradient) in trained.Zip(gradients))
        {
            var numeric = Numeric.CentralDifference(() => j.Evaluate(values)[0, 0], values.Single(pair => pair.Leaf == parameter).Value);
            Assert.InRange(Numeric.RelativeError(gradient.Evaluate(values), numeric), 0, 1e-6);
        }

        var program = CompiledProgram.Compile(outputs, new ProgramOptions { Batch = 6 });
        foreach (var (leaf, value) in values.Where(pair => program.Uses(pair.Leaf)))
            Numeric.CopyTo(value, program[leaf]);
        program.Run();
        foreach (var output in outputs)
        {
            // Some thirty operations on numbers of size 1; normalisation divides by deviations of a tenth.
            var expected = output.Evaluate(values);
            var actual = Numeric.ToMatrix(program[output], expected.GetLength(0), expected.GetLength(1));
            Assert.InRange(Numeric.RelativeError(expected, actual), 0, 300 * Math.Pow(2, -24));
        }
    }

    [Theory]
    [InlineData("dropout", 1.0)]
    [InlineData("gaussian-noise", 1.0)]
    public void Training_is_prediction_on_average_and_prediction_has_no_noise(string name, double x)
    {
        var network = new Network(1_000, Rows[name]);
        Assert.Same(network.Input, network.Output);
        var program = CompiledProgram.Compile([network.TrainingOutput], new ProgramOptions { Batch = 100, Seed = 3 });
        program[network.Input].Fill((float)x);
        program.Run(1);
        var first = program[network.TrainingOutput].ToArray();
        program.Run(2);
        Assert.NotEqual(first, program[network.TrainingOutput].ToArray());
        // Five standard errors of a mean of 100,000: √(p/(1 − p)) of dropout at most 0.82, σ of noise 0.3.
        Assert.InRange(first.Average(value => (double)value) - x, -5 * 0.82 / Math.Sqrt(1e5), 5 * 0.82 / Math.Sqrt(1e5));
        if (name == "dropout")
            Assert.All(first, value => Assert.True(value == 0 || Math.Abs(value - (x / 0.6)) < 1e-6));
    }

    [Fact]
    public void Two_dropout_layers_draw_masks_of_their_own()
    {
        var network = new Network(500, new Dropout(0.5), new Dropout(0.5));
        var program = CompiledProgram.Compile([network.TrainingOutput], new ProgramOptions { Batch = 20 });
        program[network.Input].Fill(1);
        program.Run();
        // A quarter stays; a half would if both masks were one. Five deviations of √(10,000 · ¼ · ¾).
        Assert.InRange(program[network.TrainingOutput].ToArray().Count(value => value != 0), 2_500 - 217, 2_500 + 217);
    }

    [Fact]
    public void Batch_normalisation_gives_mean_0_and_variance_1_and_keeps_running_averages()
    {
        var network = new Network(2, new BatchNormalization());
        Assert.Equal(["layer1.gamma", "layer1.beta", "layer1.mean", "layer1.variance"], network.Parameters.Select(p => p.Name));
        Assert.Equal(4, network.ParameterCount);
        var x = new double[,] { { 1, 10 }, { 2, 30 }, { 3, 20 }, { 6, 40 } };
        (Expression, double[,])[] values =
        [
            (network.Input, x), .. network.Parameters.Select(p => (p.Expression, new double[1, 2] { { p.Name[7] is 'g' or 'v' ? 1 : 0, p.Name[7] is 'g' or 'v' ? 1 : 0 } })),
        ];
        var h = network.TrainingOutput;
        Assert.All(Mean(h, Axis.Rows).Evaluate(values).Cast<double>(), mean => Assert.Equal(0, mean, 12));
        Assert.All(Mean(Square(h), Axis.Rows).Evaluate(values).Cast<double>(), variance => Assert.InRange(variance, 0.99999, 1));
        // 0.9 · 0 + 0.1 · mean; 0.9 · 1 + 0.1 · n / (n − 1) · variance, which is 14/3 and 500/3.
        Assert.Equal([.3, 2.5], network.Averages[0].Next.Evaluate(values).Cast<double>().Select(value => Math.Round(value, 12)));
        Assert.Equal([1.366666666667, 17.566666666667], network.Averages[1].Next.Evaluate(values).Cast<double>().Select(value => Math.Round(value, 12)));
        Assert.Equal(Math.Round(1 / Math.Sqrt(1 + 1e-5), 12), Math.Round(network.Output.Evaluate(values)[0, 0], 12));
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        foreach (var p in (double[])[-0.1, 1, double.NaN])
            Assert.Contains("below 1", Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(p)).Message, StringComparison.Ordinal);
        foreach (var deviation in (double[])[-0.1, 1e39, double.PositiveInfinity, double.NaN])
            Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianNoise(deviation));
    }
}
