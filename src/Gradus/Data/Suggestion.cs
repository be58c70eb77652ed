namespace Gradus;

/// <summary>Finds the name that was probably meant, for error messages.</summary>
public static class Suggestion
{
    /// <summary>The candidate nearest to <paramref name="name"/> by edit distance (case does not count), or
    /// <see langword="null"/> when none is near: more than half of the letters differ, or more than a third and more than two.</summary>
    /// <param name="name">What was typed.</param>
    /// <param name="candidates">The names that exist.</param>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
        string? best = null;
        var bestDistance = Math.Max(2, name.Length / 3) + 1;
        foreach (var candidate in candidates)
        {
            var distance = Distance(name, candidate);
            if (distance >= bestDistance || 2 * distance > Math.Max(name.Length, candidate.Length))
                continue;
            (best, bestDistance) = (candidate, distance);
        }
        return best;
    }

    /// <summary>" Did you mean 'x'?" or " Known: a, b, c." — the tail of a message about an unknown name.</summary>
    internal static string Tail(string name, IEnumerable<string> candidates)
    {
        var known = candidates as IReadOnlyCollection<string> ?? [.. candidates];
        var near = Nearest(name, known);
        return near is not null ? $" Did you mean '{near}'?" : $" Known: {List(known)}.";
    }

    /// <summary>The first names, comma-separated, with a count of the rest.</summary>
    internal static string List(IEnumerable<string> names, int limit = 12)
    {
        var all = names as IReadOnlyCollection<string> ?? [.. names];
        var shown = string.Join(", ", all.Take(limit));
        return all.Count > limit ? $"{shown}, … ({all.Count - limit} more)" : all.Count == 0 ? "none" : shown;
    }

    // Levenshtein distance, one row at a time.
    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]);
                var value = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1));
                (diagonal, row[j]) = (row[j], value);
            }
        }
        return row[b.Length];
    }
}
