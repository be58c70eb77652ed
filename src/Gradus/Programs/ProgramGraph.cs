namespace Gradus.Programs;

/// <summary>The first pass of compilation: expressions become nodes. The batch size is put in, equal subexpressions are
/// shared, what depends on numbers alone becomes a number, and repetition that an elementwise op does by itself goes.
/// </summary>
internal sealed class ProgramGraph
{
    private readonly Dictionary<Expression, Node> nodeOf = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Key, Node> shared = [];
    private readonly int batch;

    /// <param name="roots">What is computed.</param>
    /// <param name="batch">Rows of a batch.</param>
    /// <param name="withViews">Whether a reshaped value may share its memory with what it is made of.</param>
    public ProgramGraph(IReadOnlyList<Expression> roots, int batch, bool withViews)
    {
        this.batch = batch;
        foreach (var expression in Graph.Order(roots))
            nodeOf[expression] = Add(expression);
        RemoveUnused(roots, withViews);
    }

    /// <summary>Every node that is needed, inputs before users.</summary>
    public List<Node> Nodes { get; } = [];

    public Node this[Expression expression] => nodeOf[expression];

    public bool TryGet(Expression expression, out Node? node) => nodeOf.TryGetValue(expression, out node);

    private Node Add(Expression expression)
    {
        var inputs = Array.ConvertAll(expression.InputArray, x => nodeOf[x]);
        var (rows, columns) = (expression.Shape.Rows.Resolve(batch), expression.Shape.Columns.Resolve(batch));
        if (expression.Op == Ops.Extent)
        {
            return Number(Ops.ExtentOf(expression.Arguments.Axis, inputs[0].Rows, inputs[0].Columns));
        }

        if (expression.Op.Lowering is Lowering.Unary or Lowering.Binary or Lowering.Ternary)
        {
            if (Array.TrueForAll(inputs, x => x.IsNumber))
                return Number(Fold(expression, inputs));
            // An elementwise op repeats its operands by itself.
            inputs = Array.ConvertAll(inputs, x => x.Op == Ops.Broadcast ? x.Inputs[0] : x);
        }

        return Share(expression, inputs, rows, columns);
    }

    private Node Number(double value) => Share(Expression.Constant(value), [], 1, 1);

    private static double Fold(Expression expression, Node[] inputs)
    {
        var values = Array.ConvertAll(inputs, x => new Matrix(1, 1, [x.Arguments.Value]));
        return expression.Op.Reference(expression, values, new ReferenceContext()).Values[0];
    }

    private Node Share(Expression expression, Node[] inputs, int rows, int columns)
    {
        var key = new Key(expression, inputs, rows, columns);
        if (shared.TryGetValue(key, out var node))
            return node;
        node = new Node(Nodes.Count, expression, inputs, rows, columns);
        shared.Add(key, node);
        Nodes.Add(node);
        return node;
    }

    private void RemoveUnused(IReadOnlyList<Expression> roots, bool withViews)
    {
        var used = new HashSet<Node>();
        foreach (var root in roots)
            used.Add(nodeOf[root]);
        // What is read after the run has memory of its own, for its base may change. So does what only by chance has the shape of
        // its base: with another shape, base and user are never one group.
        foreach (var node in Nodes)
        {
            node.IsView = withViews && node.Op.Lowering is Lowering.View && !used.Contains(node)
                && (node.Rows, node.Columns) != (node.Inputs[0].Base.Rows, node.Inputs[0].Base.Columns);
        }

        for (var i = Nodes.Count - 1; i >= 0; i--)
        {
            if (!used.Contains(Nodes[i]))
                continue;
            foreach (var input in Nodes[i].Inputs)
                used.Add(input);
        }

        Nodes.RemoveAll(node => !used.Contains(node));
        foreach (var node in Nodes.Where(node => !node.IsView))
            foreach (var input in node.Inputs.Select(input => input.Base).Distinct())
                input.Users.Add(node);
    }

    /// <summary>What makes two nodes equal: op, arguments, inputs and shape; inputs and parameters are equal only to
    /// themselves.</summary>
    private readonly struct Key(Expression expression, Node[] inputs, int rows, int columns) : IEquatable<Key>
    {
        private readonly Op op = expression.Op;
        private readonly OpArguments arguments = expression.Arguments;
        private readonly object? identity =
            expression.Op == Ops.Input || expression.Op == Ops.Parameter ? expression : expression.Data;
        private readonly Node[] inputs = inputs;
        private readonly int rows = rows, columns = columns;

        // By bits, for 0 and −0 are equal numbers and not equal divisors.
        public bool Equals(Key other) => op == other.op && arguments == other.arguments
            && BitConverter.DoubleToInt64Bits(arguments.Value) == BitConverter.DoubleToInt64Bits(other.arguments.Value)
            && rows == other.rows && columns == other.columns && ReferenceEquals(identity, other.identity)
            && inputs.AsSpan().SequenceEqual(other.inputs);

        public override bool Equals(object? obj) => obj is Key key && Equals(key);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(op);
            hash.Add(arguments);
            hash.Add(identity is null ? 0 : System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(identity));
            hash.Add(rows);
            hash.Add(columns);
            foreach (var input in inputs)
                hash.Add(input.Id);
            return hash.ToHashCode();
        }
    }
}
