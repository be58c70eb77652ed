using System.Diagnostics.CodeAnalysis;
using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>Makes one <see cref="Formula"/> of elementwise nodes that follow each other in a chain. A value that is used once stays in a
/// register of the machine; one that is used again, or after the formula, is assigned to its memory and read from there.</summary>
internal sealed class FormulaBuilder
{
    /// <summary>Nodes at least: with fewer, one pass a node is as fast.</summary>
    public const int Fewest = 3;

    // The JIT inlines calls into a method until it has some hundred local variables, and only to a certain depth; what it leaves as
    // calls makes a loop several times slower. Adam's three statements, 26 terms, are just too many.
    private const int MostTerms = 20;
    private const int MostNested = 10;

    private readonly ChainBuilder chain;
    private readonly Node[] nodes;
    private readonly HashSet<Node> inlined = [];
    private readonly List<ChainOperand> vectors = [];
    private readonly List<ChainOperand> numbers = [];

    private FormulaBuilder(ChainBuilder chain, Node[] nodes)
    {
        this.chain = chain;
        this.nodes = nodes;
        var depths = new Dictionary<Node, int>();
        foreach (var node in nodes)
        {
            var depth = 1 + node.Inputs.Max(x => inlined.Contains(x) ? depths[x] : 0);
            if (depth < MostNested && IsUsedOnce(node) && !chain.IsOverwritten(node.Inputs, node, Statement(node)))
                inlined.Add(node);
            depths[node] = depth;
        }
    }

    /// <summary>The longest formula that begins with the first of the nodes; null if there is none. One that ends with a value that is
    /// in memory anyway is preferred.</summary>
    public static FormulaBuilder? Longest(ChainBuilder chain, ReadOnlySpan<Node> nodes)
    {
        var length = 0;
        while (length < Math.Min(nodes.Length, MostTerms) && nodes[length].Op.Lowering.Formula is not null)
            length++;
        FormulaBuilder? longest = null;
        for (; length >= Fewest; length--)
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
    [RequiresDynamicCode("Makes a type.")]
    public FormulaStep Build()
    {
        var terms = new Dictionary<Node, Type>();
        var statements = new List<Type>();
        var written = new HashSet<int>();
        foreach (var node in nodes)
        {
            var value = Formula.Apply(
                node.Op.Lowering.Formula ?? throw new InvalidOperationException($"'{node.Source.Operation}' has no formula."),
                Array.ConvertAll(node.Inputs, x => inlined.Contains(x) ? terms[x]
                    : chain.IsNumber(x) ? Formula.Number(IndexOf(numbers, chain.Operand(x))) : Formula.Vector(IndexOf(vectors, chain.Vector(x)))));
            if (inlined.Contains(node))
            {
                terms.Add(node, value);
                continue;
            }

            var index = IndexOf(vectors, chain.Result(node));
            written.Add(index);
            statements.Add(Formula.Assign(index, value));
        }

        var isWritten = Enumerable.Range(0, vectors.Count).Select(written.Contains).ToArray();
        return new FormulaStep(Formula.Of(statements.ToArray(), isWritten), [.. vectors], [.. numbers]);
    }

    /// <summary>Whether the formula is not too long, there are places for all operands, and none is partly overwritten by a result.</summary>
    private bool Fits()
    {
        var results = nodes.Where(node => !inlined.Contains(node)).ToArray();
        var operands = nodes.SelectMany(node => node.Inputs).Where(x => !inlined.Contains(x)).Concat(results).Distinct().ToArray();
        var slots = operands.Where(x => !chain.IsNumber(x) && x.Slot is not null).Select(x => x.Memory).Distinct().ToArray();
        var terms = nodes.Length + nodes.SelectMany(node => node.Inputs).Count(x => !inlined.Contains(x));
        return terms <= MostTerms && operands.Count(chain.IsNumber) <= FormulaOperands.Most && operands.Count(x => !chain.IsNumber(x)) <= FormulaOperands.Most
            && results.Where(x => x.Slot is not null).All(result => slots.Count(slot => slot.Overlaps(result.Memory)) == 1);
    }

    private bool IsUsedOnce(Node node) => node.Slot is null && node.Users.Count == 1 && Array.IndexOf(nodes, node.Users[0]) >= 0
        && node.Users[0].Inputs.Count(x => x == node) == 1;

    /// <summary>The node whose value is assigned if all that is used once is inlined: where this one would be computed.</summary>
    private Node Statement(Node node)
    {
        while (IsUsedOnce(node))
            node = node.Users[0];
        return node;
    }

    private static int IndexOf(List<ChainOperand> operands, ChainOperand operand)
    {
        var index = operands.IndexOf(operand);
        if (index >= 0)
            return index;
        operands.Add(operand);
        return operands.Count - 1;
    }
}
