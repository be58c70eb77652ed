namespace Gradus;

/// <summary>Where and how often training writes down all that it knows, so that a run that was interrupted, or killed at any moment,
/// goes on to the same bits.</summary>
/// <remarks>The folder holds one file, <c>checkpoint.safetensors</c>: weights, best weights, the optimiser's vectors, averages of
/// weights, the history, how far training is, and what the run is made of. It is replaced as a whole, so there is always one that can
/// be read. The first is written before the first step, the last when training ends. One run at a time uses a folder.</remarks>
/// <param name="Folder">The folder; it is made if need be.</param>
public sealed record CheckpointOptions(string Folder)
{
    /// <summary>Epochs from one checkpoint to the next; at least 1. Not used with an <see cref="Interval"/>.</summary>
    public int Epochs
    {
        get;
        init => field = value >= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(Epochs), value, "Epochs must be at least 1.");
    } = 1;

    /// <summary>Time from one checkpoint to the next, within epochs too; above 0, null to count <see cref="Epochs"/>.</summary>
    public TimeSpan? Interval
    {
        get;
        init => field = value is null || value > TimeSpan.Zero ? value
            : throw new ArgumentOutOfRangeException(nameof(Interval), value, "Interval must be above 0.");
    }

    /// <summary>Whether to go on from the folder's checkpoint; from the beginning if it has none. Otherwise a folder with the checkpoint
    /// of a run that has not ended is refused.</summary>
    public bool Resume { get; init; }

    /// <summary>Kept with the checkpoint, for those who resume it: the command line keeps its arguments here.</summary>
    public string? Note { get; init; }
}
