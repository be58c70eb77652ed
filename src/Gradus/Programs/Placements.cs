namespace Gradus.Programs;

/// <summary>The third pass: values that lie in memory shared with others. A computed value is written straight to its place
/// if everything that reads what it overwrites can run before; otherwise it is copied there at the end.</summary>
internal static class Placements
{
    /// <summary>Gives leaves and computed nodes their places.</summary>
    /// <returns>The copies to make at the end of a run.</returns>
    /// <exception cref="ArgumentException">Two values have the same place, or parameters are exchanged.</exception>
    public static List<(Node Value, Slot Place)> Run(ProgramGraph graph, IReadOnlyList<Placement> placements)
    {
        var leaves = new List<Node>();
        var values = new List<(Node Value, Slot Place)>();
        foreach (var placement in placements)
        {
            if (!graph.TryGet(placement.Value, out var node) || node is null)
                continue;   // a parameter that this program does not use
            if (!placement.IsSource)
            {
                values.Add((node, placement.Slot));
                continue;
            }

            node.Slot = placement.Slot;
            leaves.Add(node);
        }

        values.RemoveAll(value => value.Value.Slot == value.Place);   // w ← w
        foreach (var leaf in leaves)
            leaf.IsTrained = values.Count > 0 && leaf.Op == Ops.Parameter;

        for (var i = 0; i < values.Count; i++)
        {
            var (value, place) = values[i];
            if (values.FindIndex(other => other.Place.Overlaps(place)) != i)
                throw new ArgumentException($"Two values are placed in the same memory; one is '{value.Source.Operation}' ({value.Rows} × {value.Columns}).");
            if (value.IsLeaf && value.Slot is { } source && values.Exists(other => other.Place.Overlaps(source)))
                throw new ArgumentException($"The value of '{value.Source.Name}' is to be copied to where another lies, and is itself replaced.");
        }

        var copies = new List<(Node Value, Slot Place)>();
        foreach (var (value, place) in values)
        {
            value.IsKept = true;
            if (value.Slot is null && !value.IsLeaf && CanWriteTo(value, place, leaves))
                value.Slot = place;
            else
                copies.Add((value, place));
        }

        return copies;
    }

    private static bool CanWriteTo(Node value, Slot place, List<Node> leaves)
    {
        if (value.Group is not { } group)
            return false;
        var before = new List<Group>();
        foreach (var leaf in leaves)
        {
            if (leaf.Slot is not { } slot || !slot.Overlaps(place))
                continue;
            foreach (var user in leaf.Users)
            {
                if (user.Group != group && user.Group is { } reader)
                {
                    if (reader.DependsOn(group))
                        return false;
                    before.Add(reader);
                }
                else if (user == group.Head || user.Id > value.Id || slot != place || leaf.Rows != value.Rows)
                {
                    return false;   // within a block a value may be overwritten only after its last reader
                }
            }
        }

        group.After.AddRange(before);
        return true;
    }
}
