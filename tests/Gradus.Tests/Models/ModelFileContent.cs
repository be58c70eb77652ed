using System.Text.Json.Nodes;

namespace Gradus.Tests.Models;

/// <summary>What a model's file holds, to be changed and written with a right checksum.</summary>
internal sealed record ModelFileContent(Dictionary<string, string> Metadata, List<SafetensorsTensor> Tensors)
{
    public static ModelFileContent Of(string path)
    {
        var file = SafetensorsFile.Read(path);
        return new ModelFileContent(new(file.Metadata), [.. file.Tensors]);
    }

    public void Write(string path) => AtomicFile.Write(path, stream => SafetensorsWriter.Write(stream, Tensors, Metadata));

    /// <summary>Sets what stands at a path of names and indices in the model's JSON.</summary>
    public void Set(JsonNode? value, params object[] path) => Change(path, (parent, key) =>
    {
        if (key is int index)
            parent[index] = value;
        else
            parent[(string)key] = value;
    });

    public void Remove(params object[] path) => Change(path, (parent, key) =>
    {
        if (key is int index)
            parent.AsArray().RemoveAt(index);
        else
            parent.AsObject().Remove((string)key);
    });

    public JsonNode Get(params object[] path) => Descend(Parse(Metadata["gradus.model"]), path);

    private void Change(object[] path, Action<JsonNode, object> change)
    {
        var model = Parse(Metadata["gradus.model"]);
        change(Descend(model, path[..^1]), path[^1]);
        Metadata["gradus.model"] = model.ToJsonString();
    }

    private static JsonNode Parse(string text) => JsonNode.Parse(text) ?? throw new InvalidOperationException("The model is JSON.");

    private static JsonNode Descend(JsonNode node, object[] path) => path.Aggregate(node, (at, key) =>
        (key is int index ? at[index] : at[(string)key]) ?? throw new InvalidOperationException($"The model has no '{key}'."));

    public void Replace(string name, Func<SafetensorsTensor, SafetensorsTensor> change)
    {
        var i = Tensors.FindIndex(tensor => tensor.Name == name);
        Tensors[i] = change(Tensors[i]);
    }

    public void Reshape(string name, Func<IReadOnlyList<long>, long[]> shape) =>
        Replace(name, t => SafetensorsTensor.FromSingles(t.Name, shape([.. t.Shape]), t.ToSingles()));
}
