using static Gradus.Functions;

namespace Gradus.Tests.Expressions;

/// <summary>Examples worked out by hand in lectures, to the digits printed there.</summary>
public sealed class LectureTests
{
    [Fact]
    public void Sigmoid_1_2_1_forward_and_backward()
    {
        var x = Expression.Input(1, 1, "x");
        var (w1, b1) = (Expression.Parameter(1, 2, "W1"), Expression.Parameter(1, 2, "b1"));
        var (w2, b2) = (Expression.Parameter(2, 1, "W2"), Expression.Parameter(1, 1, "b2"));
        var z2 = x.Dot(w1) + b1;
        var z3 = Sigmoid(z2).Dot(w2) + b2;
        var a3 = Sigmoid(z3);
        var loss = Square(1 - a3) / 2;
        var of = Gradient.Of(loss, z3, z2, w2, w1);
        (Expression, double[,])[] values =
        [
            (x, new double[,] { { 1 } }), (w1, new[,] { { .3, .4 } }), (b1, new[,] { { .1, .2 } }),
            (w2, new double[,] { { 1 }, { -3 } }), (b2, new[,] { { .2 } }),
        ];
        AssertPrinted(.243, a3.Evaluate(values)[0, 0], 3);
        AssertPrinted(-.139, of[0].Evaluate(values)[0, 0], 3);
        AssertPrinted(-.0334, of[1].Evaluate(values)[0, 0], 4);
        AssertPrinted(-.083, of[2].Evaluate(values)[0, 0], 3);
        AssertPrinted(-.0334, of[3].Evaluate(values)[0, 0], 4);
    }

    [Fact]
    public void Sigmoid_3_4_3_forward_and_backward()
    {
        // Rows are units in the source; here columns are.
        var x = Expression.Constant(new double[,] { { 1, 1, 1 } });
        var w1 = Expression.Constant(new[,] { { .65, .18, .89 }, { .06, .74, .72 }, { .92, .29, .71 }, { .39, .41, .10 } }).Transpose();
        var b1 = Expression.Constant(new[,] { { .07, .35, .60, .50 } });
        var w2 = Expression.Constant(new[,] { { .453, .637, .996, .820 }, { .304, .246, .390, .361 }, { .776, .600, .164, .070 } }).Transpose();
        var b2 = Expression.Constant(new[,] { { .14, .64, .62 } });
        var z2 = x.Dot(w1) + b1;
        var a2 = Sigmoid(z2);
        var z3 = a2.Dot(w2) + b2;
        var a3 = Sigmoid(z3);
        var of = Gradient.Of(Sum(Square(x - a3)) / 2, z3, z2);
        AssertPrinted(new[,] { { .86, .87, .93, .80 } }, a2.Evaluate(), 2);
        AssertPrinted(new[,] { { .93, .85, .88 } }, a3.Evaluate(), 2);
        // The source goes on with rounded activations, so its last digit may be off by one.
        Assert.InRange(Numeric.RelativeError(new[,] { { -.0040, -.0183, -.0122 } }, of[0].Evaluate()), 0, 1e-4);
        AssertPrinted(new[,] { { -.002, -.002, -.001, -.002 } }, of[1].Evaluate(), 3);
    }

    [Fact]
    public void Graph_of_a_reciprocal()
    {
        var (w0, x0, w1) = (Expression.Parameter(1, 1), Expression.Parameter(1, 1), Expression.Parameter(1, 1));
        var f = 1 / ((w0 * x0) + w1);
        var of = Gradient.Of(f, w0, x0, w1);
        (Expression, double[,])[] values = [(w0, new double[,] { { -2 } }), (x0, new double[,] { { 3 } }), (w1, new double[,] { { 4 } })];
        Assert.Equal([-.5, -.75, .5, -.25], of.Prepend(f).Select(x => x.Evaluate(values)[0, 0]));
    }

    [Fact]
    public void Contributions_of_all_paths_add()
    {
        var x = Expression.Parameter(1, 1);
        Assert.Equal(5, Gradient.Of((2 * (3 * x)) + -x, x)[0].Evaluate((x, new double[,] { { 7 } }))[0, 0]);
    }

    [Fact]
    public void Jacobian_of_two_functions_of_three_variables()
    {
        var x = Expression.Parameter(1, 3);
        Check(x.Column(0), x.Column(1), x.Column(2), [x], v => [(x, new[,] { { v[0], v[1], v[2] } })]);
        var s = Enumerable.Range(1, 3).Select(i => Expression.Parameter(1, 1, $"x{i}")).ToArray();
        Check(s[0], s[1], s[2], s, v => [.. s.Select((x, i) => (x, new[,] { { v[i] } }))]);

        static void Check(Expression x1, Expression x2, Expression x3, Expression[] variables, Func<double[], (Expression, double[,])[]> bind)
        {
            var y = ConcatenateColumns(5 - (2 * x1) + (3 * x3), x1 + (5 * Square(x2)) + Power(x3, 3) - 1);
            foreach (var jacobian in new[] { Jacobian.Of(y, variables), Jacobian.Of(y.Transpose(), variables) })
            {
                Assert.Equal(new Shape(2, 3), jacobian.Shape);
                foreach (var v in new double[][] { [1, 2, 3], [-1, .5, -2], [0, 0, 0] })
                    Assert.Equal(new[,] { { -2, 0, 3 }, { 1, 10 * v[1], 3 * v[2] * v[2] } }, jacobian.Evaluate(bind(v)));
            }
        }
    }

    [Fact]
    public void A_Jacobian_needs_vectors_of_fixed_length()
    {
        var x = Expression.Parameter(2, 2);
        Assert.Contains("2 × 2", Assert.Throws<ArgumentException>(() => Jacobian.Of(Sum(x, Axis.Rows), x)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Jacobian.Of(x, Sum(x)));
        Assert.Throws<ArgumentException>(() => Jacobian.Of(Expression.Input(Dimension.Batch, 1)));
        Assert.Throws<ArgumentException>(() => Gradient.Of(x, x));
    }

    /// <summary>Half a unit of the last of so many decimals.</summary>
    internal static void AssertPrinted(double printed, double actual, int decimals) =>
        Assert.InRange(actual - printed, -.5 * Math.Pow(10, -decimals), .5 * Math.Pow(10, -decimals));

    internal static void AssertPrinted(double[,] printed, double[,] actual, int decimals)
    {
        Assert.Equal((printed.GetLength(0), printed.GetLength(1)), (actual.GetLength(0), actual.GetLength(1)));
        for (var i = 0; i < printed.GetLength(0); i++)
            for (var j = 0; j < printed.GetLength(1); j++)
                AssertPrinted(printed[i, j], actual[i, j], decimals);
    }
}
