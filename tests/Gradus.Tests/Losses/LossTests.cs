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

    [Theory]
    [InlineData("mae", 3, 1, 2, 1)]
    [InlineData("mae", 1, 3, 2, -1)]
    [InlineData("mae", 1, 1, 0, 0)]               // the sub-gradient at 0
    [InlineData("huber", 1.5, 1, .125, .5)]
    [InlineData("huber", 2, 1, .5, 1)]             // both pieces meet with one slope
    [InlineData("huber", -3, 1, 3.5, -1)]
    [InlineData("huber", 1, 1, 0, 0)]
    [InlineData("quantile(0.9)", 1, 3, 1.8, -.9)]  // too low: τ a unit
    [InlineData("quantile(0.9)", 3, 1, .2, .1)]    // too high: 1 − τ
    [InlineData("quantile(0.5)", 3, 1, 1, .5)]
    [InlineData("poisson", 0, 2, 1, -1)]
    [InlineData("poisson", 1, 3, -.281718171540955, -.281718171540955)]
    [InlineData("hinge", 2, 1, 0, 0)]
    [InlineData("hinge", 1, 1, 0, 0)]              // the sub-gradient at the kink
    [InlineData("hinge", .5, 1, .5, -1)]
    [InlineData("hinge", .5, 0, 1.5, 1)]
    public void Losses_of_one_output_have_their_value_and_slope(string name, double output, double target, double loss, double slope)
    {
        var (y, d) = (Expression.Parameter(1, 1, "y"), Expression.Input(1, 1, "d"));
        var found = Loss.Parse(name);
        Assert.NotNull(found);
        Check(found.Of(y, d), y, [(y, new[,] { { output } }), (d, new[,] { { target } })], loss, new[,] { { slope } });
    }

    [Fact]
    public void Focal_is_cross_entropy_times_the_square_of_what_is_missing()
    {
        var (z, d) = (Expression.Parameter(1, 3, "z"), Expression.Input(1, 1, "d"));
        (Expression, double[,])[] values = [(z, new double[,] { { 2, 0, -1 } }), (d, new double[,] { { 0 } })];
        var p = Softmax(z).Evaluate(values)[0, 0];
        Assert.Equal((1 - p) * (1 - p) * Loss.CrossEntropy.Of(z, d).Evaluate(values)[0, 0], Loss.Focal.Of(z, d).Evaluate(values)[0, 0], 12);
        Check(Loss.Focal.Of(z, d), z, [(z, new double[,] { { 1000, -1000, 0 } }), (d, new double[,] { { 0 } })], 0, new double[,] { { 0, 0, 0 } });
        Check(Loss.Focal.Of(z, d), z, [(z, new double[,] { { 1000, -1000, 0 } }), (d, new double[,] { { 1 } })], 2000, new double[,] { { 1, -1, 0 } });
    }

    [Fact]
    public void Several_quantiles_share_one_target()
    {
        var (y, d) = (Expression.Parameter(1, 3, "y"), Expression.Input(1, 1, "d"));
        // errors 2, 1 and −1: 0.05 · 2, 0.5 · 1 and (0.95 − 1) · −1, mean of three
        Check(Loss.Quantile(0.05, 0.5, 0.95).Of(y, d), y, [(y, new double[,] { { 1, 2, 4 } }), (d, new double[,] { { 3 } })],
            0.65 / 3, new[,] { { -0.05 / 3, -0.5 / 3, 0.05 / 3 } });
    }

    [Fact]
    public void The_quantile_of_constant_answers_is_the_quantile_of_the_targets()
    {
        var network = new Network(1, new Dense(1) { Weights = Initializer.Zeros });
        var targets = Enumerable.Range(0, 101).Select(i => i / 100f).ToArray();
        var table = new EncodedTable(new FeatureMatrix(new float[101], 101, 1), targets, null, new TransformReport([], 0));
        foreach (var share in (double[])[0.1, 0.5, 0.9])
        {
            var weights = network.Initialize(1);
            new Trainer(network, Loss.Quantile(share), weights, new TrainOptions { Epochs = 3_000, BatchSize = null, Optimizer = new GradientDescent(0.05), Threads = 1 })
                .Train(table, null);
            Assert.InRange(weights[network.Parameters[1].Expression][0] - share, -0.011, 0.011);   // a step of the targets
        }
    }

    [Fact]
    public void A_loss_is_read_back_by_its_name_and_quantiles_out_of_range_are_refused()
    {
        foreach (var loss in Loss.All.Append(Loss.Quantile(0.95)).Append(Loss.Quantile(0.05, 0.5, 0.95)))
            Assert.Equal(loss, Loss.Parse(loss.Name));
        foreach (var name in (string[])["", "quantile", "quantile(1)", "quantile(x)", "quantile()", "quantile(0.5,0.5)", "quantile(0.9,0.1)", "Mse"])
            Assert.Null(Loss.Parse(name));
        Assert.Throws<ArgumentException>(() => Loss.Quantile());
        Assert.Throws<ArgumentException>(() => Loss.Quantile(0.9, 0.1));
        foreach (var share in (double[])[0, 1, double.NaN])
            Assert.Throws<ArgumentOutOfRangeException>(() => Loss.Quantile(share));
        var network = new Network(3, new Dense(1));
        Assert.Contains("at least 0", Assert.Throws<GradusException>(() => new Trainer(network, Loss.Poisson, network.Initialize(1), new TrainOptions())
            .Train(Training.Examples.Regression(9), null)).Message, StringComparison.Ordinal);
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
