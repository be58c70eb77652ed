using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>The levels of a category column, numbered: the categories, then one for the rare ones together, then one for missing
/// values where training had any; and a number for none of them, for what training did not have.</summary>
internal sealed record CategoryCodes
{
    private readonly Dictionary<string, int> codeOf = new(StringComparer.Ordinal);
    private readonly HashSet<string> rare;

    public CategoryCodes(string name, IReadOnlyList<string> categories, bool missing, IReadOnlyList<string>? rareOnes = null)
    {
        (Name, Categories, Missing, Rare) = (name, categories, missing, rareOnes ?? []);
        rare = new HashSet<string>(Rare, StringComparer.Ordinal);
        for (var code = 0; code < categories.Count; code++)
            codeOf[categories[code]] = code;
    }

    public string Name { get; }

    public IReadOnlyList<string> Categories { get; }

    public bool Missing { get; }

    /// <summary>The categories of training that share a level; empty when there is no such level.</summary>
    public IReadOnlyList<string> Rare { get; }

    /// <summary>Number of levels; as a number of a level, none of them.</summary>
    public int Levels => MissingAt + (Missing ? 1 : 0);

    private int MissingAt => Categories.Count + (Rare.Count > 0 ? 1 : 0);

    /// <summary>What the levels are, in order.</summary>
    public IEnumerable<string> Labels =>
        [.. Categories, .. Rare.Count > 0 ? ["(rare)"] : Array.Empty<string>(), .. Missing ? ["(missing)"] : Array.Empty<string>()];

    /// <summary>Fits to the categories that occur in these rows, in the column's order; those that fewer than
    /// <paramref name="rareBelow"/> rows have are grouped.</summary>
    public static CategoryCodes Fit(CategoryColumn column, int rareBelow)
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
        return new CategoryCodes(
            column.Name, Where(count => count >= rareBelow), column.MissingCount > 0, Where(count => count < rareBelow));
    }

    /// <summary>The level of each row.</summary>
    /// <param name="column">The column of this name: categories, booleans, or nothing but missing values.</param>
    /// <param name="report">Takes what training did not have.</param>
    /// <returns>Null if the column is of another kind.</returns>
    public int[]? LevelsOf(Column column, ReportBuilder report)
    {
        // A short file may hold only "yes" and "no" of yes/no/maybe, and is then read as booleans.
        int[] codes;
        IReadOnlyList<string> texts = [];
        if (column is CategoryColumn category)
            (codes, texts) = (category.Codes.ToArray(), category.Categories);
        else if (column is BooleanColumn boolean)
            (codes, texts) = (Array.ConvertAll(boolean.Values.ToArray(), v => (int)v), [boolean.FalseText, boolean.TrueText]);
        else if (column.Kind != ColumnKind.Ignored && column.MissingCount == column.Count)
            codes = [.. Enumerable.Repeat(-1, column.Count)];
        else
            return null;

        var unseen = Categories.Count;
        var codeHere = texts.Select(t => codeOf.GetValueOrDefault(t, unseen)).ToArray();
        var missing = 0;
        for (var i = 0; i < codes.Length; i++)
        {
            if (codes[i] < 0)
            {
                missing++;
                codes[i] = Missing ? MissingAt : Levels;
                continue;
            }
            var text = texts[codes[i]];
            var code = codeHere[codes[i]];
            if (code == unseen && !rare.Contains(text))
                report.Unseen(Name, text, i);
            codes[i] = code < MissingAt ? code : Levels;
        }
        if (missing > 0 && !Missing)
            report.Missing(Name, missing);
        return codes;
    }

    /// <summary>The level of a value that <see cref="Parse"/> gave.</summary>
    public int LevelOf(float value) => value >= 0 && value < MissingAt ? (int)value
        : float.IsNaN(value) && Missing ? MissingAt : Levels;

    /// <summary>The code of a text; the number of categories for one that is rare or that training did not have; NaN when missing.</summary>
    public float Parse(string? text)
    {
        if (text is null)
            return float.NaN;
        if (codeOf.TryGetValue(text, out var code) || codeOf.TryGetValue(text.Trim(), out code))
            return code;
        return NumberText.IsMissing(System.Text.Encoding.UTF8.GetBytes(text.Trim())) ? float.NaN : Categories.Count;
    }

    /// <summary>The members of an object that hold this.</summary>
    /// <param name="kind">What is made of the levels.</param>
    public JsonObject ToJson(string kind)
    {
        var json = new JsonObject
        {
            ["kind"] = kind,
            ["column"] = Name,
            ["categories"] = new JsonArray([.. Categories.Select(c => JsonValue.Create(c))]),
            ["missing"] = Missing,
        };
        if (Rare.Count > 0)
            json["rare"] = new JsonArray([.. Rare.Select(c => JsonValue.Create(c))]);
        return json;
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static CategoryCodes FromJson(JsonReading json)
    {
        var rare = json.Has("rare") ? json.Texts("rare") : null;
        if (rare is { Count: 0 })
            throw json.Wrong("rare", "empty", "at least one category");
        return new CategoryCodes(json.Text("column"), json.Texts("categories"), json.Flag("missing"), rare);
    }

    public bool Equals(CategoryCodes? other) =>
        other is not null && Name == other.Name && Missing == other.Missing && Categories.SequenceEqual(other.Categories)
        && Rare.SequenceEqual(other.Rare);

    public override int GetHashCode() => HashCode.Combine(Name, Categories.Count, Missing);
}
