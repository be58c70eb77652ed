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

    public TimeSpan SilenceOf(string worker, DateTimeOffset now) => TimeSpan.FromMilliseconds(now.ToUnixTimeMilliseconds() - seen.GetValueOrDefault(worker));

    public static string Begin(IReadOnlyDictionary<string, string> description, SearchSpace space) => new JsonObject
    {
        [Header] = Version,
        ["description"] = new JsonObject(description.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value))),
        ["space"] = space.ToJson(),
    }.ToJsonString();

    public static string Started(StudyTrial trial, string worker, DateTimeOffset now) => Line("begin", trial.Number, worker, now, new()
    {
        ["phase"] = trial.Phase,
        ["epochs"] = trial.Epochs,
        ["parameters"] = new JsonObject(trial.Parameters.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value))),
    });

    public static string Retried(int trial, string worker, DateTimeOffset now) => Line("retry", trial, worker, now, []);

    public static string GivenBack(int trial, string worker, DateTimeOffset now) => Line("giveBack", trial, worker, now, []);

    public static string Reached(int trial, string worker, DateTimeOffset now, int epoch, double value) =>
        Line("rung", trial, worker, now, new() { ["epoch"] = epoch, ["value"] = value });

    public static string Ended(int trial, string worker, DateTimeOffset now, TrialResult result) => Line("end", trial, worker, now, new()
    {
        ["state"] = Camel(result.State),
        ["value"] = result.Value,
        ["bestEpoch"] = result.BestEpoch,
        ["epochs"] = result.EpochsTaken,
        ["seconds"] = Math.Round(result.Seconds, 3),
        ["metrics"] = new JsonObject(result.Metrics.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value))),
    });

    public static string Alive(string worker, DateTimeOffset now) => new JsonObject { ["event"] = "alive", ["worker"] = worker, ["time"] = now.ToUnixTimeMilliseconds() }.ToJsonString();

    /// <summary>Takes what was added to the journal.</summary>
    /// <exception cref="GradusException">It is no study, one of another version, or damaged.</exception>
    public void Take(IReadOnlyList<string> lines, string study)
    {
        foreach (var text in lines)
        {
            line++;
            try
            {
                using var json = JsonDocument.Parse(text);
                if (line == 1)
                    TakeHeader(json.RootElement, study);
                else
                    Take(json.RootElement);
            }
            catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
            {
                throw new GradusException($"Line {line} of '{study}' cannot be read: {e.Message} It is no study, or is damaged. Choose another --study.", e);
            }
        }
    }

    private void TakeHeader(JsonElement json, string study)
    {
        var version = Of(json, Header).GetInt32();
        if (version != Version)
            throw new GradusException($"'{study}' is a study of version {version}; this Gradus reads version {Version}. Use the Gradus that began it, or choose another --study.");
        Space = SearchSpace.Of(JsonNode.Parse(Of(json, "space").GetRawText()));
        Description = Texts(Of(json, "description"));
    }

    private void Take(JsonElement json)
    {
        var worker = Text(json, "worker");
        seen[worker] = Math.Max(seen.GetValueOrDefault(worker), Of(json, "time").GetInt64());
        var name = Text(json, "event");
        if (name == "alive")
            return;
        var number = Of(json, "trial").GetInt32();
        if (name == "begin")
        {
            if (number != trials.Count + 1)
                throw new FormatException($"trial {number} begins after {trials.Count}");
            trials.Add(new StudyTrial(number, Texts(Of(json, "parameters")), Of(json, "epochs").GetInt32(), Text(json, "phase")) { Worker = worker });
            return;
        }

        var trial = trials[number - 1];
        trials[number - 1] = name switch
        {
            "retry" => trial with { State = TrialState.Running, Worker = worker, Retries = trial.Retries + 1, Rungs = new Dictionary<int, double>() },
            "giveBack" => trial with { State = TrialState.Waiting },
            "rung" => trial with { Rungs = new Dictionary<int, double>(trial.Rungs) { [Of(json, "epoch").GetInt32()] = Of(json, "value").GetDouble() } },
            "end" => trial.HasEnded ? throw new FormatException($"trial {number} ends twice") : trial with
            {
                State = Enum.Parse<TrialState>(Text(json, "state"), ignoreCase: true),
                Value = json.TryGetProperty("value", out var value) && value.ValueKind != JsonValueKind.Null ? value.GetDouble() : null,
                BestEpoch = Of(json, "bestEpoch").GetInt32(),
                EpochsTaken = Of(json, "epochs").GetInt32(),
                Seconds = Of(json, "seconds").GetDouble(),
                Metrics = Of(json, "metrics").EnumerateObject().ToDictionary(each => each.Name, each => each.Value.GetDouble()),
            },
            _ => throw new FormatException($"'{name}' is no event"),
        };
    }

    private static string Line(string name, int trial, string worker, DateTimeOffset now, JsonObject more)
    {
        var json = new JsonObject { ["event"] = name, ["trial"] = trial, ["worker"] = worker, ["time"] = now.ToUnixTimeMilliseconds() };
        foreach (var (key, value) in more.ToArray())
        {
            more.Remove(key);
            json[key] = value;
        }

        return json.ToJsonString();
    }

    private static JsonElement Of(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : throw new FormatException($"'{name}' is missing");

    private static string Text(JsonElement json, string name) => Of(json, name).GetString() ?? "";

    private static Dictionary<string, string> Texts(JsonElement json) => json.EnumerateObject().ToDictionary(each => each.Name, each => each.Value.GetString() ?? "");

    private static string Camel(TrialState state) => $"{state}" is var name ? char.ToLowerInvariant(name[0]) + name[1..] : "";
}
