using System.Globalization;
using System.Text;

namespace Gradus;

/// <summary>Collects one column of a file, field by field, and finds out its kind on the way: numbers until the first
/// text. A column that turns into text after numbers have been read asks for a second reading of the file, since the
/// numbers' own spelling ("1.0" or "1") was not kept.</summary>
/// <param name="name">The column's name.</param>
/// <param name="declared">The kind that the user gave; <see langword="null"/> to infer it.</param>
/// <param name="source">The file, for messages.</param>
internal sealed class ColumnBuilder(string name, ColumnKind? declared, string source)
{
    /// <summary>The largest number of different texts in a category column.</summary>
    public const int MaxCategories = 1_000_000;

    private const int MaxDateTexts = 10_000;   // more different dates than these are not kept as texts

    private const int MinimumIdentifiers = 50;   // fewer different texts are never taken for identifiers
    private const double IdentifierShare = 0.9;  // … nor when they fill less than this share of the rows

    private const int MinimumFreeTexts = 20;     // likewise for free text, …
    private const int WordsOfFreeText = 6;       // … whose texts have at least so many words on average

    private readonly ChunkedList<float> numbers = new();
    private readonly ChunkedList<long> dates = new();
    private readonly ChunkedList<int> codes = new();
    private readonly Dictionary<string, int> codeOf = new(StringComparer.Ordinal);
    private readonly List<string> texts = [];
    private bool asText = declared is ColumnKind.Category or ColumnKind.Boolean;
    private bool asDate = declared == ColumnKind.Date;
    private bool allDates = declared is null;
    private bool anyNumber;
    private GradusException? outOfRange;
    private int rows;

    public string Name => name;

    /// <summary>The column holds texts, and some of them have been lost by reading them as numbers.</summary>
    public bool NeedsSecondReading { get; private set; }

    /// <summary>A builder for the second reading, in which this column is text from the start.</summary>
    public ColumnBuilder ForSecondReading() => new(name, declared, source) { asText = true };

    public void Add(ReadOnlySpan<byte> field, CsvPosition at)
    {
        rows++;
        if (declared == ColumnKind.Ignored || NeedsSecondReading)
            return;
        if (asDate)
            AddDate(field, at);
        else if (asText)
            AddText(field, at);
        else
            AddNumber(field, at);
    }

    private void AddNumber(ReadOnlySpan<byte> field, CsvPosition at)
    {
        switch (NumberText.Read(field, out var value))
        {
            case NumberText.Result.Number:
                anyNumber = true;
                break;
            case NumberText.Result.OutOfRange:
                // Kept for later: the column may turn out to hold texts, and then "1e99" is one of them.
                anyNumber = true;
                outOfRange ??= new GradusException($"{source}: column '{name}', {at}: '{Decode(field)}' does not fit float32 "
                    + $"(finite, at most ±3.4e38). Correct the value, leave it empty, or set the column aside ({name}=ignored).");
                if (declared == ColumnKind.Number)
                    throw outOfRange;
                value = float.NaN;
                break;
            case NumberText.Result.Text when declared == ColumnKind.Number:
                throw new GradusException($"{source}: column '{name}', {at}: '{Decode(field)}' is not a number, and the column is "
                    + $"declared a number. Correct the value, leave it empty if it is missing, or read the column as {name}=category.");
            case NumberText.Result.Text:
                TurnIntoText(field, at);
                return;
        }
        numbers.Add(value);
    }

    private void TurnIntoText(ReadOnlySpan<byte> field, CsvPosition at)
    {
        outOfRange = null;
        if (anyNumber)
        {
            NeedsSecondReading = true;
            numbers.Drain();
            return;
        }
        asText = true;
        for (var i = numbers.Count; i > 0; i--)
            codes.Add(-1);
        numbers.Drain();
        AddText(field, at);
    }

