namespace Gradus;

/// <summary>The reference evaluator: the value of an expression in double precision, each op by the rule of its row.
/// </summary>
internal sealed class ReferenceContext(int batch = 0, ulong seed = 0, ulong step = 0)
{
    private readonly Dictionary<Expression, Matrix> values = new(ReferenceEqualityComparer.Instance);

    /// <summary>The batch size; taken from the first bound input whose rows are the batch if not given.</summary>
    public int Batch { get; private set; } = batch;

    public ulong Seed { get; } = seed;

    public ulong Step { get; } = step;

    public void Bind(Expression leaf, Matrix value)
    {
        if (leaf.Op != Ops.Input && leaf.Op != Ops.Parameter)
            throw new ArgumentException($"Only inputs and parameters take values; '{leaf.Operation}' is computed.");
        if (leaf.Shape.Rows.IsBatch && Batch == 0)
            Batch = value.Rows / leaf.Shape.Rows.Factor;
        if (value.Rows != leaf.Shape.Rows.Resolve(Batch) || value.Columns != leaf.Shape.Columns.Resolve(Batch))
        {
            throw new ArgumentException(
                $"{leaf.Operation} '{leaf.Name}' is {leaf.Shape} (batch {Batch}), its value {value.Rows} × {value.Columns}.");
        }

        values[leaf] = value;
    }

    /// <summary>Gives a computed expression another value than its own.</summary>
    public void Replace(Expression node, Matrix value) => values[node] = value;

    /// <summary>The same leaves with another value for one of them; nothing else is known.</summary>
    public ReferenceContext With(Expression leaf, Matrix value)
    {
        var copy = new ReferenceContext(Batch, Seed, Step);
        foreach (var (expression, known) in values)
        {
            if (expression.Op == Ops.Input || expression.Op == Ops.Parameter)
                copy.values[expression] = known;
        }

        copy.Bind(leaf, value);
        return copy;
    }

    /// <summary>The value of <paramref name="root"/>; values already known are kept.</summary>
    public Matrix Evaluate(Expression root)
    {
        foreach (var node in Graph.Order([root]))
        {
            if (values.ContainsKey(node))
                continue;
            var inputs = new Matrix[node.InputArray.Length];
            for (var i = 0; i < inputs.Length; i++)
                inputs[i] = values[node.InputArray[i]];
            values[node] = node.Op.Reference(node, inputs, this);
        }

        return values[root];
    }

    public int RowsOf(Expression node) => Size(node.Shape.Rows);

    public int ColumnsOf(Expression node) => Size(node.Shape.Columns);

    private int Size(Dimension side) => side.IsBatch && Batch == 0
        ? throw new ArgumentException("The batch size is not known: bind an input whose rows are the batch.")
        : side.Resolve(Batch);
}
