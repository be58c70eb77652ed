namespace Gradus;

/// <summary>One named column of a <see cref="Table"/>. Columns do not change once made.</summary>
/// <remarks>The kinds are closed: <see cref="NumberColumn"/>, <see cref="PixelColumn"/> (numbers too),
/// <see cref="CategoryColumn"/>, <see cref="BooleanColumn"/>, <see cref="DateColumn"/> and <see cref="IgnoredColumn"/>.</remarks>
public abstract class Column
{
    private protected Column(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>The name, unique within its table.</summary>
    public string Name { get; }

    /// <summary>What the values are.</summary>
    public abstract ColumnKind Kind { get; }

    /// <summary>The number of rows, missing values included.</summary>
    public abstract int Count { get; }

    /// <summary>How many values are missing.</summary>
    public abstract int MissingCount { get; }

    /// <summary>The same column for the given rows, in that order.</summary>
    internal abstract Column Select(ReadOnlySpan<int> rows);

    /// <summary>This column's values, then those of another of the same kind.</summary>
    internal Column Joined(Column other) => (this, other) switch
    {
        (NumberColumn a, NumberColumn b) => new NumberColumn(Name, [.. a.Values, .. b.Values]),
        (BooleanColumn a, BooleanColumn b) => new BooleanColumn(Name, [.. a.Values, .. b.Values], a.FalseText, a.TrueText),
        (DateColumn a, DateColumn b) => new DateColumn(Name, [.. a.Ticks, .. b.Ticks]),
        (CategoryColumn, CategoryColumn) => CategoryColumn.FromTexts(
            Name, [.. Enumerable.Range(0, Count).Select(TextAt), .. Enumerable.Range(0, other.Count).Select(other.TextAt)]),
        (IgnoredColumn a, IgnoredColumn) => new IgnoredColumn(Name, Count + other.Count, a.Reason),
        _ => throw new GradusException($"Column '{Name}' is {Kind.Indefinite()} in one table and {other.Kind.Indefinite()} in the other. Read both files "
            + $"with {Name}={Kind.ToString().ToLowerInvariant()}."),
    };

    /// <summary>The value of a row as text, as a file would hold it; <see langword="null"/> when missing.</summary>
    /// <param name="row">Row index, from 0.</param>
    public abstract string? TextAt(int row);

    internal static T[] Pick<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> rows)
    {
        var picked = new T[rows.Length];
        for (var i = 0; i < rows.Length; i++)
            picked[i] = values[rows[i]];
        return picked;
    }
}
