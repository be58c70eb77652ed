namespace Gradus.Benchmarks;

/// <summary>Which data sets of a suite a command line names.</summary>
internal static class NamedSets
{
    /// <summary>Those that are named, in the suite's order; all if none is.</summary>
    /// <exception cref="GradusException">A name is none of the suite's.</exception>
    public static IEnumerable<T> Choose<T>(IReadOnlyCollection<T> sets, Func<T, string> nameOf, IReadOnlyList<string> only)
    {
        foreach (var name in only)
        {
            if (sets.All(set => nameOf(set) != name))
                throw new GradusException($"'{name}' is no data set of this suite. Known: {string.Join(", ", sets.Select(nameOf))}.");
        }

        return sets.Where(set => only.Count == 0 || only.Contains(nameOf(set)));
    }
}
