using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Gradus.Tests;

public class CsvTests
{
    private static Table Read(string text, CsvOptions? options = null) => Table.ReadCsv(new StringReader(text), "t.csv", options);

    private static string Refused(string text, CsvOptions? options = null) =>
        Assert.Throws<GradusException>(() => Read(text, options)).Message;

    private static CsvOptions With(string column, ColumnKind kind) =>
        new() { Columns = new Dictionary<string, ColumnKind> { [column] = kind } };

    [Theory]
    [InlineData("a,b\n1,x\n2,y\n")]
    [InlineData("a;b\r\n1;x\r\n2;y\r\n")]
    [InlineData("a\tb\n1\tx\n2\ty")]
    [InlineData("a|b\n1|x\n\n2|y\n\n")]
    [InlineData("\uFEFF\"a\",\"b\"\n\"1\",\"x\"\n\"2\",\"y\"\n")]
    [InlineData("a, b\n1, x\n 2 ,y\n")]
    [InlineData("sep=;\na;b\n1;x\n2;y\n")]
    public void Delimiters_quotes_marks_and_line_ends(string text)
    {
        var table = Read(text);
        Assert.Equal(["a", "b"], table.Columns.Select(c => c.Name));
        Assert.Equal([1, 2], ((NumberColumn)table["a"]).Values.ToArray());
        Assert.Equal(["x", "y"], ((CategoryColumn)table["b"]).Categories);
    }

    [Fact]
    public void Delimiter_in_quotes_does_not_count()
    {
        var table = Read("a;b\n\"1,2,3,4\";5\n\"x,y,z,w\";6\n");
        Assert.Equal("1,2,3,4", table["a"].TextAt(0));
        Assert.Equal("6", table["b"].TextAt(1));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("NA", true)]
    [InlineData("nan", true)]
    [InlineData(" NULL ", true)]
    [InlineData("?", true)]
    [InlineData("\"\"", true)]
    [InlineData("1", false)]
    public void Missing_numbers(string field, bool missing) =>
        Assert.Equal(missing ? 1 : 0, Read($"a,b\n{field},1\n2,3\n")["a"].MissingCount);

    [Theory]
    [InlineData("1\n2\n3", ColumnKind.Number)]
    [InlineData("-1.5e3\n+2\n.5", ColumnKind.Number)]
    [InlineData("yes\nNO\n?", ColumnKind.Boolean)]
    [InlineData("True\nFalse\ntrue", ColumnKind.Boolean)]
    [InlineData("0\n1\n0", ColumnKind.Number)]
    [InlineData("yes\nmaybe\nno", ColumnKind.Category)]
    [InlineData("1\nx\n2", ColumnKind.Category)]
    [InlineData("?\n?\n?", ColumnKind.Number)]
    public void Kinds_are_inferred(string values, ColumnKind kind) =>
        Assert.Equal(kind, Read("n,v\n" + string.Join('\n', values.Split('\n').Select((v, i) => $"{i},{v}")))["v"].Kind);

    [Fact]
    public void Numbers_before_a_text_keep_their_spelling()
    {
        var table = Read("n,v\n1,1.0\n2,1\n3,1e99\n4,\n5,x\n");
        Assert.Equal(["1.0", "1", "1e99", null, "x"], Enumerable.Range(0, 5).Select(table["v"].TextAt));
        Assert.Equal([1, 2, 3, 4, 5], ((NumberColumn)table["n"]).Values.ToArray());
    }

    [Fact]
    public void Categories_of_numbers_are_in_order_of_number() =>
        Assert.Equal(["1", "2", "10"], ((CategoryColumn)Read("a,b\n10,1\n2,1\n1,1\n", With("a", ColumnKind.Category))["a"]).Categories);

