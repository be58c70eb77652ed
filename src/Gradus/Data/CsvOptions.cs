namespace Gradus;

/// <summary>How a CSV file is read. What is not said is found out from the file.</summary>
public sealed record CsvOptions
{
    /// <summary>Whether the first row holds the names. By default it does, unless it has a number in it and no column
    /// goes from text in the first row to a number in the second. Without names, columns are called
    /// <c>column1</c>, <c>column2</c>, …</summary>
    public bool? HasHeader { get; init; }

    /// <summary>The character between fields; by default found among comma, semicolon, tab and bar.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Kinds by column name, for columns whose kind is not to be inferred. Every name must be in the file.</summary>
    public IReadOnlyDictionary<string, ColumnKind> Columns { get; init; } = new Dictionary<string, ColumnKind>();
}
