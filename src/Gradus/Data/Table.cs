using System.Diagnostics.CodeAnalysis;

namespace Gradus;

/// <summary>Named columns of the same number of rows. A table does not change; selections of rows and columns are new
/// tables (which share image pixels with the old one).</summary>
public sealed class Table
{
    private readonly Dictionary<string, Column> byName = new(StringComparer.Ordinal);

    /// <summary>Makes a table of the given columns.</summary>
    /// <param name="name">What to call it in messages, such as the file's name without its extension.</param>
    /// <param name="columns">At least one column, all of the same length, with different names.</param>
    /// <exception cref="GradusException">There is no column, or lengths differ, or a name occurs twice.</exception>
    public Table(string name, IReadOnlyList<Column> columns)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0)
            throw new GradusException($"Table '{name}' has no columns. A table needs at least one.");
        Name = name;
        Columns = columns;
        RowCount = columns[0].Count;
        foreach (var column in columns)
        {
            if (column.Count != RowCount)
                throw new GradusException($"Table '{name}': column '{column.Name}' has {column.Count} rows, but "
                    + $"'{columns[0].Name}' has {RowCount}. All columns must be of the same length.");
            if (!byName.TryAdd(column.Name, column))
                throw new GradusException($"Table '{name}' has two columns called '{column.Name}'. Column names must differ.");
        }
    }

    /// <summary>What the table is called in messages.</summary>
    public string Name { get; }

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>The columns, in file order.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The column of that name.</summary>
    /// <param name="name">The exact name; upper and lower case differ.</param>
    /// <exception cref="GradusException">There is none; the message suggests the nearest name.</exception>
    public Column this[string name] => TryGetColumn(name, out var column)
        ? column
        : throw new GradusException($"Table '{Name}' has no column '{name}'.{Suggestion.Tail(name, byName.Keys)}");

    /// <summary>Finds a column by its exact name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="column">The column, when there is one.</param>
    public bool TryGetColumn(string name, [NotNullWhen(true)] out Column? column) => byName.TryGetValue(name, out column);

    /// <summary>The given rows, in that order; a row may occur more than once.</summary>
    /// <param name="rows">Row indices, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is not below <see cref="RowCount"/>.</exception>
    public Table SelectRows(ReadOnlySpan<int> rows)
    {
        foreach (var row in rows)
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)RowCount, nameof(rows));

        var selected = new Column[Columns.Count];
        (PixelRows From, PixelRows To)? shared = null;
        for (var i = 0; i < selected.Length; i++)
        {
            if (Columns[i] is not PixelColumn pixel)
            {
                selected[i] = Columns[i].Select(rows);
                continue;
            }
            if (shared is null || !ReferenceEquals(shared.Value.From, pixel.Pixels))
                shared = (pixel.Pixels, pixel.Pixels.Select(rows));
            selected[i] = new PixelColumn(pixel.Name, shared.Value.To, pixel.Offset);
        }
        return new Table(Name, selected);
    }

    /// <summary>The table without the named columns.</summary>
    /// <param name="names">Names of columns that exist; at least one other column must remain.</param>
    /// <exception cref="GradusException">A name is unknown, or no column would remain.</exception>
    public Table Without(params ReadOnlySpan<string> names)
    {
        var kept = new List<Column>(Columns);
        foreach (var name in names)
            kept.Remove(this[name]);
        return new Table(Name, kept);
    }

    /// <summary>The table with one more column, at the end; a column of the same name is replaced where it stands.</summary>
    /// <param name="column">A column of <see cref="RowCount"/> rows.</param>
    /// <exception cref="GradusException">The column has another number of rows.</exception>
    public Table With(Column column)
    {
        ArgumentNullException.ThrowIfNull(column);
        var columns = new List<Column>(Columns);
        var at = columns.FindIndex(c => c.Name == column.Name);
        if (at >= 0)
            columns[at] = column;
        else
            columns.Add(column);
        return new Table(Name, columns);
    }

    /// <summary>The rows of this table, then those of another with the same columns.</summary>
    /// <param name="other">A table whose columns have the same names and kinds; others of its columns are left out.</param>
    /// <exception cref="GradusException">A column is not there, or is of another kind.</exception>
    internal Table Joined(Table other) => new(Name, [.. Columns.Select(column => column.Joined(other[column.Name]))]);

    /// <summary>Deals the rows out at random into training, validation and test: 64, 16 and 20 % by default.</summary>
    /// <param name="seed">The same seed gives the same parts, on every machine.</param>
    /// <param name="validation">The share of rows for validation, from 0 (an empty part) to below 1.</param>
    /// <param name="test">The share of rows for test, from 0 (an empty part) to below 1.</param>
    /// <param name="stratifyBy">A column, usually the target, whose classes are to have the same shares in each part;
    /// a column of many numbers has no classes, and then the rows are dealt out without regard to it.</param>
    /// <exception cref="GradusException">Shares are out of range, a part would be empty, there are fewer rows than
    /// classes, or the column does not exist.</exception>
    public DataSplit Split(ulong seed = 0, double validation = 0.16, double test = 0.20, string? stratifyBy = null) =>
        Splitter.Split(this, seed, validation, test, stratifyBy);

    /// <summary>Reads a CSV file: delimiter, header and kinds of columns are found out from the file where the options
    /// do not say.</summary>
    /// <remarks>
    /// Empty fields, <c>NA</c>, <c>NaN</c>, <c>null</c> and <c>?</c> are missing values. A column of numbers (point as the
    /// decimal sign) is a <see cref="NumberColumn"/>, of true/false or yes/no a <see cref="BooleanColumn"/>, of dates a
    /// <see cref="DateColumn"/>, of other texts a <see cref="CategoryColumn"/> with at most 1,000,000 different texts. A column with more than 50 different texts, different on
    /// more than nine rows of ten, is taken for a name or an identifier, or of many words each for free text, and ignored. Spaces around a field are dropped
    /// unless they stand in quotes. A text column that begins with numbers is read from the file a second time.
    /// </remarks>
    /// <param name="path">A file in UTF-8 (or UTF-16 with a byte order mark).</param>
    /// <param name="options">What is known of the file; <see langword="null"/> for nothing.</param>
    /// <exception cref="GradusException">The file is missing, empty or malformed; the message gives the row and line.</exception>
    public static Table ReadCsv(string path, CsvOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return CsvSource.Read(path, options ?? new CsvOptions());
    }

    /// <summary>Reads CSV from a stream, from its position; one that cannot seek is copied into memory first.</summary>
    /// <param name="stream">UTF-8 text; left open.</param>
    /// <param name="name">The table's name, also used in messages.</param>
    /// <param name="options">What is known of the file; <see langword="null"/> for nothing.</param>
    /// <exception cref="GradusException">The text is empty or malformed; the message gives the row and line.</exception>
    public static Table ReadCsv(Stream stream, string name, CsvOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return CsvSource.Read(stream, name, options ?? new CsvOptions());
    }

    /// <summary>Reads CSV from a text, which is held in memory meanwhile.</summary>
    /// <param name="text">The text; left open.</param>
    /// <param name="name">The table's name, also used in messages.</param>
    /// <param name="options">What is known of the text; <see langword="null"/> for nothing.</param>
    /// <exception cref="GradusException">The text is empty or malformed; the message gives the row and line.</exception>
    public static Table ReadCsv(TextReader text, string name, CsvOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return CsvSource.Read(text, name, options ?? new CsvOptions());
    }

    /// <summary>Reads a CSV file of any length in tables of a limited number of rows.</summary>
    /// <remarks>Nothing is inferred: a column is of the kind that <see cref="CsvOptions.Columns"/> gives, and ignored when it gives
    /// none. Each chunk has its own list of categories.</remarks>
    /// <param name="path">A file in UTF-8 (or UTF-16 with a byte order mark).</param>
    /// <param name="options">The kinds of the columns to read.</param>
    /// <param name="rowsPerChunk">The most rows a table has, at least 1.</param>
    /// <exception cref="GradusException">As for <see cref="ReadCsv(string, CsvOptions?)"/>, when the first table is asked for or later.</exception>
    public static IEnumerable<Table> ReadCsvInChunks(string path, CsvOptions options, int rowsPerChunk)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsPerChunk, 1);
        return CsvSource.ReadChunks(path, options, rowsPerChunk);
    }

    /// <summary>Reads CSV text of any length in tables of a limited number of rows, such as from standard input.</summary>
    /// <param name="text">The text, read as the tables are asked for; left open.</param>
    /// <param name="name">The tables' name, also used in messages.</param>
    /// <param name="options">The kinds of the columns to read; others are ignored.</param>
    /// <param name="rowsPerChunk">The most rows a table has, at least 1.</param>
    /// <exception cref="GradusException">The text is empty or malformed.</exception>
    public static IEnumerable<Table> ReadCsvInChunks(TextReader text, string name, CsvOptions options, int rowsPerChunk)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsPerChunk, 1);
        return CsvSource.ReadChunks(text, name, options, rowsPerChunk);
    }
}
