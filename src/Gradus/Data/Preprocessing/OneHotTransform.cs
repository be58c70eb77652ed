using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>A category: a feature each, 1 for the one and 0 for the rest. Missing values have a feature of their own when
/// training had any; without it, and for categories that training did not have, all features are 0. Where rare categories
/// are grouped, they share one feature with those that training did not have.</summary>
internal sealed record OneHotTransform : InputTransform
{
    private readonly Dictionary<string, int> codeOf = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> inputs;

    private readonly HashSet<string> rare;

    public OneHotTransform(string name, IReadOnlyList<string> categories, bool missing, IReadOnlyList<string>? rareOnes = null)
    {
        (Name, Categories, Missing, inputs, Rare) = (name, categories, missing, [name], rareOnes ?? []);
        rare = new HashSet<string>(Rare, StringComparer.Ordinal);
        for (var code = 0; code < categories.Count; code++)
            codeOf[categories[code]] = code;
    }

    public string Name { get; }

    public IReadOnlyList<string> Categories { get; }

    public bool Missing { get; }

    /// <summary>The categories of training that share a feature; empty when there is no such feature.</summary>
    public IReadOnlyList<string> Rare { get; }

    // Features stand in this order: the categories, the rare ones, missing values.
    private int MissingAt => Categories.Count + (Rare.Count > 0 ? 1 : 0);

    private int Width => MissingAt + (Missing ? 1 : 0);

    public override IReadOnlyList<string> Inputs => inputs;

    public override ColumnKind Kind => ColumnKind.Category;

    public override IReadOnlyList<string> Features =>
        [.. Categories.Select(c => $"{Name}={c}"), .. Rare.Count > 0 ? [$"{Name}=(rare)"] : Array.Empty<string>(), .. Missing ? [$"{Name}=(missing)"] : Array.Empty<string>()];

    public override string Summary => $"{Categories.Count} categories, one-hot: {Suggestion.List(Categories, 6)}"
        + (Rare.Count > 0 ? $"; {Rare.Count} rare ones share a feature" : "")
        + (Missing ? "; missing: a category of its own" : "");

    /// <summary>Fits to the categories that occur in these rows, in the column's order; those that fewer than
    /// <paramref name="rareBelow"/> rows have are grouped.</summary>
    public static OneHotTransform Fit(CategoryColumn column, int rareBelow)
    {
        var counts = new int[column.Categories.Count];
        foreach (var code in column.Codes)
        {
            if (code >= 0)
                counts[code]++;
        }
        string[] Where(Func<int, bool> take)
        {
            string[] taken = [.. column.Categories.Where((_, code) => counts[code] > 0 && take(counts[code]))];
            CategoryOrder.Sort(taken);
            return taken;
        }
        return new OneHotTransform(
            column.Name, Where(count => count >= rareBelow), column.MissingCount > 0, Where(count => count < rareBelow));
    }

    public override void Encode(Table table, Span<float> destination, int stride, ReportBuilder report)
    {
        var (unseen, width) = (Categories.Count, Width);
        var column = Find(table, Name);
        var (codes, texts) = CodesOf(table, column);
        var codeHere = texts.Select(t => codeOf.GetValueOrDefault(t, unseen)).ToArray();
        var missing = 0;
        for (var i = 0; i < codes.Length; i++)
        {
            var features = destination.Slice(i * stride, width);
            features.Clear();
            if (codes[i] < 0)
            {
                if (Missing)
                    features[MissingAt] = 1;
                else
                    missing++;
                continue;
            }
            var code = codeHere[codes[i]];
            if (code < MissingAt)
                features[code] = 1;
            if (code == unseen && !rare.Contains(texts[codes[i]]))
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
        destination[..Width].Clear();
        var value = values[0];
        if (value >= 0 && value < MissingAt)
            destination[(int)value] = 1;
        else if (float.IsNaN(value) && Missing)
            destination[MissingAt] = 1;
    }

    /// <summary>The code of a text; the number of categories for one that is rare or that training did not have; NaN when missing.</summary>
    public override float Parse(int input, string? text)
    {
        if (text is null)
            return float.NaN;
        if (codeOf.TryGetValue(text, out var code) || codeOf.TryGetValue(text.Trim(), out code))
            return code;
        return NumberText.IsMissing(System.Text.Encoding.UTF8.GetBytes(text.Trim())) ? float.NaN : Categories.Count;
    }

    public override JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["kind"] = Rare.Count > 0 ? "onehot-rare" : "onehot",
            ["column"] = Name,
            ["categories"] = new JsonArray([.. Categories.Select(c => JsonValue.Create(c))]),
            ["missing"] = Missing,
        };
        if (Rare.Count > 0)
            json["rare"] = new JsonArray([.. Rare.Select(c => JsonValue.Create(c))]);
        return json;
    }

    public bool Equals(OneHotTransform? other) =>
        other is not null && Name == other.Name && Missing == other.Missing && Categories.SequenceEqual(other.Categories)
        && Rare.SequenceEqual(other.Rare);

    public override int GetHashCode() => HashCode.Combine(Name, Categories.Count, Missing);
}
