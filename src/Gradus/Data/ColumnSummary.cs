namespace Gradus;

/// <summary>What is in a column.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Missing">How many values are missing.</param>
/// <param name="Distinct">How many different values there are, missing ones apart; 0 for an ignored column.</param>
/// <param name="Numbers">Figures of a number column; <see langword="null"/> for others and when all values are missing.</param>
/// <param name="Top">The most frequent categories or booleans, most frequent first; empty for others.</param>
/// <param name="Note">Why a column is ignored, or from when to when dates are; otherwise <see langword="null"/>.</param>
public sealed record ColumnSummary(string Name, ColumnKind Kind, int Missing, int Distinct, NumberSummary? Numbers,
    IReadOnlyList<CategoryCount> Top, string? Note)
{
    internal static ColumnSummary Of(Column column, int top)
    {
        switch (column)
        {
            case NumberColumn number:
                return OfNumbers(column, [.. number.Values.ToArray().Where(v => !float.IsNaN(v))]);
            case PixelColumn pixel:
                var pixels = new float[pixel.Count];
                for (var row = 0; row < pixels.Length; row++)
                    pixels[row] = pixel[row];
                return OfNumbers(column, pixels);
            case CategoryColumn category:
                return OfCounts(column, category.Codes.ToArray(), category.Categories, top);
            case BooleanColumn boolean:
                return OfCounts(column, Array.ConvertAll(boolean.Values.ToArray(), v => (int)v), [boolean.FalseText, boolean.TrueText], top);
            case DateColumn date:
                return OfDates(date);
            default:
                return new ColumnSummary(column.Name, column.Kind, column.MissingCount, 0, null, [], (column as IgnoredColumn)?.Reason);
        }
    }

    private static ColumnSummary OfNumbers(Column column, float[] present)
    {
        var distinct = new HashSet<float>(present).Count;
        return new ColumnSummary(column.Name, column.Kind, column.MissingCount, distinct, NumberSummary.Of(present), [], null);
    }

    private static ColumnSummary OfDates(DateColumn column)
    {
        var present = new HashSet<long>(column.Ticks.ToArray().Where(ticks => ticks >= 0));
        var note = present.Count == 0 ? null : $"{DateText.Write(new DateTime(present.Min()))} to {DateText.Write(new DateTime(present.Max()))}";
        return new ColumnSummary(column.Name, column.Kind, column.MissingCount, present.Count, null, [], note);
    }

    private static ColumnSummary OfCounts(Column column, int[] codes, IReadOnlyList<string> names, int top)
    {
        var counts = new int[names.Count];
        foreach (var code in codes)
        {
            if (code >= 0)
                counts[code]++;
        }
        var occurring = names.Select((name, code) => new CategoryCount(name, counts[code])).Where(c => c.Count > 0).ToArray();
        return new ColumnSummary(column.Name, column.Kind, column.MissingCount, occurring.Length, null,
            [.. occurring.OrderByDescending(c => c.Count).Take(top)], null);  // a stable sort: equals keep the categories' order
    }
}
