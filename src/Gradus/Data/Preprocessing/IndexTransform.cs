using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>A category as one feature that holds the number of its level, which a network looks up in a table: for embeddings, and
/// for columns with so many categories that one-hot features would fill the memory with zeros. Rare, missing and unseen ones are
/// levels as in <see cref="OneHotTransform"/>; the number of levels stands for none of them.</summary>
internal sealed record IndexTransform(CategoryCodes Codes) : InputTransform
{
    private readonly IReadOnlyList<string> inputs = [Codes.Name];

    public override IReadOnlyList<string> Inputs => inputs;

    public override ColumnKind Kind => ColumnKind.Category;

    public override IReadOnlyList<string> Features => inputs;

    /// <summary>Levels that the network must have a row for.</summary>
    public int Levels => Codes.Levels;

    public override string Summary => $"{Codes.Categories.Count} categories, by index: {Suggestion.List(Codes.Categories, 6)}"
        + (Codes.Rare.Count > 0 ? $"; {Codes.Rare.Count} rare ones share an index" : "")
        + (Codes.Missing ? "; missing: a category of its own" : "");

    public override void Encode(Table table, Span<float> destination, int stride, ReportBuilder report)
    {
        var column = Find(table, Codes.Name);
        var levels = Codes.LevelsOf(column, report) ?? throw WrongKind(table, column, Kind);
        for (var i = 0; i < levels.Length; i++)
            destination[i * stride] = levels[i];
    }

    public override void EncodeRow(ReadOnlySpan<float> values, Span<float> destination) => destination[0] = Codes.LevelOf(values[0]);

    public override float Parse(int input, string? text) => Codes.Parse(text);

    public override JsonObject ToJson() => Codes.ToJson("index");

    public bool Equals(IndexTransform? other) => other is not null && Codes == other.Codes;

    public override int GetHashCode() => Codes.GetHashCode();
}
