using Gradus.Tests.Optimizers;
using static Gradus.Functions;
using static Gradus.Tests.Expressions.LectureTests;

namespace Gradus.Tests.Expressions;

/// <summary>The lecture's two-layer network, Y = g(XW + B)V + C, on eight patterns: batch gradient descent with a learning
/// rate of 0.05 on half the squared error, summed over outputs and patterns.</summary>
public sealed class TwoLayerLectureTests
{
    internal static readonly double[,]
        Xs = { { .77, .02 }, { .63, .75 }, { .50, .22 }, { .20, .76 }, { .17, .09 }, { .69, .95 }, { 0, .51 }, { .81, .61 } },
        Ds = { { .44, -.42 }, { .84, .43 }, { .09, -.72 }, { -.25, .35 }, { -.12, -.13 }, { .24, .03 }, { .30, .20 }, { .61, .04 } },
        W0 = { { -3.97, 1.10, .42 }, { 2.79, -2.64, 3.13 } },
        V0 = { { 3.58, -1.58 }, { -3.58, -1.75 }, { -3.38, 2.88 } },
        B0 = { { 0, 0, 0 } },
        C0 = { { 0, 0 } };

    private readonly Expression x = Expression.Input(Batch, 2, "X"), d = Expression.Input(Batch, 2, "D"),
        w = Expression.Parameter(2, 3, "W"), b = Expression.Parameter(1, 3, "b"),
        v = Expression.Parameter(3, 2, "V"), c = Expression.Parameter(1, 2, "c"), loss;

    public TwoLayerLectureTests() => loss = Sum(Square(Sigmoid(x.Dot(w) + b).Dot(v) + c - d)) / 2;

    private (Expression Leaf, double[,] Value)[] Values => [(x, Xs), (d, Ds), (w, W0), (b, B0), (v, V0), (c, C0)];

    private Expression[] Parameters => [w, b, v, c];

    [Fact]
    public void First_gradients_by_the_reference()
    {
        var of = Gradient.Of(loss, Parameters).Select(g => g.Evaluate(Values)).ToArray();
        AssertFirstGradients(of);
    }

    [Fact]
    public void First_gradients_and_weights_by_a_program()
    {
        var (buffer, program, of) = Train();
        program.Run();
        AssertFirstGradients([.. of.Select((g, i) => Numeric.ToMatrix(program[g], Parameters[i].Shape.Rows.Size, Parameters[i].Shape.Columns.Size))]);
        AssertPrinted(new[,] { { 3.891, -1.741 }, { -3.140, -1.893 }, { -2.527, 2.509 } }, Numeric.ToMatrix(buffer[v], 3, 2), 3);
    }

    [Fact]
    public void Error_after_1_000_and_20_000_epochs()
    {
        var (_, program, _) = Train();
        for (var epoch = 1; epoch <= 20_001; epoch++)
        {
            program.Run();   // the loss is that of the weights before the step
            if (epoch == 1_001)
                AssertPrinted(.107, 2 * program[loss][0] / 8, 3);
        }

        AssertPrinted(.0207, 2 * program[loss][0] / 8, 4);
    }

    [Fact]
    public void The_same_by_layers_loss_and_optimizer()
    {
        // The loss of a batch is a mean: eight times the learning rate gives the step of the sum.
        var network = new Network(2, new Dense(3, Activation.Sigmoid), new Dense(2));
        var mean = Loss.HalfSquaredError.Of(network.Output, d);
        var weights = network.Initialize(0);
        foreach (var (parameter, value) in weights.Parameters.Zip([W0, B0, V0, C0]))
            Numeric.CopyTo(value, weights[parameter]);
        var gradients = weights.Similar();
        var of = Gradient.Of(mean, [.. weights.Parameters]);
        var program = CompiledProgram.Compile([mean], new ProgramOptions
        {
            Batch = 8,
            Placements = [.. weights.PlaceEach(), .. weights.Parameters.Select((p, i) => gradients.Place(of[i], p))],
        });
        Numeric.CopyTo(Xs, program[network.Input]);
        Numeric.CopyTo(Ds, program[d]);
        var optimizer = new OptimizerRun(new GradientDescent(.05 * 8), weights, gradients);
        for (var epoch = 1; epoch <= 1_000; epoch++)
        {
            program.Run();
            optimizer.Run(epoch, .05 * 8);
            if (epoch == 1)
                AssertPrinted(new[,] { { 3.891, -1.741 }, { -3.140, -1.893 }, { -2.527, 2.509 } }, Numeric.ToMatrix(weights[weights.Parameters[2]], 3, 2), 3);
        }

        program.Run();
        AssertPrinted(.107, 2 * program[mean][0], 3);
    }

    [Fact]
    public void Row_by_row_and_all_rows_at_once_give_the_same_gradients()
    {
        var whole = Gradient.Of(loss, Parameters).Select(g => g.Evaluate(Values)).ToArray();
        var sums = whole.Select(g => new double[g.GetLength(0), g.GetLength(1)]).ToArray();
        for (var row = 0; row < 8; row++)
        {
            (Expression, double[,])[] one = [(x, new[,] { { Xs[row, 0], Xs[row, 1] } }), (d, new[,] { { Ds[row, 0], Ds[row, 1] } }), .. Values[2..]];
            foreach (var (sum, gradient) in sums.Zip(Gradient.Of(loss, Parameters)))
            {
                var value = gradient.Evaluate(one);
                for (var i = 0; i < sum.GetLength(0); i++)
                    for (var j = 0; j < sum.GetLength(1); j++)
                        sum[i, j] += value[i, j];
            }
        }

        // Eight terms of size 10, in another order.
        foreach (var (expected, actual) in whole.Zip(sums))
            Assert.InRange(Numeric.RelativeError(expected, actual), 0, 8 * 10 * Math.Pow(2, -53));
    }

    private static void AssertFirstGradients(double[][,] of)
    {
        AssertPrinted(new[,] { { -8.428, 7.760, 7.780 }, { -8.200, 4.519, 3.743 } }, of[0], 3);
        AssertPrinted(new[,] { { -15.199, 13.043, 13.921 } }, of[1], 3);
        AssertPrinted(new[,] { { -6.213, 3.215 }, { -8.793, 2.852 }, { -17.063, 7.413 } }, of[2], 3);
        AssertPrinted(new[,] { { -21.830, 8.828 } }, of[3], 3);
    }

    private (ParameterBuffer Buffer, CompiledProgram Program, IReadOnlyList<Expression> Gradients) Train()
    {
        var of = Gradient.Of(loss, Parameters);
        var buffer = new ParameterBuffer(Parameters);
        var program = CompiledProgram.Compile([loss, .. of], new ProgramOptions
        {
            Batch = 8,
            Placements = [.. buffer.PlaceEach(), .. Parameters.Select((p, i) => buffer.Place(p - (.05 * of[i]), p))],   // w ← w − η ∇
        });
        foreach (var (leaf, value) in Values)
            Numeric.CopyTo(value, program[leaf]);
        return (buffer, program, of);
    }
}
