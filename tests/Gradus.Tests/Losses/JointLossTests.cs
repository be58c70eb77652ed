using Gradus.Tests.Expressions;
using Gradus.Tests.Programs;

namespace Gradus.Tests.Losses;

/// <summary>The loss of several targets: the mean of theirs, each on its own columns; what is missing counts nothing.</summary>
public sealed class JointLossTests
{
    private const int Rows = 5, Inputs = 3;
    private static readonly Loss Mixed = Loss.Joint(
        (Loss.MeanSquaredError, 1), (Loss.CrossEntropy, 3), (Loss.BinaryCrossEntropy, 1), (Loss.Quantile(0.1, 0.9), 2));

    private static readonly double[,] Truths =
    {
        { 0.5, 2, 1, -0.3 },
        { double.NaN, 0, 0, 0.7 },
        { -1.5, double.NaN, 1, double.NaN },
        { 0.1, 1, double.NaN, 0.2 },
        { 1.1, 2, 0, 1.4 },
    };

    [Fact]
    public void A_row_s_loss_is_the_mean_of_its_targets_losses_and_a_missing_one_is_0()
    {
        var (network, d, values) = MixedNetwork();
        var z = network.Output;
        var joint = Mixed.OfRows(z, d).Evaluate(values);
        (Loss Loss, int First, int Count)[] parts =
            [(Loss.MeanSquaredError, 0, 1), (Loss.CrossEntropy, 1, 3), (Loss.BinaryCrossEntropy, 4, 1), (Loss.Quantile(0.1, 0.9), 5, 2)];
        var output = z.Evaluate(values);
        for (var row = 0; row < Rows; row++)
        {
            var sum = 0.0;
            for (var i = 0; i < parts.Length; i++)
            {
                if (double.IsNaN(Truths[row, i]))
                    continue;
                var (y, t) = (Expression.Input(1, parts[i].Count), Expression.Input(1, 1));
                var own = new double[1, parts[i].Count];
                for (var j = 0; j < parts[i].Count; j++)
                    own[0, j] = output[row, parts[i].First + j];
                sum += parts[i].Loss.Of(y, t).Evaluate((y, own), (t, new[,] { { Truths[row, i] } }))[0, 0];
            }

            Assert.Equal(sum / 4, joint[row, 0], 1e-14);
        }
    }

    [Fact]
    public void Gradients_of_a_mixed_network_equal_central_differences()
    {
        var (network, d, values) = MixedNetwork();
        var j = Mixed.Of(network.Output, d);
        Expression[] parameters = [.. network.Parameters.Select(parameter => parameter.Expression)];
        foreach (var (parameter, gradient) in parameters.Zip(Gradient.Of(j, parameters)))
        {
            var value = values.Single(pair => pair.Leaf == parameter).Value;
            var numeric = Numeric.CentralDifference(() => j.Evaluate(values)[0, 0], value);
            Assert.InRange(Numeric.RelativeError(gradient.Evaluate(values), numeric), 0, 1e-6);
        }
    }

    [Fact]
    public void The_program_of_a_mixed_network_stays_within_rounding_of_the_reference()
    {
        var (network, d, values) = MixedNetwork();
        Expression[] outputs = [Mixed.OfRows(network.Output, d), Mixed.Answer(network.Output),
            .. Gradient.Of(Mixed.Of(network.Output, d), [.. network.Parameters.Select(parameter => parameter.Expression)])];
        var program = CompiledProgram.Compile(outputs, new ProgramOptions { Batch = Rows });
        foreach (var (leaf, value) in values)
            Numeric.CopyTo(value, program[leaf]);
        program.Run();
        foreach (var output in outputs)
        {
            var expected = output.Evaluate(values);
            var actual = Numeric.ToMatrix(program[output], expected.GetLength(0), expected.GetLength(1));
            // Two layers of at most 4 inputs, 8 roundings a function, weights of at most 1: 24 roundings of numbers below 8.
            Assert.InRange(Numeric.RelativeError(expected, actual), 0, 24 * 8 * Math.Pow(2, -24));
        }
    }

    [Fact]
    public void Class_weights_and_smoothing_are_of_each_target()
    {
        var (z, d) = (Expression.Input(1, 3), Expression.Input(1, 2));
        var joint = Loss.Joint((Loss.MeanSquaredError, 1), (Loss.CrossEntropy, 2));
        (Expression, double[,])[] values = [(z, new double[,] { { 3, 1, -1 } }), (d, new double[,] { { 1, 1 } })];
        var (sure, wrong) = (Math.Log(1 + Math.Exp(-2)), Math.Log(1 + Math.Exp(2)));
        Assert.Equal((4 + wrong) / 2, joint.OfRows(z, d, 0, null).Evaluate(values)[0, 0], 1e-14);
        Assert.Equal((4 + (3 * wrong)) / 2, joint.OfRows(z, d, 0, [null, new double[,] { { 0.5 }, { 3 } }]).Evaluate(values)[0, 0], 1e-14);
        Assert.Equal((4 + (0.9 * wrong) + (0.1 * sure)) / 2, joint.OfRows(z, d, 0.2, null).Evaluate(values)[0, 0], 1e-14);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Loss.Joint());
        Assert.Throws<ArgumentException>(() => Loss.Joint((Mixed, 7)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Loss.Joint((Loss.Huber, 0)));
        var network = new Network(3, new Dense(6));
        Assert.Contains("takes 7 outputs", Assert.Throws<ArgumentException>(
            () => new Trainer(network, Mixed, network.Initialize(1), new TrainOptions())).Message, StringComparison.Ordinal);
        var two = new Network(3, new Dense(2));
        Assert.Contains("2 targets a row; a row has 1", Assert.Throws<ArgumentException>(() => new Trainer(two, Loss.MeanSquaredError,
            two.Initialize(1), new TrainOptions()).Train(Training.Examples.Regression(9), null)).Message, StringComparison.Ordinal);
    }

    private static (Network Network, Expression D, (Expression Leaf, double[,] Value)[] Values) MixedNetwork()
    {
        var draw = new Draw(7);
        var network = new Network(Inputs, new Dense(4, Activation.Tanh), new Dense(7));
        var d = Expression.Input(Dimension.Batch, 4, "D");
        return (network, d,
        [
            (network.Input, draw.Matrix(Rows, Inputs)), (d, Truths),
            .. network.Parameters.Select(p => (p.Expression, draw.Matrix(p.Expression.Shape.Rows.Size, p.Expression.Shape.Columns.Size, -1, 1))),
        ]);
    }
}
