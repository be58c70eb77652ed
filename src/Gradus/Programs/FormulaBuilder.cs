using System.Diagnostics.CodeAnalysis;
using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>Makes one <see cref="Formula"/> of elementwise nodes that follow each other in a chain. Their values stay in registers of the
/// machine; those that are used after the formula are stored too.</summary>
internal sealed class FormulaBuilder
{
    // More than any optimiser has (Adam: 14), for the JIT inlines operations into a method only until it has some hundred local variables.
    private const int Most = 48;

    private readonly ChainBuilder chain;
    private readonly Node[] nodes;
    private readonly FormulaCode code = new();
    private readonly List<ChainOperand> vectors = [];
    private readonly List<ChainOperand> numbers = [];
    private readonly Dictionary<Node, int> values = [];

    private FormulaBuilder(ChainBuilder chain, Node[] nodes) => (this.chain, this.nodes) = (chain, nodes);

    /// <summary>The longest formula that begins with the first of the nodes; null if there is none. One that ends with a value that is
    /// in memory anyway is preferred.</summary>
    public static FormulaBuilder? Longest(ChainBuilder chain, ReadOnlySpan<Node> nodes)
    {
        var length = 0;
        while (length < Math.Min(nodes.Length, Most) && nodes[length].Op.Lowering.Formula is not null)
            length++;
        FormulaBuilder? longest = null;
        for (; length > 0 && (length >= chain.FewestNodes || nodes[..length].Contains(chain.Summed)); length--)
        {
            var builder = new FormulaBuilder(chain, nodes[..length].ToArray());
            if (!builder.Fits())
                continue;
            if (nodes[length - 1].Slot is not null)
                return builder;
            longest ??= builder;
        }

        return longest;
    }

    /// <summary>The nodes that become one formula.</summary>
    public IReadOnlyList<Node> Nodes => nodes;

    /// <summary>The step, whose results have been given their operands.</summary>
    [RequiresDynamicCode("Emits code.")]
    public FormulaStep Build()
    {
        foreach (var node in nodes)
        {
            var operation = node.Op.Lowering.Formula ?? throw new InvalidOperationException($"'{node.Source.Operation}' has no formula.");
            values.Add(node, code.Apply(operation, Array.ConvertAll(node.Inputs, ValueOf)));
            if (IsStored(node))
                code.Store(values[node], IndexOf(vectors, chain.Result(node)));
            if (node == chain.Summed)
                code.Sum(values[node]);
        }

        return new FormulaStep(code.Compile(), [.. vectors], [.. numbers]);
    }

    private int ValueOf(Node x)
    {
        if (values.TryGetValue(x, out var value))
            return value;
        value = chain.IsNumber(x) ? code.Number(IndexOf(numbers, chain.Operand(x))) : code.Load(IndexOf(vectors, chain.Vector(x)));
        values.Add(x, value);
        return value;
    }

    /// <summary>Whether there are places for all operands, and none is partly overwritten by a result.</summary>
    private bool Fits()
    {
        var results = nodes.Where(IsStored).ToArray();
        var operands = nodes.SelectMany(node => node.Inputs).Except(nodes).Concat(results).Distinct().ToArray();
        var slots = operands.Where(x => !chain.IsNumber(x) && x.Slot is not null).Select(x => x.Memory).Distinct().ToArray();
        return operands.Count(chain.IsNumber) <= Formula.MostOperands && operands.Count(x => !chain.IsNumber(x)) <= Formula.MostOperands
            && results.Where(x => x.Slot is not null).All(result => slots.Count(slot => slot.Overlaps(result.Memory)) == 1);
    }

    private bool IsStored(Node node) =>
        node.Slot is not null || (node != chain.Summed && node.Users.Exists(user => Array.IndexOf(nodes, user) < 0));

    private static int IndexOf(List<ChainOperand> operands, ChainOperand operand)
    {
        var index = operands.IndexOf(operand);
        if (index >= 0)
            return index;
        operands.Add(operand);
        return operands.Count - 1;
    }
}
