namespace Gradus.Benchmarks.Faults;

/// <summary>A data set of the suite.</summary>
/// <param name="Data">Its name.</param>
/// <param name="Target">The column to predict.</param>
internal sealed record FaultSet(string Data, string Target)
{
    /// <summary>Columns that are left out.</summary>
    public string[] Ignored { get; init; } = [];

    /// <summary>Checks that rightly do not pass on the data as they are.</summary>
    public string[] Known { get; init; } = [];
}
