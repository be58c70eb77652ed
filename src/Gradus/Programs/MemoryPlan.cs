using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>The fourth pass: one arena for all values, in which a value's memory is used again after its last reader, and an
/// elementwise result takes over the memory of an operand that ends with it.</summary>
internal sealed class MemoryPlan
{
    private readonly Dictionary<Node, int> offsets = [];
    private readonly Dictionary<Node, int> lastUse = [];
    private readonly List<(int Offset, int Length)> free = [];   // by offset, never adjacent
    private int length;

    /// <summary>Gives memory to every node that needs it and has none.</summary>
    public static void Run(List<Node> nodes, List<Group> order)
    {
        var plan = new MemoryPlan();
        foreach (var node in nodes.Where(node => node.IsLeaf && node.Slot is null && NeedsMemory(node)))
            plan.Allocate(node);
        foreach (var group in order)
            plan.Add(group);

        var arena = new AlignedBuffer(plan.length);
        foreach (var (node, offset) in plan.offsets)
            node.Slot = new Slot(arena, offset, node.Length);
    }

    /// <summary>Numbers are operands by themselves in elementwise work; other nodes need memory if they are read by another
    /// group, or after the run, or made by an op that is not elementwise.</summary>
    private static bool NeedsMemory(Node node) =>
        node.IsKept || node.Group is { } group && group.Head == node && !group.IsHeadPassedOn
        || (node.IsNumber ? node.Users.Exists(user => !user.IsElementwise)
            : node.IsLeaf || node.Users.Exists(user => user.Group != node.Group));

    private void Add(Group group)
    {
        // The head first: an epilogue's result may take over its memory.
        var taken = new HashSet<Node>();
        foreach (var node in group.Nodes.Where(NeedsMemory).OrderBy(node => node == group.Head ? -1 : node.Id))
        {
            lastUse[node] = node.IsKept ? int.MaxValue
                : node.Users.Aggregate(group.Position, (last, user) => Math.Max(last, user.Group?.Position ?? 0));
            if (node.Slot is not null)
                continue;
            if (node != group.Head && FindDying(group, node, taken) is { } operand)
            {
                offsets[node] = offsets[operand];
                taken.Add(operand);
            }
            else
            {
                Allocate(node);
            }
        }

        var inputs = group.Nodes.SelectMany(node => node.Inputs).Select(node => node.Base);
        foreach (var node in inputs.Concat(group.Nodes).Distinct())
        {
            if (!taken.Contains(node) && EndsWith(node, group))
                Free(node);
        }
    }

    private bool EndsWith(Node node, Group group) =>
        !node.IsLeaf && offsets.ContainsKey(node) && lastUse[node] == group.Position;

    private Node? FindDying(Group group, Node result, HashSet<Node> taken)
    {
        foreach (var reader in group.Elementwise)
        {
            foreach (var input in reader.Inputs)
            {
                var operand = input.Base;
                if (input.Rows == result.Rows && input.Columns == result.Columns && EndsWith(operand, group)
                    && !taken.Contains(operand) && operand != result
                    && operand.Users.TrueForAll(user => user.Group != group || (user != group.Head && user.Id <= result.Id)))
                {
                    return operand;
                }
            }
        }

        return null;
    }

    private void Allocate(Node node)
    {
        var needed = Slot.Aligned(node.Length);
        for (var i = 0; i < free.Count; i++)
        {
            var (offset, available) = free[i];
            if (available < needed)
                continue;
            offsets[node] = offset;
            if (available == needed)
                free.RemoveAt(i);
            else
                free[i] = (offset + needed, available - needed);
            return;
        }

        offsets[node] = length;
        length = checked(length + needed);
    }

    private void Free(Node node)
    {
        var (offset, size) = (offsets[node], Slot.Aligned(node.Length));
        if (size == 0)
            return;
        var i = free.FindIndex(block => block.Offset > offset);
        i = i < 0 ? free.Count : i;
        free.Insert(i, (offset, size));
        if (i + 1 < free.Count && free[i].Offset + free[i].Length == free[i + 1].Offset)
        {
            free[i] = (free[i].Offset, free[i].Length + free[i + 1].Length);
            free.RemoveAt(i + 1);
        }

        if (i > 0 && free[i - 1].Offset + free[i - 1].Length == free[i].Offset)
        {
            free[i - 1] = (free[i - 1].Offset, free[i - 1].Length + free[i].Length);
            free.RemoveAt(i);
        }
    }
}
