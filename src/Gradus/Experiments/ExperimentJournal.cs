using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>The finished runs of an experiment in a file, so that one that was interrupted, at whatever moment, goes on where it
/// was.</summary>
/// <remarks>A line of JSON that says what the experiment is, and a line for each run, on disk before the next begins. A last line
/// that was not written to its end is as if it had never been.</remarks>
public sealed class ExperimentJournal : IDisposable
{
    private const string Header = "gradusExperiment";

    private readonly Lock gate = new();
    private readonly FileStream stream;
    private readonly List<ExperimentRun> runs = [];

    private ExperimentJournal(string path, FileStream stream)
    {
        Path = path;
        this.stream = stream;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The runs that the file holds.</summary>
    public IReadOnlyList<ExperimentRun> Runs
    {
        get
        {
            lock (gate)
                return [.. runs];
        }
    }

    /// <summary>Opens the journal of an experiment, or begins it.</summary>
    /// <param name="path">The file; its folder is made if need be.</param>
    /// <param name="description">What decides the result, by name.</param>
    /// <exception cref="GradusException">The file is that of another experiment, is no journal, is damaged, is in use, or cannot be
    /// written.</exception>
    public static ExperimentJournal Open(string path, IReadOnlyDictionary<string, string> description)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(description);
        AtomicFile.CheckWritable(path);
        FileStream? stream = null;
        try
        {
            if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) is { } folder)
                Directory.CreateDirectory(folder);
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var journal = new ExperimentJournal(path, stream);
            journal.Read(description);
            return journal;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            stream?.Dispose();
            throw new GradusException($"The journal '{path}' cannot be opened: {e.Message} Is another run writing it?", e);
        }
        catch
        {
            stream?.Dispose();
            throw;
        }
    }

    /// <summary>Ends writing; the file stays.</summary>
    public void Dispose() => stream.Dispose();

    /// <summary>Adds a run; it is on disk afterwards.</summary>
    internal void Add(ExperimentRun run)
    {
        lock (gate)
        {
            runs.Add(run);
            Write(run.ToJson());
        }
    }

    private void Write(JsonObject line)
    {
        stream.Write(Encoding.UTF8.GetBytes(line.ToJsonString() + "\n"));
        stream.Flush(flushToDisk: true);
    }

    private void Read(IReadOnlyDictionary<string, string> description)
    {
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var whole = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        var lines = Encoding.UTF8.GetString(bytes, 0, whole).Split('\n');
        var number = 0;
        foreach (var line in lines.AsSpan(0, lines.Length - 1))   // behind the last line feed is nothing
        {
            number++;
            try
            {
                var json = JsonNode.Parse(line) ?? throw new FormatException("it is null");
                if (number == 1)
                    Compare(json[Header]?.AsObject() ?? throw new FormatException($"it has no '{Header}'"), description);
                else
                    runs.Add(ExperimentRun.Of(json));
            }
            catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
            {
                throw new GradusException($"Line {number} of '{Path}' cannot be read: {e.Message} It is no journal of an experiment, or is damaged. "
                    + "Delete it to begin anew, or choose another --out.", e);
            }
        }

        if (number == 0 && bytes.Length > 0 && bytes[0] != '{')
            throw new GradusException($"'{Path}' is no journal of an experiment. Choose another --out.");
        stream.SetLength(whole);
        if (number == 0)
            Write(new JsonObject { [Header] = new JsonObject(description.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value))) });
        stream.Position = stream.Length;
    }

    private void Compare(JsonObject written, IReadOnlyDictionary<string, string> description)
    {
        var differences = description.Keys.Union(written.Select(each => each.Key))
            .Select(name => (Name: name, Then: written[name]?.ToString() ?? "nothing", Now: description.GetValueOrDefault(name, "nothing")))
            .Where(each => each.Then != each.Now).Select(each => $"{each.Name} was {each.Then} and is now {each.Now}").ToArray();
        if (differences.Length > 0)
        {
            throw new GradusException($"'{Path}' holds the runs of another experiment: {string.Join("; ", differences)}. "
                + "Repeat its command, choose another --out, or delete it.");
        }
    }
}
