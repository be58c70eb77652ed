using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>A date: its year and its day number, standardised; month, weekday and, when training had times of day, the
/// hour, each as sine and cosine of its angle, so that December stands beside January. Missing dates become the median of
/// training, marked by a feature of their own when training had any.</summary>
internal sealed record DateTransform(string Name, NumberScale Year, NumberScale Day, bool Times, double MedianDay, bool Indicator)
    : InputTransform
{
    private static readonly DateTime Origin = new(2000, 1, 1);
    private static readonly double FirstDay = (DateTime.MinValue - Origin).TotalDays;
    private static readonly double LastDay = (DateTime.MaxValue.Date - Origin).TotalDays;

    public override IReadOnlyList<string> Inputs => [Name];

    public override ColumnKind Kind => ColumnKind.Date;

    public override IReadOnlyList<string> Features =>
    [
        $"{Name}.year", $"{Name}.month.sin", $"{Name}.month.cos", $"{Name}.weekday.sin", $"{Name}.weekday.cos",
        .. Times ? [$"{Name}.hour.sin", $"{Name}.hour.cos"] : Array.Empty<string>(),
        $"{Name}.day", .. Indicator ? [$"{Name}=(missing)"] : Array.Empty<string>(),
    ];

    public override string Summary => $"date: year, month, weekday{(Times ? ", hour" : "")}, day number"
        + (Indicator ? $"; missing: median {DateText.Write(Date(Math.Floor(MedianDay)))} and an indicator" : "");

    /// <summary>Days since 2000-01-01 as a float32, in which a late hour never becomes the next day: exact to three minutes
    /// from 1911 to 2088.</summary>
    public static float DayOf(DateTime value)
    {
        var (whole, rest) = Math.DivRem(value.Ticks - Origin.Ticks, TimeSpan.TicksPerDay);
        if (rest < 0)
            (whole, rest) = (whole - 1, rest + TimeSpan.TicksPerDay);
        var rounded = (float)(whole + ((double)rest / TimeSpan.TicksPerDay));
        return MathF.Floor(rounded) > whole ? MathF.BitDecrement(rounded) : rounded;
    }

    public static DateTransform Fit(DateColumn column)
    {
        var days = new List<float>();
        var years = new List<float>();
        var times = false;
        foreach (var ticks in column.Ticks)
        {
            if (ticks < 0)
                continue;
            var value = new DateTime(ticks);
            days.Add(DayOf(value));
            years.Add(value.Year);
            times |= value.TimeOfDay != TimeSpan.Zero;
        }
        float[] present = [.. days];
        var day = NumberScale.Fit(Scaling.Standardize, present);
        var median = Median.Of(present);
        return new DateTransform(column.Name, NumberScale.Fit(Scaling.Standardize, years.ToArray()), day, times,
            times ? median : Math.Floor(median), column.MissingCount > 0 && present.Length > 0);
    }

    public override void Encode(Table table, Span<float> destination, int stride, ReportBuilder report)
    {
        var column = Find(table, Name);
        if (column is not DateColumn && !AllMissing(column))
            throw WrongKind(table, column, Kind);
        for (var i = 0; i < column.Count; i++)
        {
            var value = column is DateColumn dates && dates[i] is { } date ? DayOf(date) : float.NaN;
            EncodeOne(value, destination[(i * stride)..]);
        }
        if (column.MissingCount > 0 && !Indicator)
            report.Missing(Name, column.MissingCount);
    }

    public override void EncodeRow(ReadOnlySpan<float> values, Span<float> destination) => EncodeOne(values[0], destination);

    private void EncodeOne(float value, Span<float> destination)
    {
        var missing = float.IsNaN(value);
        var day = Math.Clamp(missing ? MedianDay : value, FirstDay, LastDay);
        var whole = Math.Floor(day);
        var date = Date(whole);
        destination[0] = Year.Apply(date.Year);
        Turn((date.Month - 1) / 12.0, destination[1..]);
        Turn((int)date.DayOfWeek / 7.0, destination[3..]);
        var next = 5;
        if (Times)
        {
            Turn(day - whole, destination[next..]);
            next += 2;
        }
        destination[next] = Day.Apply(day);
        if (Indicator)
            destination[next + 1] = missing ? 1 : 0;
    }

    // sin and cos of a share of the full turn.
    private static void Turn(double share, Span<float> destination)
    {
        var (sine, cosine) = Math.SinCos(2 * Math.PI * share);
        (destination[0], destination[1]) = ((float)sine, (float)cosine);
    }

    private static DateTime Date(double wholeDay) => new(Origin.Ticks + ((long)wholeDay * TimeSpan.TicksPerDay));

    /// <summary>The days since 2000-01-01; NaN when missing.</summary>
    public override float Parse(int input, string? text)
    {
        if (text is null || NumberText.IsMissing(System.Text.Encoding.UTF8.GetBytes(text.Trim())))
            return float.NaN;
        return DateText.TryRead(text, out var value) ? DayOf(value)
            : throw new GradusException($"Column '{Name}': '{text}' is not a date. {DateText.Expected}, or nothing if it is missing.");
    }

    public override JsonObject ToJson() => new()
    {
        ["kind"] = "date",
        ["column"] = Name,
        ["year"] = ScaleJson.Write(Year),
        ["day"] = ScaleJson.Write(Day),
        ["times"] = Times,
        ["median"] = MedianDay,
        ["indicator"] = Indicator,
    };

    public static DateTransform FromJson(JsonReading json)
    {
        var median = json.Number("median");
        return median >= FirstDay && median <= LastDay
            ? new DateTransform(json.Text("column"), ScaleJson.Read(json.Object("year")), ScaleJson.Read(json.Object("day")),
                json.Flag("times"), median, json.Flag("indicator"))
            : throw json.Wrong("median", $"{median}", "a day of the years 1 to 9999, counted from 2000-01-01");
    }
}
