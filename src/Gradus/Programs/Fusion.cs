namespace Gradus.Programs;

/// <summary>The second pass: which nodes are computed together. Two fusions and no more: a product with the elementwise work
/// on its result, and chains of elementwise work.</summary>
internal static class Fusion
{
    /// <summary>Gives every computed node a group.</summary>
    public static void Run(List<Node> nodes, bool fuse)
    {
        foreach (var node in nodes)
        {
            if (node.IsLeaf || node.IsView)
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
