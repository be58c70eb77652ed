namespace Gradus;

/// <summary>What a folder's checkpoint says of its run.</summary>
/// <param name="Epoch">The epoch under way when it was written, from 1; 0 for an ensemble, whose members each have their own.</param>
/// <param name="Ended">Why training ended; null if it has not.</param>
/// <param name="Note">What <see cref="CheckpointOptions.Note"/> was.</param>
public sealed record CheckpointSummary(int Epoch, StopReason? Ended, string? Note)
{
    /// <summary>Reads the checkpoint of a folder.</summary>
    /// <exception cref="GradusException">There is none, or it is damaged.</exception>
    public static CheckpointSummary Read(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var path = CheckpointFile.PathIn(folder);
        if (!File.Exists(path))
        {
            throw new GradusException($"There is no checkpoint in '{folder}'{(Directory.Exists(folder) ? ": its run ended before the first step" : "")}. "
                + "'gradus train DATA --checkpoint DIR' writes one.");
        }

        var (state, _, note) = CheckpointFile.Read(path);
        return new CheckpointSummary(state.Epoch, state.Ended, note);
    }

    /// <summary>Reads the checkpoints of an ensemble's members, in order; null for those that have not begun. Empty for the folder of a
    /// single network.</summary>
    /// <exception cref="GradusException">There is no checkpoint, or one is damaged.</exception>
    public static IReadOnlyList<CheckpointSummary?> ReadMembers(string folder)
    {
        _ = Read(folder);
        var (state, _, _) = CheckpointFile.Read(CheckpointFile.PathIn(folder));
        return [.. Enumerable.Range(0, EnsembleCheckpoint.MembersOf(state)).Select(i => EnsembleCheckpoint.FolderOf(folder, i))
            .Select(each => File.Exists(CheckpointFile.PathIn(each)) ? Read(each) : null)];
    }
}
