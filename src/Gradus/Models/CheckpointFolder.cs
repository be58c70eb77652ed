namespace Gradus;

/// <summary>The folder of a run's checkpoint, held by one run at a time.</summary>
internal sealed class CheckpointFolder : IDisposable
{
    private readonly CheckpointOptions options;
    private readonly IReadOnlyDictionary<string, string> fingerprint;
    private readonly FileStream held;
    private TrainingState? start;

    private CheckpointFolder(CheckpointOptions options, IReadOnlyDictionary<string, string> fingerprint, FileStream held) =>
        (this.options, this.fingerprint, this.held) = (options, fingerprint, held);

    /// <summary>Whether it had the checkpoint of a run that has ended and is not resumed.</summary>
    public bool IsReplaced { get; private set; }

    /// <summary>Takes the folder, and reads what is to be resumed.</summary>
    /// <exception cref="GradusException">The folder is in use, cannot be written, holds a run that has not ended although none is to be
    /// resumed, or the checkpoint to resume is of another run or damaged.</exception>
    public static CheckpointFolder Open(CheckpointOptions options, IReadOnlyDictionary<string, string> fingerprint)
    {
        var folder = new CheckpointFolder(options, fingerprint, Hold(options.Folder));
        try
        {
            folder.Begin();
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Where to go on, once, for it is as large as several networks; null to begin.</summary>
    public TrainingState? TakeStart()
    {
        var taken = start;
        start = null;
        return taken;
    }

    /// <summary>Replaces the checkpoint.</summary>
    public void Write(TrainingState state) => CheckpointFile.Write(CheckpointFile.PathIn(options.Folder), state, fingerprint, options.Note);

    public void Dispose() => held.Dispose();

    private void Begin()
    {
        var path = CheckpointFile.PathIn(options.Folder);
        if (File.Exists(path))
        {
            var (state, there, _) = CheckpointFile.Read(path);
            if (options.Resume)
            {
                var differences = Fingerprint.Differences(there, fingerprint);
                start = differences.Count == 0 ? state : throw new GradusException($"The checkpoint in '{options.Folder}' is of another run: "
                    + $"{string.Join("; ", differences)}. Give the same network, data and options, or begin anew in another folder.");
            }
            else if (state.Ended is null)
            {
                throw new GradusException($"'{options.Folder}' holds the checkpoint of a run that was interrupted"
                    + $"{(state.Epoch > 0 ? $" in epoch {state.Epoch}" : "")}. Resume it, give another folder, or delete this one.");
            }

            IsReplaced = !options.Resume;
        }

        AtomicFile.RemoveUnfinished(path);   // what a killed run left
    }

    private static FileStream Hold(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new GradusException($"The folder '{folder}' cannot be used for checkpoints: {e.Message} Another run may be using it; give another.", e);
        }
    }
}
