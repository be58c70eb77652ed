using Gradus.Tests.Expressions;
using static Gradus.Functions;

namespace Gradus.Tests.Losses;

public sealed class LossTests
{
    [Theory]
    [InlineData(1000, 1, 0, 0)]
    [InlineData(1000, 0, 1000, 1)]
    [InlineData(-1000, 1, 1000, -1)]
    [InlineData(-1000, 0, 0, 0)]
    [InlineData(0, 1, 0.6931472, -.5)]
    [InlineData(0, 0, 0.6931472, .5)]
    [InlineData(1000, .25, 750, .75)]
    public void Binary_cross_entropy_is_exact_for_any_logit(double logit, double target, double loss, double slope)
    {
        var (z, d) = (Expression.Parameter(1, 1, "z"), Expression.Input(1, 1, "d"));
        Check(Loss.BinaryCrossEntropy.Of(z, d), z, [(z, new[,] { { logit } }), (d, new[,] { { target } })], loss, new[,] { { slope } });
    }

    [Fact]
    public void Cross_entropy_is_exact_for_any_logits()
    {
        var (z, d) = (Expression.Parameter(1, 3, "z"), Expression.Input(1, 1, "d"));
        var j = Loss.CrossEntropy.Of(z, d);
        void Row(double[,] logits, int target, double loss, double[,] slope) =>
            Check(j, z, [(z, logits), (d, new double[,] { { target } })], loss, slope);
        Row(new double[,] { { 1000, -1000, 0 } }, 0, 0, new double[,] { { 0, 0, 0 } });
        Row(new double[,] { { 1000, -1000, 0 } }, 1, 2000, new double[,] { { 1, -1, 0 } });
        Row(new double[,] { { 1000, 1000, -1000 } }, 0, Math.Log(2), new double[,] { { -.5, .5, 0 } });
        Row(new double[,] { { -1000, -1000, -1000 } }, 2, Math.Log(3), new[,] { { 1 / 3.0, 1 / 3.0, -2 / 3.0 } });
    }

    [Fact]
    public void A_class_index_and_its_distribution_give_the_same_loss_and_gradient()
    {
        var z = Expression.Parameter(4, 3, "z");
        var (index, distribution) = (Expression.Input(4, 1), Expression.Input(4, 3));
        var logits = Numeric.Values(4, 3, 1);
        var (i, p) = (new double[,] { { 2 }, { 0 }, { 1 }, { 2 } }, new double[,] { { 0, 0, 1 }, { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } });
        var (a, b) = (Loss.CrossEntropy.Of(z, index), Loss.CrossEntropy.Of(z, distribution));
        Assert.Equal(a.Evaluate((z, logits), (index, i)), b.Evaluate((z, logits), (distribution, p)));
        Assert.Equal(Gradient.Of(a, z)[0].Evaluate((z, logits), (index, i)), Gradient.Of(b, z)[0].Evaluate((z, logits), (distribution, p)));
    }

    [Fact]
    public void The_gradient_of_softmax_with_cross_entropy_is_probability_minus_target()
    {
        var (z, d) = (Expression.Parameter(4, 3, "z"), Expression.Input(4, 3, "d"));
        var logits = Numeric.Values(4, 3, 1);
        var target = new double[,] { { 0, 0, 1 }, { 1, 0, 0 }, { 0, 1, 0 }, { .5, .25, .25 } };
        var expected = ((Softmax(z) - d) / 4).Evaluate((z, logits), (d, target));
        Assert.InRange(Numeric.RelativeError(expected, Gradient.Of(Loss.CrossEntropy.Of(z, d), z)[0].Evaluate((z, logits), (d, target))), 0, 1e-15);
    }

    [Fact]
    public void Squared_errors_are_summed_or_averaged_over_outputs_and_averaged_over_rows()
    {
        var (y, d) = (Expression.Parameter(2, 2, "y"), Expression.Input(2, 2, "d"));
        (Expression, double[,])[] values = [(y, new double[,] { { 1, 2 }, { 3, 4 } }), (d, new double[,] { { 0, 0 }, { 1, 0 } })];
        Assert.Equal(new[,] { { 2.5 }, { 10 } }, Loss.HalfSquaredError.OfRows(y, d).Evaluate(values));
        Assert.Equal(new[,] { { 2.5 }, { 10 } }, Loss.MeanSquaredError.OfRows(y, d).Evaluate(values));
        Assert.Equal(6.25, Loss.HalfSquaredError.Of(y, d).Evaluate(values)[0, 0]);
        var one = (Expression.Parameter(1, 1), Expression.Input(1, 1));
        (Expression, double[,])[] single = [(one.Item1, new double[,] { { 3 } }), (one.Item2, new double[,] { { 1 } })];
        Assert.Equal(2, Loss.HalfSquaredError.Of(one.Item1, one.Item2).Evaluate(single)[0, 0]);
        Assert.Equal(4, Loss.MeanSquaredError.Of(one.Item1, one.Item2).Evaluate(single)[0, 0]);
    }

    // Float program and double reference; a few units in the last place of the largest number involved.
    private static void Check(Expression j, Expression z, (Expression Leaf, double[,] Value)[] values, double loss, double[,] slope)
    {
        var gradient = Gradient.Of(j, z)[0];
        var program = CompiledProgram.Compile([j, gradient]);
        foreach (var (leaf, value) in values)
            Numeric.CopyTo(value, program[leaf]);
        program.Run();
        Assert.InRange(program[j][0] - loss, -4e-7 * Math.Max(1, loss), 4e-7 * Math.Max(1, loss));
        Assert.InRange(j.Evaluate(values)[0, 0] - loss, -1e-7 * Math.Max(1, loss), 1e-7 * Math.Max(1, loss));
        Assert.InRange(Numeric.RelativeError(slope, Numeric.ToMatrix(program[gradient], 1, slope.Length)), 0, 4e-7);
        Assert.InRange(Numeric.RelativeError(slope, gradient.Evaluate(values)), 0, 1e-7);
    }
}
