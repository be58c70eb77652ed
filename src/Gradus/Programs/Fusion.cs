using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>The second pass: which nodes are computed together. Three fusions and no more: a product with the elementwise work
/// on its result, chains of elementwise work, and a total with the chain whose result it sums.</summary>
internal static class Fusion
{
    // A sum on the way saves writing and reading its terms, also where a formula saves little.
    private const int TotalShare = 16;

    /// <summary>Gives every computed node a group.</summary>
    /// <param name="nodes">All nodes, inputs before users.</param>
    /// <param name="fuse">Whether nodes are computed together at all.</param>
    /// <param name="formulaWork">Elements · operations from which it is worth while to compile a formula.</param>
    public static void Run(List<Node> nodes, bool fuse, long formulaWork)
    {
        foreach (var node in nodes)
        {
            if (node.IsLeaf || node.IsView)
                continue;
            if (fuse && IsTotal(node, formulaWork / TotalShare) && node.Inputs[0].Group is { } summed && summed.TryAbsorbTotal(node))
                continue;
            node.Group = new Group(node);
            if (!fuse || !node.IsElementwise)
                continue;
            // The latest input first: joining it keeps the values between in registers for the shortest time.
            foreach (var input in node.Inputs.Where(x => x.Group is not null).OrderByDescending(x => x.Id))
            {
                if (input.Group != node.Group && input.Group is { } group)
                    group.TryAbsorb(node.Group);
            }
        }
    }

    // Summed in a formula: so what is summed has to be part of one.
    private static bool IsTotal(Node node, long leastLength) =>
        Formula.IsSupported && node.Op == Ops.TotalOf
        && node.Inputs[0] is { IsElementwise: true, IsKept: false, Users.Count: 1 } x && x.Op.Lowering.Formula is not null && x.Length >= leastLength;

    /// <summary>The groups in an order that respects their dependencies; of those that are ready, the one whose nodes were
    /// written first comes first.</summary>
    public static List<Group> Schedule(List<Node> nodes)
    {
        var order = new List<Group>();
        var visited = new HashSet<Group>();
        var stack = new Stack<(Group Group, IEnumerator<Group> Next)>();
        foreach (var node in nodes)
        {
            if (node.Group is not { } root || !visited.Add(root))
                continue;
            stack.Push((root, root.Dependencies().GetEnumerator()));
            while (stack.TryPeek(out var top))
            {
                if (!top.Next.MoveNext())
                {
                    top.Group.Position = order.Count;
                    order.Add(stack.Pop().Group);
                }
                else if (visited.Add(top.Next.Current))
                {
                    stack.Push((top.Next.Current, top.Next.Current.Dependencies().GetEnumerator()));
                }
            }
        }

        return order;
    }
}
