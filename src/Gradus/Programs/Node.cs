namespace Gradus.Programs;

/// <summary>An expression within a program that is being compiled: the batch size is known, equal subexpressions are one
/// node, and what it is used for is known.</summary>
internal sealed class Node(int id, Expression source, Node[] inputs, int rows, int columns)
{
    /// <summary>Position in an order in which inputs come before users.</summary>
    public int Id { get; } = id;

    /// <summary>One of the equal expressions that this node stands for.</summary>
    public Expression Source { get; } = source;

    public Node[] Inputs { get; } = inputs;

    public List<Node> Users { get; } = [];

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public int Length => checked(Rows * Columns);

    /// <summary>The nodes that are computed together with this one; null for leaves.</summary>
    public Group? Group { get; set; }

    /// <summary>Where the value lies; null while it lives in registers only. A view lies where its base does.</summary>
    public Slot? Slot
    {
        get => IsView ? Base.Slot : field;
        set;
    }

    /// <summary>Whether this is another node's memory under another shape: no instruction computes it, and its users count as
    /// users of the base.</summary>
    public bool IsView { get; set; }

    /// <summary>The node whose memory this is: itself, unless this is a view.</summary>
    public Node Base => IsView ? Inputs[0].Base : this;

    /// <summary>Whether this is a parameter of a program that assigns something: the parameter itself, or the gradient for a step that
    /// changes it. So it is another from run to run.</summary>
    public bool IsTrained { get; set; }

    /// <summary>Whether the value must be in memory after the run.</summary>
    public bool IsKept { get; set; }

    public Op Op => Source.Op;

    public OpArguments Arguments => Source.Arguments;

    public bool IsLeaf => Op.Lowering is Lowering.Leaf;

    public bool IsNumber => Op == Ops.Constant;

    public bool IsElementwise => Op.Lowering is Lowering.Unary or Lowering.Binary or Lowering.Ternary
        or Lowering.Random or Lowering.Broadcast;

    public Slot Memory => Slot ?? throw new InvalidOperationException($"'{Source.Operation}' was not given memory.");

    public override string ToString() => $"{Id}: {Source.Operation} {Rows} × {Columns}";
}
