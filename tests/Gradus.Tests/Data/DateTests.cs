using System.Globalization;
using System.Text.Json.Nodes;

namespace Gradus.Tests;

public class DateTests
{
    private static Table Read(string text, CsvOptions? options = null) => Table.ReadCsv(new StringReader(text), "t", options);

    private static CsvOptions With(string name, ColumnKind kind) =>
        new() { Columns = new Dictionary<string, ColumnKind> { [name] = kind } };

    private static float[] Row(FeatureMatrix inputs, int row)
    {
        var values = new float[inputs.Columns];
        inputs.CopyRows(row, 1, values);
        return values;
    }

    [Theory]
    [InlineData("2024-03-01", "2024-03-01")]
    [InlineData(" 2024-03-01 ", "2024-03-01")]
    [InlineData("2024-03", "2024-03-01")]
    [InlineData("20240301", "2024-03-01")]
    [InlineData("2024/3/1", "2024-03-01")]
    [InlineData("2024.03.01", "2024-03-01")]
    [InlineData("1.3.2024", "2024-03-01")]
    [InlineData("31.12.1999 23:59", "1999-12-31T23:59")]
    [InlineData("1 Mar 2024", "2024-03-01")]
    [InlineData("01-MAR-2024", "2024-03-01")]
    [InlineData("1 march, 2024", "2024-03-01")]
    [InlineData("March 1, 2024", "2024-03-01")]
    [InlineData("May 1 2024 7:05", "2024-05-01T07:05")]
    [InlineData("2024-02-29T14:30", "2024-02-29T14:30")]
    [InlineData("2024-02-29 14:30:05", "2024-02-29T14:30:05")]
    [InlineData("2024-02-29T14:30:05.25Z", "2024-02-29T14:30:05.25")]
    [InlineData("2024-02-29T14:30+01:00", "2024-02-29T14:30")]
    [InlineData("2024-02-29T14:30-0530", "2024-02-29T14:30")]
    [InlineData("0001-01-01", "0001-01-01")]
    [InlineData("9999-12-31T23:59:59", "9999-12-31T23:59:59")]
    public void Dates_are_read(string text, string expected)
    {
        Assert.True(DateText.TryRead(text, out var value));
        Assert.Equal(expected, DateText.Write(value));
        Assert.True(DateText.TryRead(expected, out var again));
        Assert.Equal(value, again);
    }

    [Theory]
    [InlineData("01/03/2024")]     // January or March
    [InlineData("01-03-2024")]
    [InlineData("1.3.24")]
    [InlineData("2023-02-29")]
    [InlineData("2024-13-01")]
    [InlineData("2024-03-00")]
    [InlineData("2024-3-1")]
    [InlineData("2024-03-01x")]
    [InlineData("2024-03-01T24:00")]
    [InlineData("2024-03-01T12")]
    [InlineData("2024-03-01T12:60")]
    [InlineData("2024-03-01T12:00+1")]
    [InlineData("2024-03-01 +01")]
    [InlineData("2024")]
    [InlineData("202403")]
    [InlineData("0000-01-01")]
    [InlineData("1 Mai 2024")]
    [InlineData("Mar 2024")]
    [InlineData("12:30")]
    [InlineData("")]
    [InlineData("-")]
    public void What_is_no_date_or_could_be_two_is_not_read(string text) => Assert.False(DateText.TryRead(text, out _));

    [Fact]
    public void A_column_of_dates_is_found_when_every_value_is_one()
    {
        var table = Read("when,x\n2024-03-01,1\n,2\n1.4.2024 12:00,3\n");
        var column = Assert.IsType<DateColumn>(table["when"]);
        Assert.Equal(1, column.MissingCount);
        Assert.Equal(["2024-03-01", null, "2024-04-01T12:00"], Enumerable.Range(0, 3).Select(column.TextAt));
        Assert.Equal(new DateTime(2024, 3, 1), column[0]);
        Assert.Equal("2024-04-01T12:00", table.SelectRows([2])["when"].TextAt(0));
        Assert.Equal(ColumnKind.Category, Read("when,x\n2024-03-01,1\nsoon,2\n")["when"].Kind);
        Assert.Equal(ColumnKind.Category, Read("when,x\n2024-03-01,1\n", With("when", ColumnKind.Category))["when"].Kind);
        Assert.Equal("2024-03-01 to 2024-04-01T12:00", TableSummary.Of(table).Columns[0].Note);
    }

