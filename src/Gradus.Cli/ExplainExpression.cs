using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>What <c>explain</c> shows of an expression.</summary>
internal static class ExplainExpression
{
    private const int MostDepth = 8;   // of a tree, so that it keeps within eighty columns

    public static void Draw(ExpressionExplanation explanation, string format, Terminal terminal)
    {
        switch (format)
        {
            case "mermaid":
                terminal.Output.Write(explanation.ToMermaid());
                break;
            case "dot":
                terminal.Output.Write(explanation.ToDot());
                break;
            case "svg":
                terminal.Output.Write(explanation.ToSvg());
                break;
            default:
                DrawTree(explanation, terminal);
                break;
        }
    }

    public static JsonObject ToJson(ExpressionExplanation explanation)
    {
        var gradients = new JsonObject();
        foreach (var (name, gradient) in explanation.Gradients)
            gradients[name] = Number(gradient);
        return new JsonObject
        {
            ["value"] = Number(explanation.Value),
            ["gradients"] = gradients,
            ["nodes"] = new JsonArray([.. explanation.Nodes.Select(node => new JsonObject
            {
                ["id"] = node.Id,
                ["op"] = node.Operation,
                ["name"] = node.Name,
                ["inputs"] = new JsonArray([.. node.Inputs.Select(id => JsonValue.Create(id))]),
                ["localDerivatives"] = new JsonArray([.. node.LocalDerivatives.Select(Number)]),
                ["value"] = Number(node.Value),
                ["gradient"] = Number(node.Gradient),
            })]),
        };
    }

    /// <summary>JSON has no infinities: they are the texts "Infinity", "-Infinity" and "NaN".</summary>
    public static JsonNode? Number(double? value) => value switch
    {
        null => null,
        double.PositiveInfinity => "Infinity",
        double.NegativeInfinity => "-Infinity",
        double.NaN => "NaN",
        { } number => number,
    };

    private static void DrawTree(ExpressionExplanation explanation, Terminal terminal)
    {
        terminal.Say($"f = {explanation.Expression.Text} = {ExpressionExplanation.Format(explanation.Value)}");
        var table = Tables.New("node", " value", " local", " gradient");
        var uses = explanation.Nodes.SelectMany(node => node.Inputs).GroupBy(id => id).ToDictionary(group => group.Key, group => group.Count());
        var drawn = new HashSet<int>();
        var waiting = new Queue<int>([explanation.Nodes.Count - 1]);
        while (waiting.TryDequeue(out var root))
            if (!drawn.Contains(root))
                Add(explanation.Nodes[root], "", "", null, 0);
        terminal.Screen.Write(table);
        terminal.Say("local: ∂(node above)/∂(node); gradient: ∂f/∂(node), over all paths");
        foreach (var (name, gradient) in explanation.Gradients)
            terminal.Say($"∂f/∂{name} = {ExpressionExplanation.Format(gradient)}");

        void Add(ExplainedNode node, string first, string rest, string? edge, int depth)
        {
            var label = Cut(node.Label);
            if (node.Inputs.Count > 0 && (uses.GetValueOrDefault(node.Id) > 1 || (edge is null && first.Length == 0 && node.Id < explanation.Nodes.Count - 1)))
                label = $"{label} [{node.Id}]";
            if (drawn.Contains(node.Id))
            {
                table.Add($"{first}{label} (above)", "", edge ?? "", "");
                return;
            }

            if (depth >= MostDepth && node.Inputs.Count > 0)
            {
                table.Add($"{first}{Cut(node.Label)} [{node.Id}] (below)", "", edge ?? "", "");
                if (!waiting.Contains(node.Id))
                    waiting.Enqueue(node.Id);
                return;
            }

            drawn.Add(node.Id);
            table.Add($"{first}{label}", ExpressionExplanation.Format(node.Value), edge ?? "", Derivative(node.Gradient));
            for (var i = 0; i < node.Inputs.Count; i++)
            {
                var last = i == node.Inputs.Count - 1;
                Add(explanation.Nodes[node.Inputs[i]], rest + (last ? "└ " : "├ "), rest + (last ? "  " : "│ "),
                    Derivative(node.LocalDerivatives[i]), depth + 1);
            }
        }
    }

    private static string Cut(string label) => label.Length <= 12 ? label : label[..11] + "…";

    private static string Derivative(double? value) => value is { } number ? ExpressionExplanation.Format(number) : "–";
}
