using System.Xml.Linq;

namespace Gradus.Tests.Reports;

public class ExpressionExplanationTests
{
    private static readonly Dictionary<string, double> Point = new() { ["w0"] = -2, ["x0"] = 3, ["w1"] = 4 };

    [Fact]
    public void The_lecture_s_quotient()
    {
        var f = Explain("1/(w0*x0+w1)", Point);
        Assert.Equal(-0.5, f.Value);
        Assert.Equal([("w0", -0.75), ("x0", 0.5), ("w1", -0.25)], f.Gradients);
        var sum = f.Nodes.Single(node => node.Label == "+");
        Assert.Equal((-2.0, -0.25), (sum.Value, sum.Gradient));
        Assert.Equal([-0.5, -0.25], f.Nodes[^1].LocalDerivatives);
        Assert.Equal([3.0, -2.0], f.Nodes.Single(node => node.Label == "*").LocalDerivatives);
    }

    [Theory]
    [InlineData("2*(3*x)+(-x)", 7, 5)]
    [InlineData("x*x*x", 2, 12)]
    [InlineData("x-x", 2, 0)]
    [InlineData("5*x^2", 3, 30)]
    [InlineData("max(x,x)", 3, 1)]
    public void One_name_on_several_paths(string text, double x, double gradient) =>
        Assert.Equal(gradient, Explain(text, new() { ["x"] = x }).Gradients[0].Gradient, 1e-14);

    [Theory]
    [InlineData("exp(x*y)/sigmoid(x)-tanh(y)*sin(x)")]
    [InlineData("log(x+2)^3*softplus(y)+erf(x*y)*cos(x-y)")]
    [InlineData("sqrt(abs(x)+1)*leaky_relu(y)+log1p(square(x))*relu(y)-(x+3)^y+min(x,y)*max(x,2*y)")]
    public void Gradients_are_central_differences_and_sums_over_edges(string text)
    {
        const double h = 1e-5;   // error of the difference: h² f‴/6 + ε f/h, both about 1e-10
        var (x, y) = (0.7, -1.3);
        var f = Explain(text, new() { ["x"] = x, ["y"] = y });
        double At(double dx, double dy) => Explain(text, new() { ["x"] = x + dx, ["y"] = y + dy }).Value;
        Assert.Equal((At(h, 0) - At(-h, 0)) / (2 * h), f.Gradients.Single(each => each.Name == "x").Gradient, 1e-8);
        Assert.Equal((At(0, h) - At(0, -h)) / (2 * h), f.Gradients.Single(each => each.Name == "y").Gradient, 1e-8);
        foreach (var node in f.Nodes.SkipLast(1).Where(node => node.Gradient is not null))
        {
            var sum = f.Nodes.SelectMany(user => user.Inputs.Zip(user.LocalDerivatives)
                .Where(edge => edge.First == node.Id).Select(edge => user.Gradient * edge.Second ?? 0)).Sum();
            Assert.Equal(sum, node.Gradient ?? 0, 1e-12);
        }
    }

    [Fact]
    public void Nothing_flows_into_a_constant_exponent()
    {
        var f = Explain("x^2", new() { ["x"] = -3 });
        Assert.Equal([-6.0, null], f.Nodes[^1].LocalDerivatives);
        Assert.Null(f.Nodes[1].Gradient);
    }

    [Fact]
    public void Values_and_names_must_match()
    {
        Assert.Contains("no value for 'x0'", Assert.Throws<GradusException>(
            () => Explain("w0*x0", new() { ["w0"] = 1 })).Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'wo'?", Assert.Throws<GradusException>(
            () => Explain("wo", new() { ["w0"] = 1 })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1/(w0*x0+w1)")]
    [InlineData("w0/0 + x0*0 - log(0)*w1")]
    [InlineData("w0")]
    [InlineData("min(w0,x0)*w1/(w0-x0)^w1+sigmoid(sigmoid(w0)*sigmoid(w0))")]
    public void A_drawing_is_xml_with_every_node_edge_and_no_overlap(string text)
    {
        var f = Explain(text, Point.Where(each => text.Contains(each.Key, StringComparison.Ordinal)).ToDictionary());
        var svg = XDocument.Parse(f.ToSvg()).Root ?? throw new InvalidOperationException("No root.");
        XNamespace name = "http://www.w3.org/2000/svg";
        var boxes = svg.Elements(name + "rect").Skip(1).Select(rect => (X: Number(rect, "x"), Y: Number(rect, "y"),
            Right: Number(rect, "x") + Number(rect, "width"), Bottom: Number(rect, "y") + Number(rect, "height"))).ToList();
        Assert.Equal(f.Nodes.Count, boxes.Count);
        Assert.Equal(f.Nodes.Sum(node => node.Inputs.Count), svg.Elements(name + "path").Count());
        Assert.All(boxes, box => Assert.True(box.X >= 0 && box.Right <= Number(svg, "width") && box.Bottom <= Number(svg, "height")));
        Assert.Equal(boxes.Count, boxes.Count(a => boxes.Count(b => a.X < b.Right && b.X < a.Right && a.Y < b.Bottom && b.Y < a.Bottom) == 1));

        static double Number(XElement element, string attribute) => (double?)element.Attribute(attribute) ?? double.NaN;
    }

    [Fact]
    public void A_graph_too_large_to_look_at_is_not_drawn() => Assert.Contains("1,000 nodes", Assert.Throws<GradusException>(
        () => Explain(string.Join('+', Enumerable.Repeat("x", 1000)), new() { ["x"] = 1 }).ToSvg()).Message, StringComparison.Ordinal);

    [Fact]
    public void Mermaid_and_dot_show_values_gradients_and_local_derivatives()
    {
        var f = Explain("w0*x0", new() { ["w0"] = -2, ["x0"] = 3 });
        Assert.Equal("""
            flowchart LR
              n0["w0<br/>value -2<br/>gradient 3"]
              n1["x0<br/>value 3<br/>gradient -2"]
              n2["#42;<br/>value -6<br/>gradient 1"]
              n0 -->|"3"| n2
              n1 -->|"-2"| n2

            """, f.ToMermaid());
        Assert.Contains("n2 [label=\"*\\nvalue -6\\ngradient 1\"];\n  n0 -> n2 [label=\"3\"];", f.ToDot(), StringComparison.Ordinal);
    }

    private static ExpressionExplanation Explain(string text, Dictionary<string, double> at) =>
        ExpressionExplanation.Of(ParsedExpression.Parse(text), at);
}
