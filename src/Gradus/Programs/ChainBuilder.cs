using Gradus.Kernels;

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

    /// <summary>The node whose elements are summed, by a formula that it is part of; null for none.</summary>
    public Node? Summed => group.Total?.Inputs[0];

    /// <summary>Nodes of a formula at least: with fewer, one pass a node is as fast; but after a product (or a scatter), whose parts may be
    /// narrow, a formula saves a call for each of their rows.</summary>
    public int FewestNodes => group.Head is null ? 3 : 1;

    /// <summary>Makes the chain.</summary>
    /// <param name="group">Whose elementwise nodes it computes.</param>
    /// <param name="state">What random numbers depend on.</param>
    public static Chain Build(Group group, RunState state)
    {
        var builder = new ChainBuilder(group, state);
        var items = builder.Items();
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

    /// <summary>What becomes a step each: formulas of as many nodes as possible, and single nodes.</summary>
    private List<Item> Items()
    {
        var nodes = group.Elementwise.ToArray();
        if (!Formula.IsSupported || (group.Total is null && group.Work < group.FormulaWork))
            return MergeProducts(nodes);
        var items = new List<Item>();
        var single = 0;   // the first of the nodes that are not yet items
        for (var i = 0; i < nodes.Length;)
        {
            if (FormulaBuilder.Longest(this, nodes.AsSpan(i)) is not { } formula)
            {
                i++;
                continue;
            }

            items.AddRange(MergeProducts(nodes[single..i]));
            items.Add(new Item(formula));
            single = i += formula.Nodes.Count;
        }

        items.AddRange(MergeProducts(nodes[single..]));
        return items;
    }

    /// <summary>a · b + c and c − s · a become one step where a kernel for it exists: one pass over the block fewer. The
    /// product is rounded before the sum, so merging changes no bit.</summary>
    private List<Item> MergeProducts(Node[] nodes)
    {
        var items = new List<Item>();
        foreach (var node in nodes)
        {
            var product = Array.Find(node.Inputs, x => Array.IndexOf(nodes, x) >= 0 && IsMergeable(x, node));
            if (product is not null)
                items.RemoveAll(item => item.Node == product);
            items.Add(new Item(node, product));
        }

        return items;
    }

    private bool IsMergeable(Node product, Node node)
    {
        if (product.Op != Ops.Multiply || product.Slot is not null
            || product.Users.Count != 1 || node.Inputs[0] == node.Inputs[^1] || IsOverwritten(product.Inputs, product, node))
        {
            return false;
        }

        var hasNumber = IsNumber(product.Inputs[0]) || IsNumber(product.Inputs[1]);
        var addend = node.Inputs[0] == product ? node.Inputs[1] : node.Inputs[0];
        return node.Op == Ops.Add ? !hasNumber || !IsNumber(addend)
            : node.Op == Ops.Subtract && node.Inputs[1] == product && hasNumber && !IsNumber(addend);
    }

    /// <summary>Whether a result computed after <paramref name="node"/> and before <paramref name="user"/> has taken over the memory
    /// of an input, which would be read too late if the node were computed together with its user.</summary>
    private bool IsOverwritten(Node[] inputs, Node node, Node user) => group.Elementwise.Any(between =>
        between.Id > node.Id && between.Id < user.Id && between.Slot is { } taken
        && Array.Exists(inputs, input => input.Slot is { } slot && slot.Overlaps(taken)));

    /// <summary>The place of a result, which is given one.</summary>
    public ChainOperand Result(Node node) => operands[node] = node.Slot is { } slot
        ? new ChainOperand(ChainOperandKind.Full, slot) : new ChainOperand(ChainOperandKind.Register, Register: TakeRegister());

    private void Add(Item item)
    {
        if (item.Formula is { } formula)
        {
            if (Formula.IsSupported)
                steps.Add(formula.Build());
            return;
        }

        var node = item.Node;
        foreach (var x in item.Inputs)
            Operand(x);
        // A result that takes a register gets it while its operands still hold theirs.
        var y = Result(node);
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

    /// <summary>The operand that a node is.</summary>
    public ChainOperand Operand(Node x)
    {
        if (!operands.TryGetValue(x, out var operand))
        {
            operand = x.IsNumber ? new ChainOperand(ChainOperandKind.Number, Number: (float)x.Arguments.Value)
                : x == group.Head && group.IsHeadPassedOn ? new ChainOperand(ChainOperandKind.Part)
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
    public bool IsNumber(Node x) => x.IsNumber || (!Fills(x) && KindOf(x) switch
    {
        ChainOperandKind.Scalar => true,
        ChainOperandKind.Column => traversal == ChainTraversal.RowByRow,
        _ => false,
    });

    /// <summary>The operand as a vector: itself, or repeated into a register.</summary>
    public ChainOperand Vector(Node x)
    {
        var operand = Operand(x);
        if (operand.Kind is ChainOperandKind.Full or ChainOperandKind.Part or ChainOperandKind.Register
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
        // What a formula keeps in the machine's registers has no operand.
        if (operands.TryGetValue(x, out var operand) && operand.Kind == ChainOperandKind.Register)
            freeRegisters.Push(operand.Register);
    }

    /// <summary>What one step computes: a node, a sum together with a product that only it uses, or a formula, of which
    /// <paramref name="Node"/> is the last.</summary>
    private readonly record struct Item(Node Node, Node? Product = null, FormulaBuilder? Formula = null)
    {
        public Item(FormulaBuilder formula)
            : this(formula.Nodes[^1], Formula: formula)
        {
        }

        /// <summary>What the step reads: the nodes' inputs, or both factors and the addend.</summary>
        public Node[] Inputs { get; } = Formula is not null ? [.. Formula.Nodes.SelectMany(node => node.Inputs)]
            : Product is null ? Node.Inputs
            : [Product.Inputs[0], Product.Inputs[1], Node.Inputs[0] == Product ? Node.Inputs[1] : Node.Inputs[0]];
    }
}
