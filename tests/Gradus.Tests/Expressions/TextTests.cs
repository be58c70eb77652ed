using System.Text.RegularExpressions;
using static Gradus.Functions;

namespace Gradus.Tests.Expressions;

public sealed partial class TextTests
{
    [Fact]
    public void The_lecture_s_network_reads_as_it_is_written()
    {
        var (x, d) = (Expression.Input(Batch, 2, "X"), Expression.Input(Batch, 2, "D"));
        var (w, b) = (Expression.Parameter(2, 3, "W"), Expression.Parameter(1, 3, "b"));
        var (v, c) = (Expression.Parameter(3, 2, "V"), Expression.Parameter(1, 2, "c"));
        var y = Sigmoid(x.Dot(w) + b).Dot(v) + c;
        Assert.Equal("sigmoid(X · W + b) · V + c", y.ToString());
        Assert.Equal("sum(square(sigmoid(X · W + b) · V + c - D)) / 2", (Sum(Square(y - d)) / 2).ToString());
    }

    [Fact]
    public void What_is_used_twice_is_named()
    {
        var (x, y) = (Expression.Parameter(1, 1, "x"), Expression.Parameter(1, 1, "y"));
        var s = x + y;
        Assert.Equal(Lines("t1 = x + y", "t1 * exp(t1)"), (s * Exp(s)).ToString());
        Assert.Equal("x * x", (x * x).ToString());
    }

    [Fact]
    public void Brackets_stand_where_they_change_the_value_and_nowhere_else()
    {
        var (a, b, c) = (Expression.Parameter(1, 1, "a"), Expression.Parameter(1, 1, "b"), Expression.Parameter(1, 1, "c"));
        Assert.Equal("a - (b - c)", (a - (b - c)).ToString());
        Assert.Equal("a - b - c", (a - b - c).ToString());
        Assert.Equal("a / (b * c)", (a / (b * c)).ToString());
        Assert.Equal("a * (b + c)", (a * (b + c)).ToString());
        Assert.Equal("a + b + c", (a + (b + c)).ToString());
        Assert.Equal("-(a + b) * c", (-(a + b) * c).ToString());
        Assert.Equal("(a + b)ᵀ", Lines(Transpose(Expression.Parameter(2, 1, "a") + Expression.Parameter(2, 1, "b")).ToString()));
        Assert.Equal("-2 * a", (-2 * a).ToString());
        Assert.Equal("power(a, -0.5)", Power(a, -.5).ToString());
        Assert.Equal("sum(x0, rows)", Sum(Expression.Input(Batch, 2), Axis.Rows).ToString());
        Assert.Equal("slice(p0, 1..3)", SliceColumns(Expression.Parameter(1, 4), 1, 2).ToString());
    }

    [Fact]
    public void Graphs_as_DOT_and_Mermaid_declare_every_node_that_an_edge_names()
    {
        var network = new Network(3, new Dense(4, Activation.Relu), new Dense(2));
        var loss = Loss.CrossEntropy.Of(network.Output, Expression.Input(Batch, 1, "a \"quoted\" \\ name"));
        foreach (var root in Gradient.Of(loss, network.Parameters[0].Expression).Append(loss))
        {
            var edges = Graph.Order([root]).Sum(node => node.Inputs.Count);
            var dot = root.ToDot();
            Assert.StartsWith("digraph {", dot, StringComparison.Ordinal);
            Assert.EndsWith("}\n", dot, StringComparison.Ordinal);
            Check(dot, DotNode(), DotEdge(), Graph.Order([root]).Count, edges);
            var mermaid = root.ToMermaid();
            Assert.StartsWith("flowchart LR\n", mermaid, StringComparison.Ordinal);
            Check(mermaid, MermaidNode(), MermaidEdge(), Graph.Order([root]).Count, edges);
        }

        Assert.Contains("a \\\"quoted\\\" \\\\ name", loss.ToDot(), StringComparison.Ordinal);
        Assert.Contains("a #quot;quoted#quot; \\ name", loss.ToMermaid(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_very_deep_expression_has_a_text_a_value_a_gradient_and_a_program()
    {
        var x = Expression.Parameter(1, 1, "x");
        var y = x;
        for (var i = 0; i < 10_000; i++)
            y = Sin(y);
        Assert.Contains("sin(x)", y.ToString()[..2_000], StringComparison.Ordinal);
        Assert.Equal(10_001 + 10_000, DotNode().Count(y.ToDot()) + DotEdge().Count(y.ToDot()));
        Assert.InRange(y.Evaluate((x, new double[,] { { 1 } }))[0, 0], 0, Math.Sqrt(3.0 / 10_000));   // ~ √(3/n)
        Assert.InRange(Gradient.Of(y, x)[0].Evaluate((x, new double[,] { { 1 } }))[0, 0], 0, 1);
    }

    private static void Check(string text, Regex node, Regex edge, int nodes, int edges)
    {
        var declared = node.Matches(text).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(nodes, declared.Count);
        Assert.Equal(nodes, declared.Distinct().Count());
        var named = edge.Matches(text);
        Assert.Equal(edges, named.Count);
        Assert.All(named, match => Assert.True(declared.Contains(match.Groups[1].Value) && declared.Contains(match.Groups[2].Value)));
        var other = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !node.IsMatch(line) && !edge.IsMatch(line));
        Assert.All(other, line => Assert.Contains(line, new[] { "digraph {", "  rankdir=LR;", "}", "flowchart LR" }));
    }

    private static string Lines(params string[] lines) => string.Join(Environment.NewLine, lines);

    [GeneratedRegex("""^  (n\d+) \[label="(?:[^"\\]|\\.)*"\];$""", RegexOptions.Multiline)]
    private static partial Regex DotNode();

    [GeneratedRegex("""^  (n\d+) -> (n\d+);$""", RegexOptions.Multiline)]
    private static partial Regex DotEdge();

    [GeneratedRegex("""^  (n\d+)\["[^"]*"\]$""", RegexOptions.Multiline)]
    private static partial Regex MermaidNode();

    [GeneratedRegex("""^  (n\d+) --> (n\d+)$""", RegexOptions.Multiline)]
    private static partial Regex MermaidEdge();
}
