using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>A category: a feature each, 1 for the one and 0 for the rest. Missing values have a feature of their own when
/// training had any; without it, and for categories that training did not have, all features are 0. Where rare categories
/// are grouped, they share one feature with those that training did not have.</summary>
internal sealed record OneHotTransform(CategoryCodes Codes) : InputTransform
{
    private readonly IReadOnlyList<string> inputs = [Codes.Name];

    public override IReadOnlyList<string> Inputs => inputs;

    public override ColumnKind Kind => ColumnKind.Category;

    public override IReadOnlyList<string> Features => [.. Codes.Labels.Select(label => $"{Codes.Name}={label}")];

    public override string Summary => $"{Codes.Categories.Count} categories, one-hot: {Suggestion.List(Codes.Categories, 6)}"
        + (Codes.Rare.Count > 0 ? $"; {Codes.Rare.Count} rare ones share a feature" : "")
        + (Codes.Missing ? "; missing: a category of its own" : "");

    public override void Encode(Table table, Span<float> destination, int stride, ReportBuilder report)
    {
        var width = Codes.Levels;
        var column = Find(table, Codes.Name);
        var levels = Codes.LevelsOf(column, report) ?? throw WrongKind(table, column, Kind);
        for (var i = 0; i < levels.Length; i++)
        {
            var features = destination.Slice(i * stride, width);
            features.Clear();
            if (levels[i] < width)
                features[levels[i]] = 1;
        }
    }

    public override void EncodeRow(ReadOnlySpan<float> values, Span<float> destination)
    {
        var features = destination[..Codes.Levels];
        features.Clear();
        if (Codes.LevelOf(values[0]) is var level && level < features.Length)
            features[level] = 1;
    }

    public override float Parse(int input, string? text) => Codes.Parse(text);

    public override JsonObject ToJson() => Codes.ToJson(Codes.Rare.Count > 0 ? "onehot-rare" : "onehot");

    public bool Equals(OneHotTransform? other) => other is not null && Codes == other.Codes;

    public override int GetHashCode() => Codes.GetHashCode();
}
