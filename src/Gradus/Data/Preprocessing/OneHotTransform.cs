using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>A category: a feature each, 1 for the one and 0 for the rest. Missing values have a feature of their own when
/// training had any; without it, and for categories that training did not have, all features are 0.</summary>
internal sealed record OneHotTransform : InputTransform
{
    private readonly Dictionary<string, int> codeOf = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> inputs;

    public OneHotTransform(string name, IReadOnlyList<string> categories, bool missing)
    {
        (Name, Categories, Missing, inputs) = (name, categories, missing, [name]);
        for (var code = 0; code < categories.Count; code++)
            codeOf[categories[code]] = code;
    }

    public string Name { get; }

    public IReadOnlyList<string> Categories { get; }

    public bool Missing { get; }

    public override IReadOnlyList<string> Inputs => inputs;

    public override ColumnKind Kind => ColumnKind.Category;

    public override IReadOnlyList<string> Features =>
        [.. Categories.Select(c => $"{Name}={c}"), .. Missing ? [$"{Name}=(missing)"] : Array.Empty<string>()];

    public override string Summary => $"{Categories.Count} categories, one-hot: {Suggestion.List(Categories, 6)}"
        + (Missing ? "; missing: a category of its own" : "");

    /// <summary>Fits to the categories that occur in these rows, in the column's order.</summary>
    public static OneHotTransform Fit(CategoryColumn column)
    {
        var occurs = new bool[column.Categories.Count];
        foreach (var code in column.Codes)
        {
            if (code >= 0)
                occurs[code] = true;
        }
        string[] categories = [.. column.Categories.Where((_, code) => occurs[code])];
        CategoryOrder.Sort(categories);
        return new OneHotTransform(column.Name, categories, column.MissingCount > 0);
    }

    public override void Encode(Table table, Span<float> destination, int stride, ReportBuilder report)
    {
        var width = Categories.Count + (Missing ? 1 : 0);
        var column = Find(table, Name);
        var (codes, texts) = CodesOf(table, column);
        var codeHere = texts.Select(t => codeOf.GetValueOrDefault(t, Categories.Count + 1)).ToArray();
        var missing = 0;
        for (var i = 0; i < codes.Length; i++)
        {
            var features = destination.Slice(i * stride, width);
            features.Clear();
            var code = codes[i] < 0 ? Categories.Count : codeHere[codes[i]];
            if (code < width)
                features[code] = 1;
            else if (codes[i] < 0)
                missing++;
            else
                report.Unseen(Name, texts[codes[i]], i);
        }
        if (missing > 0)
            report.Missing(Name, missing);
    }

    // A short file may hold only "yes" and "no" of yes/no/maybe, and is then read as booleans.
    private (int[] Codes, IReadOnlyList<string> Texts) CodesOf(Table table, Column column) => column switch
    {
        CategoryColumn category => (category.Codes.ToArray(), category.Categories),
        BooleanColumn boolean => (Array.ConvertAll(boolean.Values.ToArray(), v => (int)v), [boolean.FalseText, boolean.TrueText]),
        _ when AllMissing(column) => (Enumerable.Repeat(-1, column.Count).ToArray(), []),
        _ => throw WrongKind(table, column, Kind),
    };

    public override void EncodeRow(ReadOnlySpan<float> values, Span<float> destination)
    {
        destination[..(Categories.Count + (Missing ? 1 : 0))].Clear();
        var value = values[0];
        if (value >= 0 && value < Categories.Count)
            destination[(int)value] = 1;
        else if (float.IsNaN(value) && Missing)
            destination[Categories.Count] = 1;
    }

    /// <summary>The code of a text; the number of categories for one that training did not have; NaN when missing.</summary>
    public override float Parse(int input, string? text)
    {
        if (text is null)
            return float.NaN;
        if (codeOf.TryGetValue(text, out var code) || codeOf.TryGetValue(text.Trim(), out code))
            return code;
        return NumberText.IsMissing(System.Text.Encoding.UTF8.GetBytes(text.Trim())) ? float.NaN : Categories.Count;
    }

    public override JsonObject ToJson() => new()
    {
        ["kind"] = "onehot",
        ["column"] = Name,
        ["categories"] = new JsonArray([.. Categories.Select(c => JsonValue.Create(c))]),
        ["missing"] = Missing,
    };

    public bool Equals(OneHotTransform? other) =>
        other is not null && Name == other.Name && Missing == other.Missing && Categories.SequenceEqual(other.Categories);

    public override int GetHashCode() => HashCode.Combine(Name, Categories.Count, Missing);
}
