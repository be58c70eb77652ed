using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>The trials of a study, made from its lines, and the lines that change them.</summary>
internal sealed class StudyEvents
{
    private const string Header = "gradusStudy";
    private const int Version = 1;

    private readonly List<StudyTrial> trials = [];
    private readonly Dictionary<string, long> seen = [];   // when each worker was last heard of, in ms since 1970
    private int line;

    public IReadOnlyList<StudyTrial> Trials => trials;

    public SearchSpace? Space { get; private set; }

    public IReadOnlyDictionary<string, string> Description { get; private set; } = new Dictionary<string, string>();

    public TimeSpan SilenceOf(string worker, long now) => TimeSpan.FromMilliseconds(now - seen.GetValueOrDefault(worker));

    public static string Begin(IReadOnlyDictionary<string, string> description, SearchSpace space) => new JsonObject
    {
        [Header] = Version,
        ["description"] = new JsonObject(description.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value))),
        ["space"] = space.ToJson(),
    }.ToJsonString();

    public static string Started(StudyTrial trial, string worker, long now) => Line("begin", trial.Number, worker, now, new()
    {
        ["phase"] = trial.Phase,
        ["epochs"] = trial.Epochs,
        ["parameters"] = new JsonObject(trial.Parameters.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value))),
    });

    public static string Retried(int trial, string worker, long now) => Line("retry", trial, worker, now, []);

    public static string GivenBack(int trial, string worker, long now) => Line("giveBack", trial, worker, now, []);

    public static string Reached(int trial, string worker, long now, int epoch, double value) =>
        Line("rung", trial, worker, now, new() { ["epoch"] = epoch, ["value"] = value });

    public static string Ended(int trial, string worker, long now, TrialResult result) => Line("end", trial, worker, now, new()
    {
        ["state"] = Camel(result.State),
        ["value"] = result.Value,
        ["bestEpoch"] = result.BestEpoch,
        ["epochs"] = result.EpochsTaken,
        ["seconds"] = Math.Round(result.Seconds, 3),
        ["metrics"] = new JsonObject(result.Metrics.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value))),
    });

    public static string Alive(string worker, long now) => new JsonObject { ["event"] = "alive", ["worker"] = worker, ["time"] = now }.ToJsonString();

    /// <summary>Takes what was added to the file.</summary>
    /// <exception cref="GradusException">It is no study, one of another version, or damaged.</exception>
    public void Take(IReadOnlyList<string> lines, string path)
    {
        foreach (var text in lines)
        {
            line++;
            try
            {
                Take(JsonNode.Parse(text)?.AsObject() ?? throw new FormatException("it is null"), path);
            }
            catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentOutOfRangeException)
            {
                throw new GradusException($"Line {line} of '{path}' cannot be read: {e.Message} It is no study, or is damaged. Choose another --study.", e);
            }
        }
    }

    private void Take(JsonObject json, string path)
    {
        if (line == 1)
        {
            var version = (int)(json[Header] ?? throw new FormatException($"it has no '{Header}'"));
            if (version != Version)
                throw new GradusException($"'{path}' is a study of version {version}; this Gradus reads version {Version}. Use the Gradus that began it, or choose another --study.");
            Space = SearchSpace.Of(json["space"]?.DeepClone());
            Description = Texts(json["description"]);
            return;
        }

        var worker = (string?)Of(json, "worker") ?? "";
        seen[worker] = Math.Max(seen.GetValueOrDefault(worker), (long)Of(json, "time"));
        var name = (string?)Of(json, "event");
        if (name == "alive")
            return;
        var number = (int)Of(json, "trial");
        if (name == "begin")
        {
            if (number != trials.Count + 1)
                throw new FormatException($"trial {number} begins after {trials.Count}");
            trials.Add(new StudyTrial(number, Texts(Of(json, "parameters")), (int)Of(json, "epochs"), (string?)Of(json, "phase") ?? "") { Worker = worker });
            return;
        }

        var trial = trials[number - 1];
        trials[number - 1] = name switch
        {
            "retry" => trial with { State = TrialState.Running, Worker = worker, Retries = trial.Retries + 1, Rungs = new Dictionary<int, double>() },
            "giveBack" => trial with { State = TrialState.Waiting },
            "rung" => trial with { Rungs = new Dictionary<int, double>(trial.Rungs) { [(int)Of(json, "epoch")] = (double)Of(json, "value") } },
            "end" => trial.HasEnded ? throw new FormatException($"trial {number} ends twice") : trial with
            {
                State = Enum.Parse<TrialState>((string?)Of(json, "state") ?? "", ignoreCase: true),
                Value = (double?)json["value"],
                BestEpoch = (int)Of(json, "bestEpoch"),
                EpochsTaken = (int)Of(json, "epochs"),
                Seconds = (double)Of(json, "seconds"),
                Metrics = Of(json, "metrics").AsObject().ToDictionary(each => each.Key, each => (double)(each.Value ?? throw new FormatException($"'{each.Key}' is null"))),
            },
            _ => throw new FormatException($"'{name}' is no event"),
        };
    }

    private static string Line(string name, int trial, string worker, long now, JsonObject more)
    {
        var json = new JsonObject { ["event"] = name, ["trial"] = trial, ["worker"] = worker, ["time"] = now };
        foreach (var (key, value) in more.ToArray())
        {
            more.Remove(key);
            json[key] = value;
        }

        return json.ToJsonString();
    }

    private static JsonNode Of(JsonObject json, string name) => json[name] ?? throw new FormatException($"'{name}' is missing");

    private static Dictionary<string, string> Texts(JsonNode? json) =>
        (json ?? throw new FormatException("a list of names is missing")).AsObject().ToDictionary(each => each.Key, each => (string?)each.Value ?? "");

    private static string Camel(TrialState state) => $"{state}" is var name ? char.ToLowerInvariant(name[0]) + name[1..] : "";
}