    [Theory]
    [InlineData("1,2\n3,4\n", false)]
    [InlineData("5.1,setosa\n4.9,setosa\n", false)]
    [InlineData("a,b\n1,2\n", true)]
    [InlineData("a,b\nx,y\n", true)]
    [InlineData("id,2019,2020\n1,2,3\n", true)]
    public void Header_is_found(string text, bool header)
    {
        var table = Read(text);
        Assert.Equal(header, table.Columns[0].Name != "column1");
        Assert.Equal(header ? 1 : 2, table.RowCount);
    }

    [Fact]
    public void Header_can_be_said()
    {
        Assert.Equal(2, Read("1,2\n3,4\n", new CsvOptions { HasHeader = false }).RowCount);
        Assert.Equal("2", Read("1,2\n3,4\n", new CsvOptions { HasHeader = true }).Columns[1].Name);
        Assert.Equal(1, Read("a,b\n", new CsvOptions { HasHeader = false }).RowCount);
    }

    [Fact]
    public void Identifiers_are_ignored()
    {
        var rows = string.Join('\n', Enumerable.Range(0, 100).Select(i => $"name{i},{i % 3}"));
        Assert.Equal(ColumnKind.Ignored, Read("name,x\n" + rows)["name"].Kind);
        Assert.Equal(ColumnKind.Category, Read("name,x\n" + rows, With("name", ColumnKind.Category))["name"].Kind);
    }

    [Theory]
    [InlineData("a,b\n1,2\n1\n", "row 2 (line 3) has 1 fields, but the header has 2")]
    [InlineData("a,b\n1,2\n\n1,2,3\n", "row 2 (line 4) has 3 fields")]
    [InlineData("a,b\n1,2,3\n", "row 1 (line 2) has 3 fields")]
    [InlineData("a,b\n1,2\n1e39,2\n", "column 'a', row 2 (line 3): '1e39' does not fit float32")]
    [InlineData("a,b\n1,2\n-inf,2\n", "column 'a', row 2 (line 3): '-inf' does not fit float32")]
    [InlineData("a,b,a\n1,2,3\n", "columns 1 and 3 are both called 'a'")]
    [InlineData("", "is empty")]
    [InlineData("\n\n", "is empty")]
    [InlineData("a,b\n", "has a header (a, b) and no rows")]
    [InlineData("a,b\n1,\"2\n3,4\n", "quote that is never closed")]
    [InlineData("\u001f\u008b\b\0\0,\n1,2\n", "zero bytes")]
    public void Refused_files(string text, string says) => Assert.Contains(says, Refused(text), StringComparison.Ordinal);

