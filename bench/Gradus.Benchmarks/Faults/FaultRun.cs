namespace Gradus.Benchmarks.Faults;

/// <summary>What the recipe finds on a data set.</summary>
/// <param name="Set">The data set.</param>
/// <param name="Faults">For each fault that can be planted there, the checks that do not pass then but do on the plain set-up.</param>
/// <param name="Sound">For each sound set-up, the checks that do not pass, but for those known to.</param>
internal sealed record FaultRun(FaultSet Set, IReadOnlyDictionary<Fault, string[]> Faults, IReadOnlyDictionary<string, string[]> Sound)
{
    /// <summary>The name of the data set.</summary>
    public string Data => Set.Data;
}