    [Fact]
    public void More_dates_than_categories_may_be_are_still_dates()
    {
        var start = new DateTime(2020, 1, 1);
        string Line(int i) => i % 7 == 3 ? ",1" : $"{DateText.Write(start.AddHours(i))},1";
        var text = "when,x\n" + string.Join('\n', Enumerable.Range(0, 15_000).Select(Line));
        var column = Assert.IsType<DateColumn>(Read(text)["when"]);
        Assert.All(Enumerable.Range(0, 15_000), i => Assert.Equal(i % 7 == 3 ? null : start.AddHours(i), column[i]));
        var message = Assert.Throws<GradusException>(() => Read(text + "\nsoon,1\n")).Message;
        Assert.Contains("column 'when', row 15001 (line 15002): 'soon' is not a date", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_declared_column_names_row_and_text_of_what_is_no_date()
    {
        Assert.Equal("2024-03-01", Read("when,x\n20240301,1\n", With("when", ColumnKind.Date))["when"].TextAt(0));
        var message = Assert.Throws<GradusException>(() => Read("when,x\n2024-03-01,1\n01/03/2024,2\n", With("when", ColumnKind.Date))).Message;
        Assert.Contains("column 'when', row 2 (line 3): '01/03/2024' is not a date", message, StringComparison.Ordinal);
        Assert.Contains("2024-03-01T14:30", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dates_become_features()
    {
        // A Friday in March at noon, a Sunday in December at 18:00, a missing one, and a Wednesday in June at midnight.
        var table = Read("when,y\n2024-03-01T12:00,1.5\n2025-12-28T18:00,2\n,3\n2024-06-05,4\n");
        var fitted = Preprocessor.Fit(table, new PreprocessingOptions { Target = "y" });
        Assert.Equal(["when.year", "when.month.sin", "when.month.cos", "when.weekday.sin", "when.weekday.cos", "when.hour.sin",
            "when.hour.cos", "when.day", "when=(missing)"], fitted.FeatureNames);
        var encoded = fitted.Encode(table).Inputs;
        float[] first = Row(encoded, 0), second = Row(encoded, 1), missing = Row(encoded, 2), third = Row(encoded, 3);
        Assert.Equal(-Math.Sqrt(0.5), first[0], 1e-6);      // years 2024, 2025, 2024: mean 2024⅓, deviation √2/3
        Near((Math.Sin(Math.PI / 3), 0.5), first[1], first[2]);        // March: a sixth of the turn
        Near((Math.Sin(10 * Math.PI / 7), Math.Cos(10 * Math.PI / 7)), first[3], first[4]);
        Near((0, -1), first[5], first[6]);                             // noon is opposite of midnight
        Near((0, 1), second[3], second[4]);                            // Sunday
        Near((-1, 0), second[5], second[6]);                           // 18:00
        Near((0, 1), third[5], third[6]);
        Assert.Equal(0, first[7] + second[7] + third[7], 1e-5);
        Assert.Equal([.. third[..^1], 1], missing);         // the median is the one in June
        Assert.Equal(0, third[^1]);
    }

    private static void Near((double Sine, double Cosine) expected, float sine, float cosine)
    {
        Assert.Equal(expected.Sine, sine, 1e-6);
        Assert.Equal(expected.Cosine, cosine, 1e-6);
    }

    [Fact]
    public void Rows_are_encoded_as_tables_without_allocation_and_after_reading()
    {
        string?[] texts = ["2024-03-01", "1911-07-09T23:59:59", "2088-12-31T00:00:01", null, "0001-01-01", "9999-12-31T23:59:59", "31.10.1999 3:07"];
        var table = new Table("t", [new DateColumn("when",
            [.. texts.Select(t => t is not null && DateText.TryRead(t, out var value) ? value : (DateTime?)null)])]);
        var fitted = Preprocessor.Fit(table, new PreprocessingOptions());
        var text = fitted.ToJson().ToJsonString();
        var read = Preprocessor.FromJson(JsonNode.Parse(text));
        Assert.Equal(text, read.ToJson().ToJsonString());
        Assert.Equal(ColumnKind.Date, read.InputKinds["when"]);
        var encoded = fitted.EncodeInputs(table).Inputs;
        float[] features = new float[fitted.FeatureCount], values = new float[1];
        for (var i = 0; i < texts.Length; i++)
        {
            values[0] = read.ParseInput(0, texts[i]);
            read.TransformRow(values, features);
            var before = GC.GetAllocatedBytesForCurrentThread();
            read.TransformRow(values, features);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
            Assert.Equal(Row(encoded, i), features);
        }
        foreach (var far in (float[])[float.MaxValue, float.MinValue])
            fitted.TransformRow([far], features);
        Assert.Contains("'when': 'soon' is not a date", Assert.Throws<GradusException>(() => fitted.ParseInput(0, "soon")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_late_hour_stays_in_its_day()
    {
        for (var day = new DateTime(1911, 1, 1); day.Year < 2089; day = day.AddDays(97))
        {
            var late = DateTransform.DayOf(day.AddDays(1).AddTicks(-1));
            Assert.Equal(Math.Floor(late), DateTransform.DayOf(day));
            Assert.InRange(late - Math.Floor(late), 1 - (3.0 / 1440), 1);
        }
    }

    [Fact]
    public void Without_times_there_is_no_hour_and_what_is_missing_is_counted()
    {
        var fitted = Preprocessor.Fit(Read("when,y\n2024-03-01,1.5\n2025-03-02,2\n"), new PreprocessingOptions { Target = "y" });
        Assert.Equal(6, fitted.FeatureCount);
        Assert.Equal(1, fitted.EncodeInputs(Read("when\n2024-03-01\n?\n")).Report.Columns[0].Missing);
        Assert.Empty(fitted.EncodeInputs(Read("when,x\n?,1\n")).Report.Columns.Skip(1));
        var message = Assert.Throws<GradusException>(() => fitted.EncodeInputs(Read("when\nsoon\nlate\n"))).Message;
        Assert.Contains("trained with a date column. Read the file with when=date", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_date_is_no_target()
    {
        var table = Read("x,when\n1,2024-03-01\n2,2024-03-02\n");
        var message = Assert.Throws<GradusException>(() => Preprocessor.Fit(table, new PreprocessingOptions { Target = "when" })).Message;
        Assert.Contains("'when' is a column of dates", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"inputs":[{"kind":"date","column":"a","median":1e9,"year":{"kind":"none"},"day":{"kind":"none"},"times":true,"indicator":false}]}""", "median")]
    [InlineData("""{"inputs":[{"kind":"date","column":"a","median":1,"year":{"kind":"none"},"times":true,"indicator":false}]}""", "inputs[0].day is no JSON object")]
    public void Damaged_json_is_refused(string json, string says) => Assert.Contains(
        says, Assert.Throws<GradusException>(() => Preprocessor.FromJson(JsonNode.Parse(json))).Message, StringComparison.Ordinal);

    [Fact]
    public void Free_text_is_set_aside_with_advice()
    {
        string Line(int i) => string.Create(CultureInfo.InvariantCulture, $"the house number {i} has a garden and a view,{i % 3},{i}.5");
        var text = "review,x,y\n" + string.Join('\n', Enumerable.Range(0, 40).Select(Line));
        var column = Assert.IsType<IgnoredColumn>(Read(text)["review"]);
        Assert.Contains("free text: 40 different texts of 10 words on average in 40 rows", column.Reason, StringComparison.Ordinal);
        Assert.Contains("review=category", column.Reason, StringComparison.Ordinal);
        Assert.Equal(ColumnKind.Category, Read(text, With("review", ColumnKind.Category))["review"].Kind);
        var alone = Assert.Throws<GradusException>(
            () => Preprocessor.Fit(Read(text).Without("x"), new PreprocessingOptions { Target = "y" })).Message;
        Assert.Contains("'review' is ignored: free text", alone, StringComparison.Ordinal);

        var many = "review,x\n" + string.Join('\n', Enumerable.Range(0, 10_001).Select(Line).Select(line => line[..line.LastIndexOf(',')]));
        Assert.Contains("free text: 10,001 different texts", Assert.IsType<IgnoredColumn>(Read(many)["review"]).Reason, StringComparison.Ordinal);
    }
}
