namespace Gradus.Benchmarks.Faults;

/// <summary>What the recipe finds on a data set.</summary>
/// <param name="Data">Its name.</param>
/// <param name="Known">Checks that rightly do not pass on the data as they are.</param>
/// <param name="Faults">For each fault that can be planted there, those that do not pass then but do on the plain set-up.</param>
/// <param name="Sound">For each sound set-up, those that do not pass, but for <paramref name="Known"/>.</param>
internal sealed record FaultRun(string Data, string[] Known, IReadOnlyDictionary<Fault, string[]> Faults, IReadOnlyDictionary<string, string[]> Sound);
