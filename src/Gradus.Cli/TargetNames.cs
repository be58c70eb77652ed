namespace Gradus.Cli;

/// <summary>Reads <c>--target</c>: a column, or several with commas between. A name that holds a comma itself is found first.</summary>
internal static class TargetNames
{
    /// <exception cref="GradusException">There is no such column; the nearest is suggested.</exception>
    public static IReadOnlyList<string> Find(string text, Table table)
    {
        var parts = text.Split(',');
        var names = new List<string>();
        for (var first = 0; first < parts.Length;)
        {
            var end = parts.Length;
            while (end > first + 1 && !table.TryGetColumn(Join(first, end), out _))
                end--;
            names.Add(table[Join(first, end)].Name);
            first = end;
        }

        return names;

        string Join(int first, int end) => string.Join(',', parts[first..end]) is var name && table.TryGetColumn(name, out _) ? name : name.Trim();
    }

    /// <summary>The targets of a model with commas between.</summary>
    public static string Of(Model model) => string.Join(", ", model.Heads.Select(head => head.Target));
}
