namespace Gradus.Benchmarks.Faults;

/// <summary>Something wrong, planted into a sound set-up.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="MeantFor">The checks that are there to find it.</param>
/// <param name="Plant">The set-up with the fault; null where it cannot be planted, such as a class into a regression.</param>
internal sealed record Fault(string Name, string[] MeantFor, Func<RecipeSetup, RecipeSetup?> Plant);
