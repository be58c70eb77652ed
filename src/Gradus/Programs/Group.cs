using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>Nodes that become one instruction: one op that is not elementwise, or none, the elementwise nodes of the same
/// shape that run with it block by block, and perhaps a sum over all elements of one of these.</summary>
internal sealed class Group(Node first)
{
    // Columns of a part of a product for the elementwise work to follow part by part.
    private const int ShortestStretch = 384;

    private bool isSplitKnown;

    /// <summary>In the order of their ids.</summary>
    public List<Node> Nodes { get; private set; } = [first];

    /// <summary>The op that is not elementwise, null for a chain alone.</summary>
    public Node? Head { get; private set; } = first.IsElementwise ? null : first;

    /// <summary>The sum over all elements of one of the nodes, null for none.</summary>
    public Node? Total { get; private set; }

    /// <summary>Groups that must run before this one beside those whose results it reads: they read what this one
    /// overwrites.</summary>
    public List<Group> After { get; } = [];

    /// <summary>Position in the program.</summary>
    public int Position { get; set; } = -1;

    public int Rows => Nodes[0].Rows;

    public int Columns => Nodes[0].Columns;

    public IEnumerable<Node> Elementwise => Nodes.Where(node => node != Head && node != Total);

    /// <summary>Elements · operations of the elementwise work.</summary>
    public long Work => (long)Rows * Columns * Elementwise.Count();

    /// <summary>The head as a product; it must be one.</summary>
    public MatrixProduct Product => field ??= Head is { Inputs: [var a, _], Arguments: var how } head
        ? new MatrixProduct(head.Rows, head.Columns, how.TransposeLeft ? a.Rows : a.Columns, how.TransposeLeft, how.TransposeRight) { IsRunOften = IsRunOften }
        : throw new InvalidOperationException("The group has no product.");

    /// <summary>The head as a product in two halves, if it is a product with a parameter that is trained, and worth splitting. Asked for when
    /// places have been given.</summary>
    public SplitProduct? Split => isSplitKnown ? field : field = FindSplit();

    /// <summary>Whether the program trains, and so will run many times: then it is worth while to compile more for it from the start.</summary>
    public bool IsRunOften { get; set; }

    /// <summary>Elements · operations from which it is worth while to compile a formula.</summary>
    public long FormulaWork { get; set; } = long.MaxValue;

    /// <summary>Whether elementwise work follows a product part by part. In the epilogue of narrow parts it would run in stretches of a few
    /// vectors, unless a formula runs through them; over whole rows, right after the product, it is faster although the product has left the
    /// first cache level.</summary>
    public bool HasEpilogue => Nodes.Count > 1 && (IsFormula || (Split?.Region(0) ?? Product.Part(0)).Columns >= Math.Min(Columns, ShortestStretch));

    /// <summary>Whether nothing but the epilogue reads what the head, a product, computes, and it has places of its own for its results: then
    /// each part goes from the product to the epilogue in the worker's scratch memory, which stays in the caches.</summary>
    public bool IsHeadPassedOn => Head is { IsKept: false, Slot: null, Op.Lowering: Lowering.Product } head && HasEpilogue && Split is null
        && head.Users.TrueForAll(user => user.Group == this) && Elementwise.All(node => node.Slot is not null || (!node.IsKept && node.Users.TrueForAll(user => user.Group == this)));

    /// <summary>The groups whose results this one reads, and those it must wait for.</summary>
    public IEnumerable<Group> Dependencies()
    {
        foreach (var node in Nodes)
            foreach (var input in node.Inputs)
                if (input.Base.Group is { } group && group != this)
                    yield return group;
        foreach (var group in After)
            yield return group;
    }

    /// <summary>Whether <paramref name="target"/> must run before this group, in one step or more.</summary>
    public bool DependsOn(Group target, bool directly = true)
    {
        var seen = new HashSet<Group>();
        var stack = new Stack<Group>();
        foreach (var group in Dependencies())
        {
            if ((directly || group != target) && seen.Add(group))
                stack.Push(group);
        }

        while (stack.TryPop(out var group))
        {
            if (group == target)
                return true;
            foreach (var next in group.Dependencies())
            {
                if (seen.Add(next))
                    stack.Push(next);
            }
        }

        return false;
    }

    /// <summary>Takes the nodes of another group, if both have the same shape, at most one has a head that can carry an
    /// epilogue, and no third group must run between them.</summary>
    public bool TryAbsorb(Group other)
    {
        var head = (Head, other.Head) switch
        {
            (null, var h) => h,
            (var h, null) => h,
            _ => null,
        };
        if (other == this || Rows != other.Rows || Columns != other.Columns
            || (Head is not null && other.Head is not null)
            || (Total is not null && other.Total is not null) || Reads(other, Total) || Reads(this, other.Total)
            || (head is not null && (Total ?? other.Total) is not null && !CanCarryTotal(head))
            || (head is not null && !CanCarry(head, Head is null ? Nodes : other.Nodes))
            || DependsOn(other, directly: false) || other.DependsOn(this, directly: false))
        {
            return false;
        }

        foreach (var node in other.Nodes)
            node.Group = this;
        Nodes = [.. Nodes.Concat(other.Nodes).OrderBy(node => node.Id)];
        Head = head;
        Total ??= other.Total;
        return true;
    }

    /// <summary>Takes a sum over all elements of one of the nodes, if there is none yet.</summary>
    public bool TryAbsorbTotal(Node total)
    {
        if (Total is not null || (Head is not null && !CanCarryTotal(Head)))
            return false;
        total.Group = this;
        Nodes = [.. Nodes.Append(total).OrderBy(node => node.Id)];
        Total = total;
        return true;
    }

    // A sum is there when the last block has been run.
    private static bool Reads(Group group, Node? total) =>
        total is not null && group.Nodes.Exists(node => node != total && Array.Exists(node.Inputs, input => input.Base == total));

    private static bool CanCarryTotal(Node head) => head.Op.Lowering is Lowering.Product;

    // A product or a scatter is followed by its epilogue; nothing that the head itself reads may be computed there.
    private static bool CanCarry(Node head, List<Node> chain) =>
        head.Op.Lowering is Lowering.Product or Lowering.Movement { Kind: MovementKind.ScatterAddRows }
        && !chain.Exists(node => Array.Exists(head.Inputs, input => input.Base == node));

    private SplitProduct? FindSplit()
    {
        isSplitKnown = true;
        return Total is null && Head is { Inputs: [var a, { IsTrained: true }], Arguments: { TransposeLeft: false, TransposeRight: false } } head
            ? SplitProduct.Of(head.Rows, head.Columns, a.Columns) : null;
    }

    // All of it in formulas that take rectangles.
    private bool IsFormula => Formula.IsSupported && (Total is not null || Work >= FormulaWork)
        && Elementwise.All(node => node.Op.Lowering.Formula is not null && Array.TrueForAll(node.Inputs, x => x.Length == 1
            || (x.Columns == Columns && (x.Rows == Rows || Columns > Chain.NarrowColumns))));
}
