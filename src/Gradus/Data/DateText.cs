using System.Globalization;

namespace Gradus;

/// <summary>Reads dates and times that can be read in one way only.</summary>
/// <remarks>ISO 8601 (2024-03-01, 2024-03, 20240301, each also with a time: 2024-03-01T14:30:05.25Z), the same with slashes or points,
/// the day first with points (1.3.2024), and English months (1 Mar 2024, March 1, 2024). An offset is read and dropped: what counts
/// is the clock where the time was taken. 01/03/2024 may be January or March and is refused.</remarks>
internal ref struct DateText
{
    public const string Expected = "Expected a date such as 2024-03-01, 2024-03-01T14:30, 1.3.2024 or 1 Mar 2024 (01/03/2024 could be January or March)";

    private const int YearDigits = 4;
    private readonly ReadOnlySpan<char> text;
    private int at;

    private DateText(ReadOnlySpan<char> text) => this.text = text;

    /// <summary>Reads a date, or a date and a time of day.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out DateTime value)
    {
        var reading = new DateText(text.Trim());
        return reading.Date(out value) && reading.Time(ref value) && reading.at == reading.text.Length;
    }

    /// <summary>As a file would hold it: without the time where that is midnight.</summary>
    public static string Write(DateTime value) => value.ToString(
        value.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd"
        : value.Ticks % TimeSpan.TicksPerMinute == 0 ? "yyyy-MM-ddTHH:mm" : "yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    private bool Date(out DateTime value)
    {
        value = default;
        if (Word(out var month))
            return Spaces() && Digits(1, 2, out var day, out _) && (Take(',') | Spaces()) && Digits(YearDigits, YearDigits, out var year, out _)
                && Make(year, month, day, out value);
        if (!Digits(1, 8, out var first, out var digits))
            return false;
        if (digits == 8)
            return Make(first / 10_000, first / 100 % 100, first % 100, out value);
        if (digits > 2)
            return digits == YearDigits && AfterYear(first, out value);
        return AfterDay(first, out value);
    }

    // -03-01, /3/1, .03.01, or -03 alone
    private bool AfterYear(int year, out DateTime value)
    {
        value = default;
        var separator = at < text.Length ? text[at] : ' ';
        if (separator is not ('-' or '/' or '.') || !Take(separator) || !Digits(separator == '-' ? 2 : 1, 2, out var month, out _))
            return false;
        if (!Take(separator))
            return separator == '-' && at == text.Length && Make(year, month, 1, out value);
        return Digits(separator == '-' ? 2 : 1, 2, out var day, out _) && Make(year, month, day, out value);
    }

    // .3.2024, or Mar 2024 after a space or a hyphen
    private bool AfterDay(int day, out DateTime value)
    {
        value = default;
        int month, year;
        if (Take('.') && Digits(1, 2, out month, out _))
            return Take('.') && Digits(YearDigits, YearDigits, out year, out _) && Make(year, month, day, out value);
        return (Spaces() | Take('-')) && Word(out month) && (Take(',') | Spaces() | Take('-'))
            && Digits(YearDigits, YearDigits, out year, out _) && Make(year, month, day, out value);
    }

    private bool Time(ref DateTime value)
    {
        if (at == text.Length)
            return true;
        if (!(Take('T') || Spaces()) || !Digits(1, 2, out var hour, out _) || !Take(':') || !Digits(2, 2, out var minute, out _))
            return false;
        int second = 0, fraction = 0, places = 0;
        if (Take(':') && (!Digits(2, 2, out second, out _) || (Take('.') && !Digits(1, 9, out fraction, out places))))
            return false;
        if (hour > 23 || minute > 59 || second > 59)
            return false;
        value = value.AddTicks((((hour * 60L) + minute) * 60 + second) * TimeSpan.TicksPerSecond
            + (long)(fraction / Math.Pow(10, places) * TimeSpan.TicksPerSecond));
        return Offset();
    }

    // Z, +01, +01:00 or +0100, or nothing
    private bool Offset()
    {
        if (Take('Z') || !(Take('+') || Take('-')))
            return true;
        if (!Digits(2, 4, out _, out var digits) || digits == 3)
            return false;
        return !Take(':') || (digits == 2 && Digits(2, 2, out _, out _));
    }

    private static bool Make(int year, int month, int day, out DateTime value)
    {
        var valid = year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
        value = valid ? new DateTime(year, month, day) : default;
        return valid;
    }

    private bool Digits(int least, int most, out int value, out int count)
    {
        (value, count) = (0, 0);
        for (; at < text.Length && count < most && char.IsAsciiDigit(text[at]); at++, count++)
            value = (value * 10) + (text[at] - '0');
        return count >= least && !(at < text.Length && char.IsAsciiDigit(text[at]) && count == most && most < 9);
    }

    private bool Word(out int month)
    {
        month = 0;
        var end = at;
        while (end < text.Length && char.IsAsciiLetter(text[end]))
            end++;
        var word = text[at..end];
        if (word.Length < 3)
            return false;
        for (var i = 1; i <= 12; i++)
        {
            var name = CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(i);
            if (word.Equals(name, StringComparison.OrdinalIgnoreCase) || word.Equals(name.AsSpan(0, 3), StringComparison.OrdinalIgnoreCase))
                month = i;
        }
        at = month > 0 ? end : at;
        return month > 0;
    }

    private bool Take(char expected)
    {
        if (at >= text.Length || text[at] != expected)
            return false;
        at++;
        return true;
    }

    private bool Spaces()
    {
        var from = at;
        while (at < text.Length && text[at] == ' ')
            at++;
        return at > from;
    }
}
