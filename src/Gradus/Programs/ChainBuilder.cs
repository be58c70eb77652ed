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
        var items = builder.MergeProducts();
        for (var i = 0; i < items.Count; i++)
        {
            builder.Add(items[i]);
            foreach (var x in items[i].Inputs.Distinct())
            {
                if (items.FindLastIndex(item => Array.IndexOf(item.Inputs, x) >= 0) == i)
                    builder.Release(x);
            }
        }

        return new Chain(group.Rows, group.Columns, builder.traversal, [.. builder.prologue], [.. builder.steps], builder.registers);
    }

    /// <summary>a · b + c and c − s · a become one step where a kernel for it exists: one pass over the block fewer. The
    /// product is rounded before the sum, so merging changes no bit.</summary>
    private List<Item> MergeProducts()
    {
        var items = new List<Item>();
        foreach (var node in group.Elementwise)
        {
            var product = Array.Find(node.Inputs, x => IsMergeable(x, node));
            if (product is not null)
                items.RemoveAll(item => item.Node == product);
            items.Add(new Item(node, product));
        }

        return items;
    }

    private bool IsMergeable(Node product, Node node)
    {
        if (product.Op != Ops.Multiply || product.Group != group || product.Slot is not null
            || product.Users.Count != 1 || node.Inputs[0] == node.Inputs[^1])
        {
            return false;
        }

        var hasNumber = IsNumber(product.Inputs[0]) || IsNumber(product.Inputs[1]);
        var addend = node.Inputs[0] == product ? node.Inputs[1] : node.Inputs[0];
        return node.Op == Ops.Add ? !hasNumber || !IsNumber(addend)
            : node.Op == Ops.Subtract && node.Inputs[1] == product && hasNumber && !IsNumber(addend);
    }

    private void Add(Item item)
    {
        var node = item.Node;
        foreach (var x in item.Inputs)
            Operand(x);
        // A result that takes a register gets it while its operands still hold theirs.
        var y = operands[node] = node.Slot is { } slot
            ? new ChainOperand(ChainOperandKind.Full, slot) : new ChainOperand(ChainOperandKind.Register, Register: TakeRegister());
        steps.Add(item.Product is null ? StepOf(node, y) : MergedStepOf(node, item.Inputs, y));
    }

    private ChainStep StepOf(Node node, ChainOperand y)
    {
        var x = node.Inputs;
        return node.Op.Lowering switch
        {
            Lowering.Unary unary => new UnaryStep(unary.Kernel(node.Arguments), Vector(x[0]), y),
            Lowering.Binary { VectorScalar: { } kernel } when IsNumber(x[1]) =>
                new VectorScalarStep(kernel, Vector(x[0]), Operand(x[1]), y),
            Lowering.Binary { ScalarVector: { } kernel } when IsNumber(x[0]) =>
                new ScalarVectorStep(kernel, Operand(x[0]), Vector(x[1]), y),
            Lowering.Binary binary => new BinaryStep(binary.Kernel, Vector(x[0]), Vector(x[1]), y),
            Lowering.Ternary ternary => new TernaryStep(ternary.Kernel, Vector(x[0]), Vector(x[1]), Vector(x[2]), y),
            Lowering.Random random => new RandomStep(random.Kernel, node.Arguments, state, y),
            Lowering.Broadcast when IsNumber(x[0]) => new FillStep(Operand(x[0]), y),
            Lowering.Broadcast => new CopyStep(Vector(x[0]), y),
            _ => throw new InvalidOperationException($"'{node.Source.Operation}' is not elementwise."),
        };
    }

    private ChainStep MergedStepOf(Node node, Node[] inputs, ChainOperand y)
    {
        var (a, b, c) = (inputs[0], inputs[1], inputs[2]);
        if (IsNumber(a))
            (a, b) = (b, a);
        if (IsNumber(b))
            return new MultiplyNumberAddStep(Vector(a), Operand(b), Vector(c), y, negate: node.Op == Ops.Subtract);
        return IsNumber(c) ? new MultiplyAddNumberStep(Vector(a), Vector(b), Operand(c), y)
            : new TernaryStep(System.Numerics.Tensors.TensorPrimitives.MultiplyAdd, Vector(a), Vector(b), Vector(c), y);
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

    /// <summary>Whether an operand is one number for a whole block.</summary>
    private bool IsNumber(Node x) => x.IsNumber || (!Fills(x) && KindOf(x) switch
    {
        ChainOperandKind.Scalar => true,
        ChainOperandKind.Column => traversal == ChainTraversal.RowByRow,
        _ => false,
    });

    /// <summary>The operand as a vector: itself, or repeated into a register.</summary>
    private ChainOperand Vector(Node x)
    {
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

    /// <summary>What one step computes: a node, or a sum together with a product that only it uses.</summary>
    private readonly record struct Item(Node Node, Node? Product)
    {
        /// <summary>What the step reads: the node's inputs, or both factors and the addend.</summary>
        public Node[] Inputs { get; } = Product is null ? Node.Inputs
            : [Product.Inputs[0], Product.Inputs[1], Node.Inputs[0] == Product ? Node.Inputs[1] : Node.Inputs[0]];
    }
}
