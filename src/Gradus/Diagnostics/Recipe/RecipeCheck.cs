namespace Gradus;

/// <summary>One line of the recipe.</summary>
/// <param name="Name">Such as <c>initial-loss</c>.</param>
/// <param name="Verdict">What was found.</param>
/// <param name="Expected">What a sound set-up shows, with the formula.</param>
/// <param name="Measured">What this one shows.</param>
/// <param name="Advice">What to do about it; empty if it passed.</param>
public sealed record RecipeCheck(string Name, Verdict Verdict, string Expected, string Measured, string Advice)
{
    /// <summary>What would set it right; null where a person must decide.</summary>
    public Repair? Repair { get; init; }

    internal static RecipeCheck Pass(string name, string expected, string measured) => new(name, Verdict.Pass, expected, measured, "");
}
