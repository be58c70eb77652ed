namespace Gradus;

/// <summary>A column of texts out of a list, held as codes.</summary>
public sealed class CategoryColumn : Column
{
    private readonly int[] codes;

    /// <summary>Makes a column of the given codes, which it takes over: do not change the array afterwards.</summary>
    /// <param name="name">The column's name, not empty.</param>
    /// <param name="codes">One code a row: an index into <paramref name="categories"/>, or −1 for a missing value.</param>
    /// <param name="categories">The texts, all different.</param>
    /// <exception cref="GradusException">A code is out of range or a category occurs twice.</exception>
    public CategoryColumn(string name, int[] codes, IReadOnlyList<string> categories) : base(name)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(categories);
        this.codes = codes;
        Categories = categories;
        for (var i = 0; i < codes.Length; i++)
        {
            if (codes[i] == -1)
                MissingCount++;
            else if ((uint)codes[i] >= (uint)categories.Count)
                throw new GradusException($"Column '{name}' has code {codes[i]} in row {i + 1}. Codes must be from 0 to "
                    + $"{categories.Count - 1}, or −1 for a missing value.");
        }
        var seen = new HashSet<string>(categories.Count, StringComparer.Ordinal);
        foreach (var category in categories)
        {
            if (!seen.Add(category))
                throw new GradusException($"Column '{name}' lists the category '{category}' twice. Categories must differ.");
        }
    }

    /// <summary>Makes a column from texts; <see langword="null"/> is a missing value. Categories are sorted: as numbers
    /// when all are numbers, else by character.</summary>
    /// <param name="name">The column's name, not empty.</param>
    /// <param name="values">One text a row.</param>
    public static CategoryColumn FromTexts(string name, IReadOnlyList<string?> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        string[] categories = [.. values.OfType<string>().Distinct(StringComparer.Ordinal)];
        CategoryOrder.Sort(categories);
        var codeOf = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var code = 0; code < categories.Length; code++)
            codeOf[categories[code]] = code;
        var codes = new int[values.Count];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = values[i] is { } text ? codeOf[text] : -1;
        return new CategoryColumn(name, codes, categories);
    }

    /// <summary>The codes, one a row: an index into <see cref="Categories"/>, or −1 where missing.</summary>
    public ReadOnlySpan<int> Codes => codes;

    /// <summary>The texts that the codes stand for. A selection of rows keeps the whole list.</summary>
    public IReadOnlyList<string> Categories { get; }

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Category;

    /// <inheritdoc/>
    public override int Count => codes.Length;

    /// <inheritdoc/>
    public override int MissingCount { get; }

    internal override Column Select(ReadOnlySpan<int> rows) =>
        new CategoryColumn(Name, Pick<int>(codes, rows), Categories);

    /// <inheritdoc/>
    public override string? TextAt(int row) => codes[row] < 0 ? null : Categories[codes[row]];
}
