using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>Embeddings of numbers, residual blocks and members in a model file.</summary>
internal static class StructureJson
{
    private const int MaxCount = 1 << 16;

    public const string Kinds = "residual, members, member-dense, member-outputs, piecewise-embedding or periodic-embedding";

    public static JsonObject Write(Layer layer) => layer switch
    {
        Residual block => new JsonObject
        {
            ["kind"] = block.Kind,
            ["layers"] = new JsonArray([.. block.Layers.Select(ModelFile.WriteLayer)]),
        },
        Members members => new JsonObject { ["kind"] = members.Kind, ["count"] = members.Count, ["scales"] = members.Scales.Name },
        MemberDense dense => new JsonObject
        {
            ["kind"] = dense.Kind,
            ["outputs"] = dense.Outputs,
            ["activation"] = dense.Activation.Name,
            ["weights"] = dense.Weights.Name,
        },
        MemberOutputs last => new JsonObject { ["kind"] = last.Kind, ["outputs"] = last.Outputs, ["weights"] = last.Weights.Name },
        PiecewiseEmbedding embedding => new JsonObject
        {
            ["kind"] = embedding.Kind,
            ["width"] = embedding.Width,
            ["bins"] = embedding.Bins,
            ["features"] = new JsonArray([.. embedding.Features.Select(feature => new JsonObject
            {
                ["column"] = feature.Column,
                ["edges"] = new JsonArray([.. feature.Edges.Select(edge => JsonValue.Create(edge))]),
            })]),
        },
        PeriodicEmbedding embedding => new JsonObject
        {
            ["kind"] = embedding.Kind,
            ["width"] = embedding.Width,
            ["frequencies"] = embedding.Frequencies,
            ["deviation"] = embedding.Deviation,
            ["columns"] = new JsonArray([.. embedding.Columns.Select(column => JsonValue.Create(column))]),
        },
        _ => throw new InvalidOperationException($"Layer '{layer.Kind}' has no form in a model file."),
    };

    /// <summary>The layer, or null for another kind.</summary>
    public static Layer? Read(string kind, JsonReading json) => kind switch
    {
        "residual" => json.Array("layers") is { Count: > 0 } layers
            ? new Residual([.. layers.Select((layer, i) => ModelFile.ReadLayer(new JsonReading(layer, $"layers[{i}] of a residual block")))])
            : throw json.Wrong("layers", "empty", "at least one layer"),
        "members" => new Members(Within(json, "count", 2, Members.MaxCount)) { Scales = ModelFile.ReadInitializer(json, "scales") },
        "member-dense" => new MemberDense(ModelFile.Width(json, "outputs"), ModelFile.ReadActivation(json))
        {
            Weights = ModelFile.ReadInitializer(json, "weights"),
        },
        "member-outputs" => new MemberOutputs(ModelFile.Width(json, "outputs")) { Weights = ModelFile.ReadInitializer(json, "weights") },
        "piecewise-embedding" => new PiecewiseEmbedding(Within(json, "width", 1, MaxCount), Within(json, "bins", 1, MaxCount))
        {
            Features = [.. json.Array("features").Select((each, i) => ReadBins(new JsonReading(each, $"features[{i}] of an embedding")))],
        },
        "periodic-embedding" => new PeriodicEmbedding(Within(json, "width", 1, MaxCount), Within(json, "frequencies", 1, MaxCount),
            json.Number("deviation") is > 0 and var deviation ? deviation : throw json.Wrong("deviation", $"{json.Number("deviation")}", "a number above 0"))
        {
            Columns = [.. json.Array("columns").Select((each, i) => Column(json, each, $"columns[{i}]"))],
        },
        _ => null,
    };

    private static FeatureBins ReadBins(JsonReading json)
    {
        var edges = json.Ascending("edges");
        return edges.Length >= 2 && edges.Zip(edges[1..]).All(pair => pair.First < pair.Second)
            ? new FeatureBins(Within(json, "column", 0, int.MaxValue), edges)
            : throw json.Wrong("edges", $"{edges.Length} numbers", "at least two, each above the one before");
    }

    private static int Column(JsonReading json, JsonNode? node, string name) =>
        node is JsonValue value && value.TryGetValue(out int column) && column >= 0 ? column
            : throw json.Wrong(name, node?.ToJsonString() ?? "null", "a whole number of at least 0");

    private static int Within(JsonReading json, string name, int least, int most) => json.Integer(name) is var number && number >= least && number <= most
        ? number : throw json.Wrong(name, $"{number}", $"a whole number from {least} to {most}");
}
