using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>A checkpoint as one safetensors file: vectors as tensors of one row, everything else as JSON in its metadata.</summary>
/// <remarks>Metadata keys: <c>gradus.version</c>, the version of this format; <c>gradus.checkpoint</c>, the JSON object with the position,
/// the history and the fingerprint of the run; <c>gradus.note</c>, the caller's own; <c>gradus.checksum</c>. Numbers are written with
/// as many digits as it takes to read the same bits back.</remarks>
internal static class CheckpointFile
{
    private const string Version = "2";
    private const string VersionKey = "gradus.version";
    private const string StateKey = "gradus.checkpoint";
    private const string NoteKey = "gradus.note";

    public static string PathIn(string folder) => Path.Combine(folder, "checkpoint.safetensors");

    public static void Write(string path, TrainingState state, IReadOnlyDictionary<string, string> fingerprint, string? note)
    {
        var json = new JsonObject
        {
            ["epoch"] = state.Epoch,
            ["row"] = state.Row,
            ["lossSum"] = state.LossSum,
            ["step"] = state.Step,
            ["bestEpoch"] = state.BestEpoch,
            ["best"] = state.Best,
            ["seconds"] = state.Seconds,
            ["ended"] = state.Ended?.ToString(),
            ["numbers"] = new JsonObject(state.Numbers.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value))),
            ["fingerprint"] = new JsonObject(fingerprint.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value))),
            ["epochs"] = new JsonArray([.. state.Reports.Select(WriteReport)]),
            ["watch"] = new JsonArray([.. state.Findings.Select(WriteFinding)]),
        };
        var metadata = new Dictionary<string, string> { [VersionKey] = Version, [StateKey] = json.ToJsonString() };
        if (note is not null)
            metadata[NoteKey] = note;
        var tensors = state.Vectors.Select(each => SafetensorsTensor.FromSingles(each.Key, [each.Value.Length], each.Value))
            .Concat(state.Doubles.Select(each => SafetensorsTensor.FromDoubles(each.Key, [each.Value.Length], each.Value)));
        AtomicFile.Write(path, stream => SafetensorsWriter.Write(stream, tensors, metadata));
    }

    public static (TrainingState State, IReadOnlyDictionary<string, string> Fingerprint, string? Note) Read(string path)
    {
        var file = SafetensorsFile.Read(path, requireChecksum: true);
        if (!file.Metadata.TryGetValue(StateKey, out var text))
            throw new GradusException($"'{path}' is a safetensors file, but not a checkpoint: its metadata has no '{StateKey}'.");
        if (file.Metadata.GetValueOrDefault(VersionKey) is not Version and var version)
            throw new GradusException($"'{path}' has format version {version ?? "none"}; this Gradus reads version {Version}. Use the Gradus that wrote it.");
        try
        {
            var json = new JsonReading(JsonNode.Parse(text), StateKey);
            var state = new TrainingState
            {
                Epoch = json.Integer("epoch"),
                Row = json.Integer("row"),
                LossSum = json.Number("lossSum"),
                Step = (long)json.Number("step"),
                BestEpoch = json.Integer("bestEpoch"),
                Best = json.Has("best") ? json.Number("best") : null,
                Seconds = json.Number("seconds"),
                Ended = json.Has("ended") ? ReadName<StopReason>(json, "ended") : null,
                Reports = [.. json.Array("epochs").Select((each, i) => ReadReport(new JsonReading(each, $"epochs[{i}]")))],
                Findings = [.. json.Array("watch").Select((each, i) => ReadFinding(new JsonReading(each, $"watch[{i}]")))],
                Vectors = file.Tensors.Where(tensor => tensor.Type == SafetensorsType.F32).ToDictionary(tensor => tensor.Name, tensor => tensor.ToSingles()),
                Doubles = file.Tensors.Where(tensor => tensor.Type == SafetensorsType.F64).ToDictionary(tensor => tensor.Name, tensor => tensor.ToDoubles()),
            };
            foreach (var name in json.Object("numbers").Names)
                state.Numbers[name] = json.Object("numbers").Number(name);
            var fingerprint = json.Object("fingerprint");
            return (state, fingerprint.Names.ToDictionary(name => name, fingerprint.Text), file.Metadata.GetValueOrDefault(NoteKey));
        }
        catch (Exception e) when (e is GradusException or JsonException)
        {
            throw new GradusException($"'{path}': {e.Message}", e);
        }
    }

    private static T ReadName<T>(JsonReading json, string name)
        where T : struct, Enum => Enum.TryParse<T>(json.Text(name), out var value) && Enum.IsDefined(value)
        ? value : throw json.Wrong(name, json.Text(name), string.Join(", ", Enum.GetNames<T>()));

    private static JsonObject WriteReport(EpochReport report) => new()
    {
        ["epoch"] = report.Epoch,
        ["loss"] = report.Loss,
        ["validationLoss"] = report.ValidationLoss,
        ["validation"] = report.ValidationMetrics is { } metrics ? MetricsJson.Write(metrics) : null,
        ["seconds"] = report.Seconds,
        ["examplesPerSecond"] = report.ExamplesPerSecond,
        ["isBest"] = report.IsBest,
    };

    private static JsonObject WriteFinding(WatchFinding finding) => new()
    {
        ["kind"] = finding.Kind.ToString(),
        ["epoch"] = finding.Epoch,
        ["step"] = finding.Step,
        ["layer"] = finding.Layer,
        ["message"] = finding.Message,
        ["advice"] = finding.Advice,
    };

    private static WatchFinding ReadFinding(JsonReading json) => new(
        ReadName<WatchKind>(json, "kind"), json.Integer("epoch"), (long)json.Number("step"), json.Has("layer") ? json.Text("layer") : null,
        json.Text("message"), json.Text("advice"));

    private static EpochReport ReadReport(JsonReading json) => new(
        json.Integer("epoch"), json.Number("loss"), json.Has("validationLoss") ? json.Number("validationLoss") : null,
        json.Has("validation") ? MetricsJson.Read(json.Object("validation")) : null,
        json.Number("seconds"), json.Number("examplesPerSecond"), json.Flag("isBest"));
}
