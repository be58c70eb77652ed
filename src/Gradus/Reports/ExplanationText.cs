using System.Globalization;
using System.Text;

namespace Gradus;

/// <summary>Explained expressions as Mermaid and as DOT: value and gradient in the nodes, local derivatives along the
/// edges.</summary>
internal static class ExplanationText
{
    public static string Mermaid(ExpressionExplanation explanation)
    {
        var text = new StringBuilder("flowchart LR\n");
        foreach (var node in explanation.Nodes)
        {
            var label = node.Label.Replace("*", "#42;", StringComparison.Ordinal).Replace("_", "#95;", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture,
                $"  n{node.Id}[\"{label}<br/>value {ExpressionExplanation.Format(node.Value)}<br/>gradient {Gradient(node)}\"]\n");
            foreach (var (input, derivative) in node.Inputs.Zip(node.LocalDerivatives))
                text.Append(CultureInfo.InvariantCulture, $"  n{input} -->|\"{Edge(derivative)}\"| n{node.Id}\n");
        }

        return text.ToString();
    }

    public static string Dot(ExpressionExplanation explanation)
    {
        var text = new StringBuilder("digraph {\n  rankdir=LR;\n  node [shape=box];\n");
        foreach (var node in explanation.Nodes)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  n{node.Id} [label=\"{node.Label}\\nvalue {ExpressionExplanation.Format(node.Value)}\\ngradient {Gradient(node)}\"];\n");
            foreach (var (input, derivative) in node.Inputs.Zip(node.LocalDerivatives))
                text.Append(CultureInfo.InvariantCulture, $"  n{input} -> n{node.Id} [label=\"{Edge(derivative)}\"];\n");
        }

        return text.Append("}\n").ToString();
    }

    public static string Gradient(ExplainedNode node) => Edge(node.Gradient);

    /// <summary>A derivative, or a dash where nothing flows.</summary>
    public static string Edge(double? derivative) => derivative is { } value ? ExpressionExplanation.Format(value) : "–";
}
