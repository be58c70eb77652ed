namespace Gradus;

/// <summary>What the recipe found, in its order.</summary>
/// <param name="Checks">One a line.</param>
/// <param name="Seconds">Wall-clock time of all.</param>
public sealed record RecipeReport(IReadOnlyList<RecipeCheck> Checks, double Seconds)
{
    /// <summary>The worst of the checks.</summary>
    public Verdict Verdict => Checks.Count == 0 ? Verdict.Pass : Checks.Max(check => check.Verdict);

    /// <summary>The check of that name; null if it was not made.</summary>
    /// <param name="name">Such as <c>initial-loss</c>.</param>
    public RecipeCheck? this[string name] => Checks.FirstOrDefault(check => check.Name == name);
}
