using Gradus.Tests.Expressions;
using Gradus.Tests.Programs;
using static Gradus.Functions;

namespace Gradus.Tests.Training;

/// <summary>The norm of a gradient that is never written, against that of the gradient in double.</summary>
public sealed class GradientNormTests
{
    private const int Rows = 24;

    [Theory]
    [InlineData(0, 40, true)]
    [InlineData(0.01, 40, true)]
    [InlineData(2, 40, true)]
    [InlineData(0.01, 3, false)]     // too narrow for products of rows to pay
    public void Of_a_layers_weights_it_is_that_of_the_gradient(double l2, int outputs, bool withoutGradient)
    {
        var (network, objective) = Objective(new TrainOptions { L2 = l2 }, outputs);
        var draw = new Draw(5);
        var values = network.Parameters.Select(parameter => (parameter.Expression, draw.Matrix(parameter.Expression.Shape.Rows.Size, parameter.Expression.Shape.Columns.Size)))
            .Append((network.Input, draw.Matrix(Rows, 50))).Append((objective.Targets, draw.Matrix(Rows, outputs))).ToArray();
        var first = objective.Gradients[0];
        var squares = GradientNorm.SquaresOf(first, Rows);
        Assert.Equal(withoutGradient, Graph.Order([squares]).Exists(node => node.Op == Ops.ProductSquares));
        Assert.Equal(!withoutGradient, Graph.Order([squares]).Contains(first));

        var expected = Sum(SumOfSquares(first)).Evaluate(values)[0, 0];
        Assert.InRange(squares.Evaluate(values)[0, 0] / expected, 1 - 1e-12, 1 + 1e-12);   // the same in exact arithmetic

        using var team = new WorkerTeam(2);
        var program = CompiledProgram.Compile([squares], new ProgramOptions { Batch = Rows, Team = team });
        foreach (var (expression, matrix) in values)
        {
            if (program.Uses(expression))
                Numeric.CopyTo(matrix, program[expression]);
        }

        program.Run();
        // G comes from sums of 50 products and three more operations, and counts twice; the norm from up to 45 + 45 roundings
        // (see ProductSquares) or sums of 40 and of 50 products; at most 270 roundings, each of a magnitude without cancelling.
        var (x, w, b) = (network.Input, network.Parameters[0].Expression, network.Parameters[1].Expression);
        var g = 2.0 / (Rows * outputs) * (Abs(x).Dot(Abs(w)) + Abs(b) + Abs(objective.Targets));
        var magnitude = Square(Sum(Sqrt(SumOfSquares(x) * SumOfSquares(g)))) + (2 * l2 * Sum(g * Abs(x).Dot(Abs(w)))) + (l2 * l2 * Sum(Square(w)));
        var bound = 270.0 / (1 << 24) * magnitude.Evaluate(values)[0, 0];
        Assert.InRange(program[squares][0] - expected, -bound, bound);
    }

    [Fact]
    public void Other_gradients_are_written()
    {
        foreach (var options in new[] { new TrainOptions { L1 = 0.1 }, new TrainOptions { L1 = 0.1, L2 = 0.1 } })
        {
            var first = Objective(options, 40).Objective.Gradients[0];
            Assert.Contains(first, Graph.Order([GradientNorm.SquaresOf(first, Rows)]));
        }

        var (_, objective) = Objective(new TrainOptions(), 40);
        var clipped = Regularization.Clip(objective.Gradients[0], new TrainOptions { ClipValue = 0.1 });
        Assert.Contains(clipped, Graph.Order([GradientNorm.SquaresOf(clipped, Rows)]));
        var bias = objective.Gradients[1];
        Assert.Contains(bias, Graph.Order([GradientNorm.SquaresOf(bias, Rows)]));
        // More rows than columns.
        Assert.Contains(objective.Gradients[0], Graph.Order([GradientNorm.SquaresOf(objective.Gradients[0], 500)]));
    }

    private static (Network Network, TrainingObjective Objective) Objective(TrainOptions options, int outputs)
    {
        var network = new Network(50, new Dense(outputs, Activation.Identity));
        return (network, new TrainingObjective(network, Loss.MeanSquaredError, options, null));
    }
}
