namespace Gradus.Programs;

/// <summary>Makes a <see cref="Chain"/> of the elementwise nodes of a group: chooses the kernel's form, repeats operands that
/// it cannot take as numbers, and gives registers to results that stay within a block.</summary>
internal sealed class ChainBuilder
{
    private readonly Group group;
    private readonly RunState state;
    private readonly ChainTraversal traversal;
    private readonly List<ChainStep> prologue = [];
    private readonly List<ChainStep> steps = [];
    private readonly Dictionary<Node, ChainOperand> operands = [];
    private readonly Dictionary<Node, ChainOperand> repeated = [];
    private readonly Stack<int> freeRegisters = new();
    private int registers;

    private ChainBuilder(Group group, RunState state)
    {
        this.group = group;
        this.state = state;
        var hasRowsOrColumns = group.Elementwise.SelectMany(node => node.Inputs)
            .Any(x => !Fills(x) && (x.Rows != 1 || x.Columns != 1));
        traversal = Chain.TraversalOf(group.Columns, hasRowsOrColumns);
    }

    public static Chain Build(Group group, RunState state)
    {
        var builder = new ChainBuilder(group, state);
        var nodes = group.Elementwise.ToList();
        for (var i = 0; i < nodes.Count; i++)
        {
            builder.Add(nodes[i]);
            foreach (var x in nodes[i].Inputs.Distinct())
            {
                if (nodes.FindLastIndex(node => Array.IndexOf(node.Inputs, x) >= 0) == i)
                    builder.Release(x);
            }
        }

        return new Chain(group.Rows, group.Columns, builder.traversal, [.. builder.prologue], [.. builder.steps], builder.registers);
    }

    private void Add(Node node)
    {
        var inputs = Array.ConvertAll(node.Inputs, Operand);
        // A result that takes a register gets it after its operands, which may still be read.
        var y = operands[node] = node.Slot is { } slot
            ? new ChainOperand(ChainOperandKind.Full, slot) : new ChainOperand(ChainOperandKind.Register, Register: TakeRegister());
        steps.Add(node.Op.Lowering switch
        {
            Lowering.Unary unary => new UnaryStep(unary.Kernel(node.Arguments), Vector(node, 0), y),
            Lowering.Binary { VectorScalar: { } kernel } when IsNumber(inputs[1]) =>
                new VectorScalarStep(kernel, Vector(node, 0), inputs[1], y),
            Lowering.Binary { ScalarVector: { } kernel } when IsNumber(inputs[0]) =>
                new ScalarVectorStep(kernel, inputs[0], Vector(node, 1), y),
            Lowering.Binary binary => new BinaryStep(binary.Kernel, Vector(node, 0), Vector(node, 1), y),
            Lowering.Ternary ternary => new TernaryStep(ternary.Kernel, Vector(node, 0), Vector(node, 1), Vector(node, 2), y),
            Lowering.Random random => new RandomStep(random.Kernel, node.Arguments, state, y),
            Lowering.Broadcast when IsNumber(inputs[0]) => new FillStep(inputs[0], y),
            Lowering.Broadcast => new CopyStep(Vector(node, 0), y),
            _ => throw new InvalidOperationException($"'{node.Source.Operation}' is not elementwise."),
        });
    }

    private ChainOperand Operand(Node x)
    {
        if (!operands.TryGetValue(x, out var operand))
        {
            operand = x.IsNumber ? new ChainOperand(ChainOperandKind.Number, Number: (float)x.Arguments.Value)
                : new ChainOperand(KindOf(x), x.Memory);
            operands.Add(x, operand);
        }

        return operand;
    }

    private ChainOperandKind KindOf(Node x) => Fills(x) ? ChainOperandKind.Full
        : x.Rows == 1 && x.Columns == 1 ? ChainOperandKind.Scalar
        : x.Rows == 1 ? ChainOperandKind.Row : ChainOperandKind.Column;

    private bool Fills(Node x) => x.Rows == group.Rows && x.Columns == group.Columns && !x.IsNumber;

    private bool IsNumber(ChainOperand operand) =>
        operand.Kind is ChainOperandKind.Number or ChainOperandKind.Scalar
        || (operand.Kind == ChainOperandKind.Column && traversal == ChainTraversal.RowByRow);

    /// <summary>The operand as a vector: itself, or repeated into a register.</summary>
    private ChainOperand Vector(Node node, int index)
    {
        var x = node.Inputs[index];
        var operand = Operand(x);
        if (operand.Kind is ChainOperandKind.Full or ChainOperandKind.Register
            || (operand.Kind == ChainOperandKind.Row && traversal == ChainTraversal.RowByRow))
        {
            return operand;
        }

        if (repeated.TryGetValue(x, out var vector))
            return vector;
        // Filled once a run where nothing changes from block to block. These registers are never given to another value.
        var isRow = operand.Kind == ChainOperandKind.Row;
        vector = repeated[x] = new ChainOperand(
            isRow ? ChainOperandKind.Repeated : ChainOperandKind.Register, Register: registers++);
        if (isRow)
            prologue.Add(new RepeatRowStep(operand, vector));
        else if (operand.Kind != ChainOperandKind.Column)
            prologue.Add(new FillStep(operand, vector));
        else
            steps.Add(traversal == ChainTraversal.Narrow ? new RepeatColumnStep(operand, vector) : new FillStep(operand, vector));
        return vector;
    }

    private int TakeRegister() => freeRegisters.TryPop(out var register) ? register : registers++;

    private void Release(Node x)
    {
        if (operands[x].Kind == ChainOperandKind.Register)
            freeRegisters.Push(operands[x].Register);
    }
}