    [Fact]
    public void Refused_values_of_declared_columns()
    {
        Assert.Contains("column 'a', row 2 (line 3): 'x' is not a number", Refused("a,b\n1,1\nx,2\n", With("a", ColumnKind.Number)), StringComparison.Ordinal);
        Assert.Contains("'maybe' is not a boolean", Refused("a,b\nyes,1\nmaybe,2\n", With("a", ColumnKind.Boolean)), StringComparison.Ordinal);
        Assert.Contains("Did you mean 'price'?", Refused("price,b\n1,2\n", With("prize", ColumnKind.Number)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('"')]
    [InlineData('é')]
    [InlineData('\n')]
    public void Delimiters_are_checked(char delimiter) =>
        Assert.Contains("cannot separate", Refused("a,b\n1,2\n", new CsvOptions { Delimiter = delimiter }), StringComparison.Ordinal);

    [Fact]
    public void Too_many_categories_are_refused_with_advice()
    {
        var text = "name,x\n" + string.Join('\n', Enumerable.Range(0, 1_000_001).Select(i => $"{i:x}n,1"));
        var message = Refused(text);
        Assert.Contains("1,000,000", message, StringComparison.Ordinal);
        Assert.Contains("name=ignored", message, StringComparison.Ordinal);
        Assert.Equal(1_000_001, Read(text, With("name", ColumnKind.Ignored)).RowCount);
    }

    [Fact]
    public void Columns_of_many_texts_are_categories_unless_each_row_has_its_own()
    {
        var text = "name,id,x\n" + string.Join('\n', Enumerable.Range(0, 60_000).Select(i => $"n{i / 3},i{i},1"));
        var table = Read(text);
        Assert.Equal(20_000, ((CategoryColumn)table["name"]).Categories.Count);
        Assert.Contains("identifier", ((IgnoredColumn)table["id"]).Reason, StringComparison.Ordinal);
        Assert.Equal(60_000, ((CategoryColumn)Read(text, With("id", ColumnKind.Category))["id"]).Categories.Count);
    }

    [Fact]
    public void Missing_files_and_folders_are_named()
    {
        var folder = Directory.CreateTempSubdirectory("gradus").FullName;
        File.WriteAllText(Path.Combine(folder, "iris.csv"), "a,b\n1,2\n");
        Assert.Contains("Did you mean 'iris.csv'?",
            Assert.Throws<GradusException>(() => Table.ReadCsv(Path.Combine(folder, "irsi.csv"))).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<GradusException>(() => Table.ReadCsv(folder)).Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Chunks_give_the_rows_of_the_whole()
    {
        var text = "a,b,c\n" + string.Join('\n', Enumerable.Range(0, 25).Select(i => $"{i},k{i % 4},z"));
        var options = new CsvOptions { Columns = new Dictionary<string, ColumnKind> { ["a"] = ColumnKind.Number, ["b"] = ColumnKind.Category } };
        Table[] chunks = [.. Table.ReadCsvInChunks(new StringReader(text), "t", options, 10)];
        Assert.Equal([10, 10, 5], chunks.Select(c => c.RowCount));
        Assert.Equal(Enumerable.Range(0, 25).Select(i => (float)i), chunks.SelectMany(c => ((NumberColumn)c["a"]).Values.ToArray()));
        Assert.Equal("k3", chunks[1]["b"].TextAt(1));
        Assert.Equal(ColumnKind.Ignored, chunks[0]["c"].Kind);
    }

    [Fact]
    public void Any_texts_come_back()
    {
        // Quotes, delimiters and line ends in every mixture; missing words and numbers are kept out by the letter in front.
        var field = Gen.Elements(',', ';', '"', '\n', '\r', '\t', '|', 'a', ' ', 'é', '1').ArrayOf().Select(c => "x" + new string(c));
        Prop.ForAll(Arb.From(field.NonEmptyListOf()), texts =>
        {
            var csv = new StringBuilder("n,text\n");
            for (var i = 0; i < texts.Count; i++)
                csv.Append(CultureInfo.InvariantCulture, $"{i},\"{texts[i].Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n");
            var table = Read(csv.ToString(), new CsvOptions
            {
                HasHeader = true,
                Delimiter = ',',
                Columns = new Dictionary<string, ColumnKind> { ["text"] = ColumnKind.Category },
            });
            return Enumerable.Range(0, texts.Count).All(i => table["text"].TextAt(i) == texts[i]);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Numbers_are_correctly_rounded()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<float>().Filter(float.IsFinite), ArbMap.Default.ArbFor<int>(), (value, digits) =>
        {
            string[] spellings =
            [
                value.ToString("R", CultureInfo.InvariantCulture),
                value.ToString("E4", CultureInfo.InvariantCulture),
                (digits / 1000m).ToString(CultureInfo.InvariantCulture),
                (digits % 20_000_000 / 10_000_000_000m).ToString(CultureInfo.InvariantCulture),
            ];
            return spellings.All(s => NumberText.Read(Encoding.UTF8.GetBytes(s), out var read) == NumberText.Result.Number
                && BitConverter.SingleToInt32Bits(read) == BitConverter.SingleToInt32Bits(float.Parse(s, CultureInfo.InvariantCulture)));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("-.")]
    [InlineData("1.2.3")]
    [InlineData("1,5")]
    [InlineData("0x10")]
    [InlineData("e5")]
    public void Not_numbers(string text) =>
        Assert.Equal(NumberText.Result.Text, NumberText.Read(Encoding.UTF8.GetBytes(text), out _));
}
