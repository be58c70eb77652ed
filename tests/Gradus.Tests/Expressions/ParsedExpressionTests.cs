namespace Gradus.Tests.Expressions;

public class ParsedExpressionTests
{
    [Theory]
    [InlineData("1/(w0*x0+w1)", -0.5)]
    [InlineData("2 - 3 - 4", -5)]
    [InlineData("2/4/8", 0.0625)]
    [InlineData("2^3^2", 512)]
    [InlineData("-2^2", -4)]
    [InlineData("2^-2", 0.25)]
    [InlineData("(-2)^2", 4)]
    [InlineData("--3", 3)]
    [InlineData("2*-3", -6)]
    [InlineData("2 − 3·2", -4)]
    [InlineData(".5 + 1.e1 + 2E-1", 10.7)]
    [InlineData("exp(0) + log(1) + log1p(0) + sqrt(9) + square(3) + abs(-2)", 15)]
    [InlineData("sigmoid(0) + tanh(0) + relu(-1) + sin(0) + cos(0) + erf(0)", 1.5)]
    [InlineData("leaky_relu(-1)", -0.01)]
    [InlineData("min(x0, w1) * max(x0, w1)", 12)]
    [InlineData("1/0", double.PositiveInfinity)]
    public void A_text_has_the_value_that_mathematics_gives_it(string text, double value)
    {
        var at = new Dictionary<string, double> { ["w0"] = -2, ["x0"] = 3, ["w1"] = 4 };
        var expression = ParsedExpression.Parse(text);
        Assert.Equal(value, expression.Root.Evaluate([.. expression.Inputs.Select(x => (x, new[,] { { at[x.Name ?? ""] } }))])[0, 0], 1e-15);
    }

    [Theory]
    [InlineData("1/(w0*x0+", 9, "Expected a number, a name")]
    [InlineData("2x", 1, "Expected an operator")]
    [InlineData("(x", 2, "')'")]
    [InlineData("x)", 1, "the end")]
    [InlineData("", 0, "the text ends here")]
    [InlineData("1 + * 2", 4, "here stands '*'")]
    [InlineData("max(x)", 5, "two values")]
    [InlineData("log(x,y)", 5, "one value")]
    [InlineData("exp", 3, "'(' after the function 'exp'")]
    [InlineData("1.2.3", 3, "Expected an operator")]
    [InlineData("x + .", 4, "Expected a number, such as")]
    [InlineData("x+\0", 2, "Expected a number")]
    public void An_error_points_at_its_character(string text, int position, string expected)
    {
        var error = Assert.Throws<ExpressionSyntaxException>(() => ParsedExpression.Parse(text));
        Assert.Equal(position, error.Position);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        var lines = error.Caret.Split('\n');
        Assert.Equal((position + 2, 2), (lines[1].IndexOf('^', StringComparison.Ordinal), lines.Length));
    }

    [Fact]
    public void The_caret_of_a_long_text_points_at_the_same_character()
    {
        var error = Assert.Throws<ExpressionSyntaxException>(() => ParsedExpression.Parse(new string('x', 200) + " # " + new string('y', 200)));
        var lines = error.Caret.Split('\n');
        Assert.True(lines[0].Length <= 80);
        Assert.Equal('#', lines[0][lines[1].IndexOf('^', StringComparison.Ordinal)]);
    }

    [Theory]
    [InlineData('(')]
    [InlineData('-')]
    public void Deep_nesting_is_refused(char nested) =>
        Assert.Throws<ExpressionSyntaxException>(() => ParsedExpression.Parse(new string(nested, 100_000) + "x"));

    [Fact]
    public void A_long_sum_is_read()
    {
        var sum = ParsedExpression.Parse(string.Join('+', Enumerable.Repeat("x", 20_000)));
        Assert.Equal(10_000, sum.Root.Evaluate((sum.Inputs[0], new[,] { { 0.5 } }))[0, 0]);
    }

    [Fact]
    public void The_graph_is_the_text_with_equal_parts_once()
    {
        // Not 6 * x; sigmoid(x) and x are one node each.
        var order = Graph.Order([ParsedExpression.Parse("2*(3*x) + sigmoid(x)*(1-sigmoid(x))").Root]);
        Assert.Equal(
            ["add", "constant", "constant", "constant", "input", "multiply", "multiply", "multiply", "sigmoid", "subtract"],
            order.Select(node => node.Operation).Order(StringComparer.Ordinal));
    }
}
