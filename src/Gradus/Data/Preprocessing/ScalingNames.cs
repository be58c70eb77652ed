namespace Gradus;

/// <summary>The names of scalings on a command line and in documents.</summary>
public static class ScalingNames
{
    /// <summary>Every scaling and its name, the default first.</summary>
    public static IReadOnlyList<(string Name, Scaling Scaling)> All { get; } =
    [
        ("standard", Scaling.Standardize), ("minmax", Scaling.MinMax), ("quantile", Scaling.Quantile), ("robust", Scaling.Robust),
        ("power", Scaling.Power), ("log", Scaling.Log), ("none", Scaling.None),
    ];

    /// <summary>The scalings that a regression's target can have: those that any output can be turned back from.</summary>
    public static IReadOnlyList<(string Name, Scaling Scaling)> OfTargets { get; } =
        [.. All.Where(each => each.Scaling is Scaling.Standardize or Scaling.MinMax or Scaling.Log or Scaling.None)];

    /// <summary>The name of a scaling.</summary>
    public static string Of(Scaling scaling) => All.First(each => each.Scaling == scaling).Name;

    internal static string List(IEnumerable<(string Name, Scaling Scaling)> names) => string.Join(", ", names.Select(each => each.Name));
}
