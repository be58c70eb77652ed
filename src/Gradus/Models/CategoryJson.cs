using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>Embeddings and looked-up categories of layers in a model file.</summary>
internal static class CategoryJson
{
    private const int MaxNumber = 1 << 24;   // what a float32 counts to without gaps

    public static JsonObject Write(Embedding embedding) => new()
    {
        ["kind"] = embedding.Kind,
        ["columns"] = new JsonArray([.. embedding.Columns.Select(each =>
        {
            var json = Write(each.Category);
            json["width"] = each.Width;
            return json;
        })]),
    };

    public static JsonArray Write(IReadOnlyList<CategoryInput> categories) => new([.. categories.Select(Write)]);

    public static Embedding ReadEmbedding(JsonReading json)
    {
        EmbeddedCategory[] columns = [.. Objects(json, "columns").Select(each =>
            new EmbeddedCategory(Read(each), Number(each, "width", 1, EmbeddingOptions.MaxWidth)))];
        CheckDifferent(json, "columns", columns.Select(each => each.Category));
        return new Embedding(columns);
    }

    /// <summary>The categories of a dense layer; none where the member is absent.</summary>
    public static IReadOnlyList<CategoryInput> ReadCategories(JsonReading json)
    {
        if (!json.Has("categories"))
            return [];
        CategoryInput[] categories = [.. Objects(json, "categories").Select(Read)];
        CheckDifferent(json, "categories", categories);
        return categories;
    }

    private static JsonObject Write(CategoryInput category) => new() { ["column"] = category.Column, ["levels"] = category.Levels };

    private static CategoryInput Read(JsonReading json) => new(Number(json, "column", 0, MaxNumber), Number(json, "levels", 1, MaxNumber));

    private static IEnumerable<JsonReading> Objects(JsonReading json, string name)
    {
        var array = json.Array(name);
        return array.Count > 0 ? array.Select((item, i) => new JsonReading(item, $"{json.Place}.{name}[{i}]"))
            : throw json.Wrong(name, "empty", "at least one column");
    }

    private static void CheckDifferent(JsonReading json, string name, IEnumerable<CategoryInput> categories)
    {
        if (categories.GroupBy(each => each.Column).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw json.Wrong(name, $"column {twice.Key} twice", "different columns");
    }

    private static int Number(JsonReading json, string name, int least, int most) => json.Integer(name) is var number && number >= least && number <= most
        ? number : throw json.Wrong(name, $"{number}", $"a whole number from {least} to {most}");
}
