namespace Gradus;

/// <summary>Walks over expressions.</summary>
internal static class Graph
{
    /// <summary>Every expression that <paramref name="roots"/> depend on, inputs before users. The order depends on the
    /// graph alone. Iterative, so a network of ten thousand layers does not exhaust the stack.</summary>
    public static List<Expression> Order(IEnumerable<Expression> roots)
    {
        var order = new List<Expression>();
        var seen = new HashSet<Expression>(ReferenceEqualityComparer.Instance);
        var stack = new Stack<(Expression Node, int Next)>();
        foreach (var root in roots)
        {
            if (!seen.Add(root))
                continue;
            stack.Push((root, 0));
            while (stack.TryPop(out var top))
            {
                if (top.Next == top.Node.InputArray.Length)
                {
                    order.Add(top.Node);
                    continue;
                }

                stack.Push((top.Node, top.Next + 1));
                var input = top.Node.InputArray[top.Next];
                if (seen.Add(input))
                    stack.Push((input, 0));
            }
        }

        return order;
    }
}
