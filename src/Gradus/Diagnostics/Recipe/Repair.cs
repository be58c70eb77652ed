namespace Gradus;

/// <summary>A change of the set-up that a failed check asks for.</summary>
/// <param name="Description">In a few words, such as <c>leave out the column 'alive'</c>.</param>
/// <param name="Apply">The set-up with the change.</param>
/// <param name="Options">The change as options of <c>train</c>: a name, and its value or null for a flag.</param>
public sealed record Repair(
    string Description, Func<RecipeSetup, RecipeSetup> Apply, IReadOnlyList<(string Name, string? Value)> Options);
