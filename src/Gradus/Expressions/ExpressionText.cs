using System.Globalization;
using System.Text;

namespace Gradus;

/// <summary>Expressions as text, as DOT and as Mermaid.</summary>
internal static class ExpressionText
{
    private const int Sum = 1, Product = 2, Prefix = 3, Atom = 4;   // binding strength
    private const int MaxDepth = 100;   // what is nested deeper gets a name, so that recursion ends

    private static readonly Dictionary<Op, (string Symbol, int Strength)> Infix = new()
    {
        [Ops.Add] = (" + ", Sum),
        [Ops.Subtract] = (" - ", Sum),
        [Ops.Multiply] = (" * ", Product),
        [Ops.Divide] = (" / ", Product),
        [Ops.Dot] = (" · ", Product),
    };

    public static string Of(Expression root)
    {
        var order = Graph.Order([root]);
        var uses = order.SelectMany(node => node.InputArray).GroupBy(node => node).ToDictionary(g => g.Key, g => g.Count());
        var names = LeafNames(order);
        var text = new StringBuilder();
        var shared = 0;
        var depths = new Dictionary<Expression, int>(ReferenceEqualityComparer.Instance);
        foreach (var node in order)
        {
            var depth = depths[node] = node.InputArray.Select(x => names.ContainsKey(x) ? 0 : depths[x]).DefaultIfEmpty(-1).Max() + 1;
            if (node.InputArray.Length == 0 || node == root || (uses[node] < 2 && depth < MaxDepth))
                continue;
            var line = Write(node, names).Text;
            names[node] = $"t{++shared}";
            text.Append(names[node]).Append(" = ").AppendLine(line);
        }

        return text.Append(Write(root, names).Text).ToString();
    }

    public static string Dot(Expression root)
    {
        var order = Graph.Order([root]);
        var (names, ids) = (LeafNames(order), Ids(order));
        var text = new StringBuilder("digraph {\n  rankdir=LR;\n");
        foreach (var node in order)
        {
            var label = Label(node, names).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"  n{ids[node]} [label=\"{label}\\n{node.Shape}\"];\n");
            foreach (var input in node.InputArray)
                text.Append(CultureInfo.InvariantCulture, $"  n{ids[input]} -> n{ids[node]};\n");
        }

        return text.Append("}\n").ToString();
    }

    public static string Mermaid(Expression root)
    {
        var order = Graph.Order([root]);
        var (names, ids) = (LeafNames(order), Ids(order));
        var text = new StringBuilder("flowchart LR\n");
        foreach (var node in order)
        {
            var label = Label(node, names).Replace("\"", "#quot;", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"  n{ids[node]}[\"{label}<br/>{node.Shape}\"]\n");
            foreach (var input in node.InputArray)
                text.Append(CultureInfo.InvariantCulture, $"  n{ids[input]} --> n{ids[node]}\n");
        }

        return text.ToString();
    }

    private static (string Text, int Strength) Write(Expression node, Dictionary<Expression, string> names)
    {
        if (names.TryGetValue(node, out var name))
            return (name, name[0] == '-' ? Prefix : Atom);
        string Operand(int index, int strength)
        {
            var (text, inner) = Write(node.InputArray[index], names);
            return inner < strength ? $"({text})" : text;
        }

        if (Infix.TryGetValue(node.Op, out var infix))
        {
            var transposed = node.Op == Ops.Dot ? node.Arguments : default;
            var left = Operand(0, transposed.TransposeLeft ? Atom : infix.Strength) + (transposed.TransposeLeft ? "ᵀ" : "");
            // a − (b − c) and a / (b · c) need their brackets, a + (b + c) does not.
            var weak = node.Op == Ops.Add || node.Op == Ops.Multiply ? infix.Strength : infix.Strength + 1;
            var right = Operand(1, transposed.TransposeRight ? Atom : weak) + (transposed.TransposeRight ? "ᵀ" : "");
            return (left + infix.Symbol + right, infix.Strength);
        }

        if (node.Op == Ops.Negate)
            return ("-" + Operand(0, Prefix), Prefix);
        if (node.Op == Ops.Transpose)
            return (Operand(0, Atom) + "ᵀ", Atom);
        var arguments = node.InputArray.Select((_, i) => Operand(i, 0)).Concat(Suffix(node));
        return ($"{node.Operation}({string.Join(", ", arguments)})", Atom);
    }

    private static IEnumerable<string> Suffix(Expression node)
    {
        var (first, second, value) = node.Arguments;
        if (node.Op.Lowering is Lowering.Reduction or Lowering.Extent)
            return (Axis)first == Axis.All ? [] : [((Axis)first).ToString().ToLowerInvariant()];
        if (node.Op == Ops.Slice)
            return [$"{first}..{first + second}"];
        if (node.Op == Ops.Broadcast || node.Op == Ops.Reshape)
            return [node.Shape.ToString()];
        if (node.Op.Lowering is Lowering.Random)
            return [node.Shape.ToString(), $"purpose {first}"];
        if (node.Op == Ops.Repeat || node.Op == Ops.Fold)
            return [$"{first} times"];
        if (node.Op == Ops.LeakyRelu)
            return [Number(value)];
        return node.Op == Ops.ScatterAdd ? [$"{first} rows"] : [];
    }

    private static string Label(Expression node, Dictionary<Expression, string> names) =>
        names.TryGetValue(node, out var name) ? name : string.Join(" ", Suffix(node).Prepend(node.Operation));

    private static Dictionary<Expression, string> LeafNames(List<Expression> order)
    {
        var names = new Dictionary<Expression, string>(ReferenceEqualityComparer.Instance);
        int inputs = 0, parameters = 0;
        foreach (var node in order)
        {
            if (node.Op == Ops.Constant)
                names[node] = Number(node.Arguments.Value);
            else if (node.Op == Ops.ConstantMatrix)
                names[node] = $"constant({node.Shape})";
            else if (node.Op == Ops.Input)
                names[node] = node.Name ?? $"x{inputs++}";
            else if (node.Op == Ops.Parameter)
                names[node] = node.Name ?? $"p{parameters++}";
        }

        return names;
    }

    private static Dictionary<Expression, int> Ids(List<Expression> order) =>
        order.Select((node, i) => (node, i)).ToDictionary(pair => pair.node, pair => pair.i);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
