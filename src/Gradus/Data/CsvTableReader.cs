using System.Globalization;
using System.Text;
using CsvHelper;

namespace Gradus;

/// <summary>Reads a CSV file into columns, field by field from CsvHelper's UTF-8 buffer: no text is kept but the
/// different texts of category columns.</summary>
internal sealed class CsvTableReader : IDisposable
{
    private const int MaxRecordBytes = 16 << 20;  // an unclosed quote must not swallow a file of gigabytes

    private readonly CsvReader reader;
    private readonly string source;
    private readonly CsvOptions options;
    private readonly List<string[]> pending = [];  // rows read to find out whether there is a header
    private readonly List<CsvPosition> pendingAt = [];
    private readonly bool header;
    private long rowsRead;

    /// <param name="open">Makes the parser from its options.</param>
    /// <param name="source">The name of the file, for messages.</param>
    /// <param name="options">The user's options.</param>
    public CsvTableReader(Func<CsvReaderOptions, CsvReader> open, string source, CsvOptions options)
    {
        this.source = source;
        this.options = options;
        if (options.Delimiter is { } delimiter && (!char.IsAscii(delimiter) || delimiter is '"' or '\r' or '\n' or '\0'))
            throw new GradusException($"'{delimiter}' cannot separate fields. Expected one ASCII character that is no quote and "
                + "no line end, such as comma, semicolon, tab or bar.");
        reader = open(new CsvReaderOptions
        {
            HasHeader = false,  // the first row is looked at here
            Separator = options.Delimiter,
            TrimWhitespace = true,
            TrackLineNumbers = true,
            MaxRecordSize = MaxRecordBytes,
            OnMalformedRecord = RefuseUnclosedQuote,
        });
        try
        {
            (Names, header) = ReadNames();
        }
        catch
        {
            reader.Dispose();
            throw;
        }
        CheckDeclared();
    }

    public string[] Names { get; }

    /// <summary>Reads to the end. <paramref name="again"/> opens the same input anew, for columns that turn out to hold
    /// texts after numbers.</summary>
    public Table ReadAll(string tableName, Func<CsvTableReader> again)
    {
        var builders = Array.ConvertAll(Names, name => new ColumnBuilder(name, Declared(name), source));
        Fill(builders, int.MaxValue);
        if (Array.Exists(builders, b => b.NeedsSecondReading))
        {
            // Every field goes to a builder; those of the columns that are done drop theirs.
            using var second = again();
            var others = Array.ConvertAll(builders, b => b.NeedsSecondReading
                ? b.ForSecondReading() : new ColumnBuilder(b.Name, ColumnKind.Ignored, source));
            second.Fill(others, int.MaxValue);
            for (var i = 0; i < builders.Length; i++)
                builders[i] = builders[i].NeedsSecondReading ? others[i] : builders[i];
        }
        return new Table(tableName, Array.ConvertAll(builders, b => b.Finish()));
    }

    /// <summary>Reads chunk by chunk, with the kinds that the options give; columns that they do not name are ignored.</summary>
    public IEnumerable<Table> ReadChunks(string tableName, int rowsPerChunk)
    {
        var builders = Array.ConvertAll(Names, n => new ColumnBuilder(n, Declared(n) ?? ColumnKind.Ignored, source));
        while (Fill(builders, rowsPerChunk) > 0)
            yield return new Table(tableName, Array.ConvertAll(builders, b => b.Finish()));
    }

    public void Dispose() => reader.Dispose();

    private ColumnKind? Declared(string name) => options.Columns.TryGetValue(name, out var kind) ? kind : null;

    private int Fill(ColumnBuilder[] builders, int limit)
    {
        var count = 0;
        for (; count < limit && pending.Count > 0; count++)
        {
            for (var i = 0; i < builders.Length; i++)
                builders[i].Add(Encoding.UTF8.GetBytes(pending[0][i]), pendingAt[0]);
            pending.RemoveAt(0);
            pendingAt.RemoveAt(0);
        }
        for (; count < limit && Next(); count++)
        {
            var at = new CsvPosition(rowsRead, reader.LineNumber);
            CheckFieldCount(builders.Length, at);
            for (var i = 0; i < builders.Length; i++)
                builders[i].Add(reader.GetSpan(i), at);
        }
        return count;
    }

