namespace Gradus.Cli.Tests;

public sealed class ExplainExpressionTests
{
    [Fact]
    public void Json_has_value_gradients_and_nodes()
    {
        var json = Workplace.Run("explain", "1/(w0*x0+w1)", "--at", "w0=-2,x0=3,w1=4", "--json").Json;
        Assert.Equal((-0.5, -0.75, 0.5, -0.25), ((double?)json["value"], (double?)json["gradients"]?["w0"],
            (double?)json["gradients"]?["x0"], (double?)json["gradients"]?["w1"]));
        Assert.Equal("""{"id":6,"op":"divide","name":null,"inputs":[0,5],"localDerivatives":[-0.5,-0.25],"value":-0.5,"gradient":1}""",
            json["nodes"]?[6]?.ToJsonString());
    }

    [Fact]
    public void The_tree_shows_a_shared_node_once()
    {
        var outcome = Workplace.Run("explain", "sigmoid(w*x)*(1-sigmoid(w*x))", "--at", "w=1,x=2");
        Assert.Equal(0, outcome.Code);
        Assert.Single(outcome.Output.Split('\n'), line => line.Contains("└ x", StringComparison.Ordinal));
        Assert.Contains("(above)", outcome.Output, StringComparison.Ordinal);
        Assert.All(outcome.Output.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void A_deep_tree_keeps_to_eighty_columns()
    {
        var outcome = Workplace.Run("explain", string.Concat(Enumerable.Repeat("sin(exp(-", 30)) + "x" + new string(')', 60), "--at", "x=1");
        Assert.Equal(0, outcome.Code);
        Assert.All(outcome.Output.Split('\n').Skip(1), line => Assert.True(line.Length <= 80, line));
        Assert.Equal(30, outcome.Output.Split('\n').Count(line => line.Contains("sin", StringComparison.Ordinal) && line.Contains("  ", StringComparison.Ordinal)
            && !line.Contains("(below)", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("1/x", "inf")]
    [InlineData("x/x", "nan")]
    public void Division_by_zero_is_shown(string text, string shown) =>
        Assert.Contains(shown, Workplace.Run("explain", text, "--at", "x=0").Output, StringComparison.Ordinal);

    [Fact]
    public void Division_by_zero_is_text_in_json() =>
        Assert.Equal("-Infinity", (string?)Workplace.Run("explain", "1/x", "--at", "x=0", "--json").Json["gradients"]?["x"]);

    [Theory]
    [InlineData("1/(x+", "x=1", "Character 6: Expected a number, a name, a function, '-' or '(', but the text ends here.\n  1/(x+\n       ^\n")]
    [InlineData("sigmod(x)", "x=1", "Did you mean 'sigmoid'?")]
    [InlineData("x*y", "x=1", "no value for 'y'")]
    [InlineData("x", "x=1,z=2", "'z'")]
    [InlineData("x", "x=a", "Expected NAME=NUMBER")]
    [InlineData("x", "x=1,x=2", "each name once")]
    public void Mistakes_are_explained(string text, string at, string message)
    {
        var outcome = Workplace.Run("explain", text, "--at", at);
        Assert.Equal((2, ""), (outcome.Code, outcome.Output));
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mermaid", "flowchart LR")]
    [InlineData("dot", "digraph {")]
    [InlineData("svg", "<svg xmlns")]
    public void Other_formats(string format, string start) =>
        Assert.StartsWith(start, Workplace.Run("explain", "-x^2", "--at", "x=3", "--format", format).Output, StringComparison.Ordinal);
}
