using System.Security.Cryptography;
using System.Text;

namespace Gradus;

/// <summary>The checkpoints of an ensemble: the folder's own says what the run is made of and whether it has ended, and each member
/// has one in a folder below it: <c>member1</c>, <c>member2</c> ….</summary>
/// <remarks>A member that has ended keeps its last checkpoint, with its best weights and its history, and is resumed to its end at once.
/// Members of an earlier run are deleted before the folder's own checkpoint says that there is another run.</remarks>
internal sealed class EnsembleCheckpoint : IDisposable
{
    private const string MembersKey = "members";

    private readonly CheckpointOptions options;
    private readonly int members;
    private readonly CheckpointFolder folder;
    private readonly string run;   // stands for its fingerprint in those of the members
    private readonly List<CheckpointFolder> opened = [];

    private EnsembleCheckpoint(CheckpointOptions options, IReadOnlyDictionary<string, string> fingerprint, int members)
    {
        (this.options, this.members, folder) = (options, members, CheckpointFolder.Open(options, fingerprint));
        run = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', fingerprint.Select(each => $"{each.Key}={each.Value}")))));
    }

    /// <summary>Takes the folder, and begins a run in it if none is resumed.</summary>
    /// <exception cref="GradusException">As for <see cref="CheckpointFolder.Open"/>.</exception>
    public static EnsembleCheckpoint Open(CheckpointOptions options, IReadOnlyDictionary<string, string> fingerprint, int members)
    {
        var checkpoint = new EnsembleCheckpoint(options, fingerprint, members);
        try
        {
            if (checkpoint.folder.TakeStart() is null)
                checkpoint.Begin();
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>The folder of member i, from 0.</summary>
    public static string FolderOf(string folder, int index) => Path.Combine(folder, FormattableString.Invariant($"member{index + 1}"));

    /// <summary>How many members a checkpoint is of; 0 if it is of a single network.</summary>
    public static int MembersOf(TrainingState state) => (int)state.Numbers.GetValueOrDefault(MembersKey);

    /// <summary>The checkpoint of member i, from 0, which stays open until this one is closed.</summary>
    public CheckpointFolder Member(int index)
    {
        var member = CheckpointFolder.Open(
            options with { Folder = FolderOf(options.Folder, index), Resume = true, Note = null },
            new Dictionary<string, string> { ["run"] = run, ["member"] = FormattableString.Invariant($"{index + 1}") });
        lock (opened)
            opened.Add(member);
        return member;
    }

    /// <summary>Writes down why the run has ended.</summary>
    public void End(StopReason reason) => Write(reason);

    public void Dispose()
    {
        foreach (var member in opened)
            member.Dispose();
        folder.Dispose();
    }

    private void Begin()
    {
        for (var i = 0; i < members; i++)
        {
            var there = FolderOf(options.Folder, i);
            if (!File.Exists(CheckpointFile.PathIn(there)))
                continue;
            if (!folder.IsReplaced)   // it is no member of a run here: refused unless it has ended
                CheckpointFolder.Open(new CheckpointOptions(there), new Dictionary<string, string>()).Dispose();
            File.Delete(CheckpointFile.PathIn(there));
        }

        Write(ended: null);
    }

    private void Write(StopReason? ended)
    {
        var state = new TrainingState
        {
            Epoch = 0,
            Row = 0,
            LossSum = 0,
            Step = 0,
            BestEpoch = 0,
            Best = null,
            Seconds = 0,
            Ended = ended,
            Reports = [],
        };
        state.Numbers[MembersKey] = members;
        folder.Write(state);
    }
}