    private bool Next()
    {
        try
        {
            if (!reader.Read())
                return false;
            rowsRead++;
            return true;
        }
        catch (CsvFormatException e)
        {
            throw new GradusException($"{source}: near line {Math.Max(e.LineNumber, 1)}: {e.Message} Is a quote missing its "
                + "partner, or is this no CSV file?", e);
        }
        catch (IOException e)
        {
            throw new GradusException($"{source}: cannot be read: {e.Message}", e);
        }
    }

    private void CheckFieldCount(int expected, CsvPosition at)
    {
        var found = reader.FieldCount;
        if (found == expected)
            return;
        throw new GradusException($"{source}: {at} has {found} fields, but {(header ? "the header" : "the first row")} has "
            + $"{expected}. Each row needs one value a column; put quotes around a text that contains the "
            + $"delimiter '{(reader.Separator == '\t' ? "tab" : reader.Separator.ToString())}'.");
    }

    private void RefuseUnclosedQuote(CsvMalformedRecord record)
    {
        if (record.Reason == CsvMalformedReason.UnterminatedQuote)
            throw new GradusException($"{source}: record {record.RecordNumber} opens a quote that is never closed. "
                + "Close it, or double it (\"\") if it is part of the text.");
    }

    private (string[] Names, bool Header) ReadNames()
    {
        if (!Next())
            throw new GradusException($"{source} is empty. Expected a CSV file: a header and at least one row.");
        var first = Row();
        if (Array.Exists(first, field => field.Contains('\0', StringComparison.Ordinal)))
            throw new GradusException($"{source} holds zero bytes, so it is no CSV file (or UTF-16 without a byte order mark). "
                + "Expected text in UTF-8; unpack it first if it is compressed.");
        var firstAt = new CsvPosition(1, reader.LineNumber);
        var second = Next() ? Row() : null;
        var hasHeader = options.HasHeader ?? LooksLikeHeader(first, second);
        if (hasHeader && second is null)
            throw new GradusException($"{source} has a header ({Suggestion.List(first)}) and no rows. "
                + "If its only row is data, say so: HasHeader = false (--no-header).");
        rowsRead = 0;
        if (!hasHeader)
            Keep(first, firstAt);
        var names = new string[first.Length];
        for (var i = 0; i < names.Length; i++)
        {
            var name = hasHeader ? first[i].Trim() : "";
            names[i] = name.Length > 0 ? name : string.Create(CultureInfo.InvariantCulture, $"column{i + 1}");
            if (Array.IndexOf(names, names[i], 0, i) is var other and >= 0)
                throw new GradusException($"{source}: columns {other + 1} and {i + 1} are both called '{names[i]}'. "
                    + "Column names must differ; rename one in the header.");
        }
        if (second is not null)
        {
            CheckFieldCount(names.Length, new CsvPosition(rowsRead + 1, reader.LineNumber));
            Keep(second, new CsvPosition(rowsRead + 1, reader.LineNumber));
        }
        return (names, hasHeader);
    }

    private void Keep(string[] row, CsvPosition at)
    {
        pending.Add(row);
        pendingAt.Add(at);
        rowsRead++;
    }

    private string[] Row()
    {
        var row = new string[reader.FieldCount];
        for (var i = 0; i < row.Length; i++)
            row[i] = reader.GetString(i);
        return row;
    }

    // Names are texts. A first row with numbers in it is data, unless a column goes from text to a number below it.
    private static bool LooksLikeHeader(string[] first, string[]? second)
    {
        if (!Array.Exists(first, IsNumber))
            return true;
        for (var i = 0; second is not null && i < Math.Min(first.Length, second.Length); i++)
        {
            if (first[i].Trim().Length > 0 && !IsNumber(first[i]) && IsNumber(second[i]))
                return true;
        }
        return false;

        static bool IsNumber(string text) =>
            NumberText.Read(Encoding.UTF8.GetBytes(text), out _) is NumberText.Result.Number or NumberText.Result.OutOfRange;
    }

    private void CheckDeclared()
    {
        foreach (var name in options.Columns.Keys)
        {
            if (Array.IndexOf(Names, name) < 0)
                throw new GradusException($"{source} has no column '{name}'.{Suggestion.Tail(name, Names)}");
        }
    }
}
