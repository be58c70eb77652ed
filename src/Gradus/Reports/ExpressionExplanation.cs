using System.Globalization;

namespace Gradus;

/// <summary>What an expression computes at a point: the value of every node, the local derivative along every edge, and
/// the gradient of the result by every node.</summary>
/// <remarks>∂f/∂x is the sum over the users y of x of ∂f/∂y · ∂y/∂x: the chain rule that <see cref="Gradus.Gradient"/>
/// applies from the result back. All in double precision, by the reference rule of each op.</remarks>
public sealed class ExpressionExplanation
{
    private ExpressionExplanation(ParsedExpression expression, IReadOnlyList<ExplainedNode> nodes) =>
        (Expression, Nodes) = (expression, nodes);

    /// <summary>What is explained.</summary>
    public ParsedExpression Expression { get; }

    /// <summary>Every node once, inputs before users; the last one is the result.</summary>
    public IReadOnlyList<ExplainedNode> Nodes { get; }

    /// <summary>f.</summary>
    public double Value => Nodes[^1].Value;

    /// <summary>∂f/∂name for each name, in the order of the text.</summary>
    public IReadOnlyList<(string Name, double Gradient)> Gradients =>
        [.. Expression.Inputs.Select(input => (input.Name ?? "", Nodes.First(node => node.Name == input.Name).Gradient ?? double.NaN))];

    /// <summary>Explains an expression at a point.</summary>
    /// <param name="expression">What was read.</param>
    /// <param name="at">A value for each name, and for no other.</param>
    /// <exception cref="GradusException">A name has no value, or a value has no name.</exception>
    public static ExpressionExplanation Of(ParsedExpression expression, IReadOnlyDictionary<string, double> at)
    {
        ArgumentNullException.ThrowIfNull(expression);
        ArgumentNullException.ThrowIfNull(at);
        Check(expression, at);
        var context = new ReferenceContext();
        foreach (var input in expression.Inputs)
            context.Bind(input, new Matrix(1, 1, [at[input.Name ?? ""]]));
        var order = Graph.Order([expression.Root]);
        var ids = new Dictionary<Expression, int>(ReferenceEqualityComparer.Instance);
        var gradients = Gradus.Gradient.Of(expression.Root, [.. order]);
        var nodes = new List<ExplainedNode>(order.Count);
        var withoutFlow = new HashSet<int>();
        foreach (var node in order)
        {
            // With ∂f/∂y = 1 the op's chain rule gives the local derivatives themselves.
            var local = node.Op.Derivative(node, 1);
            var derivatives = Array.ConvertAll(local, each => each is null ? (double?)null : Number(each));
            for (var j = 0; j < derivatives.Length; j++)
            {
                if (derivatives[j] is null)
                    withoutFlow.Add(ids[node.InputArray[j]]);
            }

            ids[node] = nodes.Count;
            nodes.Add(new ExplainedNode(
                nodes.Count, node.Operation, LabelOf(node), node.Name, [.. node.InputArray.Select(input => ids[input])],
                derivatives, Number(node), Number(gradients[nodes.Count])));
        }

        foreach (var id in withoutFlow)
            nodes[id] = nodes[id] with { Gradient = null };
        return new ExpressionExplanation(expression, nodes);

        double Number(Expression x) => context.Evaluate(x).Values[0];
    }

    /// <summary>The graph as a Mermaid flowchart, from the inputs to the result.</summary>
    public string ToMermaid() => ExplanationText.Mermaid(this);

    /// <summary>The graph in Graphviz' DOT language.</summary>
    public string ToDot() => ExplanationText.Dot(this);

    /// <summary>The graph as a drawing.</summary>
    /// <exception cref="GradusException">There are more than 500 nodes.</exception>
    public string ToSvg() => new ExplanationDrawing(this).ToSvg();

    /// <summary>Up to five significant digits; <c>inf</c>, <c>-inf</c> and <c>nan</c> where there is no number.</summary>
    public static string Format(double value) =>
        double.IsNaN(value) ? "nan" : double.IsInfinity(value) ? value > 0 ? "inf" : "-inf"
        : (value == 0 ? 0 : value).ToString("G5", CultureInfo.InvariantCulture);

    private static string LabelOf(Expression node) =>
        node.Name ?? (node.Op == Ops.Constant ? node.Arguments.Value.ToString("R", CultureInfo.InvariantCulture)
        : node.Op == Ops.Add ? "+" : node.Op == Ops.Subtract ? "-" : node.Op == Ops.Multiply ? "*" : node.Op == Ops.Divide ? "/"
        : node.Op == Ops.Power ? "^" : node.Op == Ops.Negate ? "negate" : node.Operation);

    private static void Check(ParsedExpression expression, IReadOnlyDictionary<string, double> at)
    {
        string[] names = [.. expression.Inputs.Select(input => input.Name ?? "")];
        var missing = names.Where(name => !at.ContainsKey(name)).ToArray();
        var unused = at.Keys.Except(names).ToArray();
        if (unused.Length > 0)
        {
            var near = missing.Length > 0 ? Suggestion.Nearest(unused[0], missing) : null;
            throw new GradusException($"A value is given for '{unused[0]}', which '{expression.Text}' does not have. "
                + (near is not null ? $"Did you mean '{near}'?" : $"Its names: {Suggestion.List(names)}."));
        }

        if (missing.Length > 0)
        {
            throw new GradusException($"'{expression.Text}' has no value for {Suggestion.List(missing.Select(name => $"'{name}'"))}. "
                + $"Give a value to each name, such as {string.Join(',', names.Take(8).Select(name => $"{name}={ValueOf(name)}"))}.");
        }

        string ValueOf(string name) => at.TryGetValue(name, out var value) ? value.ToString("R", CultureInfo.InvariantCulture) : "1";
    }
}