    private void AddText(ReadOnlySpan<byte> field, CsvPosition at)
    {
        if (NumberText.IsMissing(field.Trim(" \t"u8)))
        {
            codes.Add(-1);
            return;
        }
        Span<char> buffer = stackalloc char[256];
        var text = field.Length <= buffer.Length
            ? buffer[..Encoding.UTF8.GetChars(field, buffer)]
            : Encoding.UTF8.GetString(field).ToCharArray();
        var lookup = codeOf.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(text, out var code))
        {
            allDates = allDates && DateText.TryRead(text, out _);
            code = texts.Count;
            if (code == MaxDateTexts && allDates)
            {
                TurnIntoDates();
                AddDate(field, at);
                return;
            }
            if (code == MaxCategories)
                throw new GradusException($"{source}: column '{name}' has more than {MaxCategories:N0} different texts "
                    + $"({at}: '{Shorten(text.ToString())}'); a category column may have at most that many. "
                    + (WordsEach() >= WordsOfFreeText ? "It is free text, which a network of numbers and categories cannot read: make columns "
                        + "of what matters in it (its length, whether a word occurs), and set it aside" : "If it is a name or an identifier, set it aside")
                    + $": {name}=ignored.");
            var owned = text.ToString();
            if (declared == ColumnKind.Boolean && !BooleanColumn.TryParse(owned, digits: true, out _))
                throw new GradusException($"{source}: column '{name}', {at}: '{Shorten(owned)}' is not a boolean (true, false, "
                    + $"yes, no, 1, 0), and the column is declared one. Correct the value or read the column as {name}=category.");
            texts.Add(owned);
            lookup[text] = code;
        }
        codes.Add(code);
    }

    // Dates may be more different ones than categories may: they need no list.
    private void TurnIntoDates()
    {
        asDate = true;
        var ticks = TicksOf(texts);
        foreach (var code in codes.Drain())
            dates.Add(code < 0 ? -1 : ticks[code]);
        texts.Clear();
        codeOf.Clear();
    }

    private void AddDate(ReadOnlySpan<byte> field, CsvPosition at)
    {
        if (NumberText.IsMissing(field.Trim(" \t"u8)))
        {
            dates.Add(-1);
            return;
        }
        Span<char> buffer = stackalloc char[64];
        if (field.Length > buffer.Length || !DateText.TryRead(buffer[..Encoding.UTF8.GetChars(field, buffer)], out var value))
            throw new GradusException($"{source}: column '{name}', {at}: '{Decode(field)}' is not a date, "
                + (declared is null ? $"as all {MaxDateTexts:N0} different values before it are. " : "and the column is declared one. ")
                + DateText.Expected + $". Correct the value, leave it empty if it is missing, or set the column aside ({name}=ignored).");
        dates.Add(value.Ticks);
    }

    private static long[] TicksOf(List<string> texts) =>
        [.. texts.Select(text => DateText.TryRead(text, out var value) ? value.Ticks : -1)];

    /// <summary>The finished column; the builder starts anew (for the next chunk).</summary>
    public Column Finish()
    {
        var count = rows;
        rows = 0;
        if (declared == ColumnKind.Ignored)
            return new IgnoredColumn(name, count);
        if (outOfRange is not null)
            throw outOfRange;
        if (asDate)
            return new DateColumn(name, dates.Drain());
        if (!asText)
            return new NumberColumn(name, numbers.Drain());

        if (allDates && texts.Count > 0)
        {
            TurnIntoDates();
            return new DateColumn(name, dates.Drain());
        }

        var categories = texts.ToArray();
        var words = WordsEach();
        var drained = codes.Drain();
        texts.Clear();
        codeOf.Clear();
        if (declared == ColumnKind.Boolean
            || (declared is null && categories.Length > 0
                && Array.TrueForAll(categories, t => BooleanColumn.TryParse(t, digits: false, out _))))
            return ToBoolean(drained, categories);
        if (declared is null && words >= WordsOfFreeText && IsDistinct(drained, categories.Length, MinimumFreeTexts))
            return new IgnoredColumn(name, count, $"free text: {categories.Length:N0} different texts of {words:0} words on average in "
                + $"{count:N0} rows, which a network of numbers and categories cannot read. Make columns of what matters in it, such as "
                + $"its length or whether a word occurs; {name}=category uses each text as a category");
        if (declared is null && IsDistinct(drained, categories.Length, MinimumIdentifiers))
            return new IgnoredColumn(name, count, $"{categories.Length:N0} different texts in {count:N0} rows: a name or an "
                + $"identifier ({name}=category to use it)");

        var moved = CategoryOrder.Sort(categories);
        foreach (ref var code in drained.AsSpan())
            code = code < 0 ? code : moved[code];
        return new CategoryColumn(name, drained, categories);
    }

    // Texts that differ on nearly every row tell rows apart, not kinds of rows.
    private static bool IsDistinct(int[] codes, int different, int least)
    {
        var present = 0;
        foreach (var code in codes)
            present += code >= 0 ? 1 : 0;
        return different > least && different > IdentifierShare * present;
    }

    private double WordsEach() =>
        texts.Count == 0 ? 0 : texts.Average(text => 1.0 + text.AsSpan().Trim().Count(' '));

    private BooleanColumn ToBoolean(int[] codes, string[] spellings)
    {
        var truth = Array.ConvertAll(spellings, t => BooleanColumn.TryParse(t, digits: true, out var value) && value);
        var values = Array.ConvertAll(codes, code => code < 0 ? (sbyte)-1 : truth[code] ? (sbyte)1 : (sbyte)0);
        var no = Array.IndexOf(truth, false);
        var yes = Array.IndexOf(truth, true);
        return new BooleanColumn(name, values, no < 0 ? "false" : spellings[no], yes < 0 ? "true" : spellings[yes]);
    }

    private static string Decode(ReadOnlySpan<byte> field) => Shorten(Encoding.UTF8.GetString(field));

    private static string Shorten(string text) =>
        text.Length <= 60 ? text : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, 60)}…");
}
