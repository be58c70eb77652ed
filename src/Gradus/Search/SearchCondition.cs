namespace Gradus;

/// <summary>When a parameter of a search matters: only where another, a choice, has one of some values. A trial in which it does not
/// hold has no value of the parameter. So a space is a tree (Bergstra et al. 2011, section 2).</summary>
/// <param name="Name">The other parameter.</param>
/// <param name="Values">Some of its choices.</param>
public sealed record SearchCondition(string Name, IReadOnlyList<string> Values)
{
    internal bool Holds(IReadOnlyDictionary<string, string> values) => values.TryGetValue(Name, out var value) && Values.Contains(value);

    /// <summary>As messages have it.</summary>
    public override string ToString() => $"{Name}={string.Join(',', Values)}";
}
