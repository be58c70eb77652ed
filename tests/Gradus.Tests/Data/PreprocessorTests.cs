using System.Text.Json.Nodes;

namespace Gradus.Tests;

public class PreprocessorTests
{
    private const string Train = "age,sex,member,y\n10,m,yes,1.5\n20,f,no,2.5\n,f,yes,4.5\n30,?,yes,8\n";

    private static Table Read(string text) => Table.ReadCsv(new StringReader(text), "t");

    private static Preprocessor Fit(string text, string? target = "y", Scaling? scaling = null) =>
        Preprocessor.Fit(Read(text), new PreprocessingOptions { Target = target, Scaling = scaling });

    private static float[] Row(EncodedTable encoded, int row)
    {
        var values = new float[encoded.Inputs.Columns];
        encoded.Inputs.CopyRows(row, 1, values);
        return values;
    }

    [Fact]
    public void Columns_become_features()
    {
        var fitted = Fit(Train);
        Assert.Equal(["age", "age=(missing)", "sex=f", "sex=m", "sex=(missing)", "member"], fitted.FeatureNames);
        var encoded = fitted.Encode(Read(Train));
        var deviation = (float)Math.Sqrt(200 / 3.0);
        Assert.Equal([-10 / deviation, 0, 0, 1, 0, 1], Row(encoded, 0));
        Assert.Equal([0, 1, 1, 0, 0, 1], Row(encoded, 2));  // the median, 20, is the mean
        Assert.Equal([10 / deviation, 0, 0, 0, 1, 1], Row(encoded, 3));
        Assert.True(encoded.Report.IsEmpty);
    }

    [Fact]
    public void Other_scalings()
    {
        Assert.Equal([0, 0, 0, 1, 0, 1], Row(Fit(Train, scaling: Scaling.MinMax).Encode(Read(Train)), 0));
        Assert.Equal([10, 0, 0, 1, 0, 1], Row(Fit(Train, scaling: Scaling.None).Encode(Read(Train)), 0));
    }

    [Theory]
    [InlineData(Scaling.Standardize)]
    [InlineData(Scaling.MinMax)]
    public void Constant_columns_are_zero(Scaling scaling)
    {
        var fitted = Fit("a,y\n0.1,1.5\n0.1,2\n0.1,3\n", scaling: scaling);
        Assert.Equal([0], Row(fitted.EncodeInputs(Read("a,y\n7,1\n8,2\n")), 1));
    }

    [Fact]
    public void Regression_targets_come_back()
    {
        var fitted = Fit(Train);
        var target = Assert.IsType<TargetEncoding>(fitted.Target);
        Assert.Equal(LearningTask.Regression, target.Task);
        var targets = fitted.Encode(Read(Train)).Targets.ToArray();
        Assert.Equal(0, targets.Sum(), 1e-6);
        var values = new double[4];
        target.Decode(targets, values);
        Assert.All(values.Zip([1.5, 2.5, 4.5, 8]), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }

    [Theory]
    [InlineData("a\nb\na\nb\na", LearningTask.BinaryClassification, "a,b", "0,1,0,1,0")]
    [InlineData("yes\nno\nno\nno\nyes", LearningTask.BinaryClassification, "no,yes", "1,0,0,0,1")]
    [InlineData("10\n9\n10\n9\n10\n9\n10\n9\n10\n9", LearningTask.BinaryClassification, "9,10", "1,0,1,0,1,0,1,0,1,0")]
    [InlineData("c\nb\na", LearningTask.Classification, "a,b,c", "2,1,0")]
    [InlineData("1\n2\n3\n4", LearningTask.Regression, "", null)]
    public void Task_follows_from_the_target(string target, LearningTask task, string classes, string? indices)
    {
        var text = "x,y\n" + string.Join('\n', target.Split('\n').Select((t, i) => $"{i},{t}"));
        var fitted = Fit(text);
        var encoding = Assert.IsType<TargetEncoding>(fitted.Target);
        Assert.Equal(task, encoding.Task);
        Assert.Equal(classes, string.Join(',', encoding.Classes));
        if (indices is not null)
            Assert.Equal(indices, string.Join(',', fitted.Encode(Read(text)).Targets.ToArray()));
    }

    [Fact]
    public void What_training_did_not_have_is_counted()
    {
        var fitted = Fit("age,sex,y\n1,m,1\n2,f,2\n3,f,4\n");
        var encoded = fitted.Encode(Read("age,sex,y\n,x,1\n3,m,\n2,x,3\n?,m,2\n"));
        Assert.Equal(3, encoded.Rows);
        Assert.Equal([0, 2, 3], Enumerable.Range(0, 3).Select(encoded.SourceRow));
        Assert.Equal(1, encoded.Report.RowsDropped);
        Assert.Equal([new ColumnReport("age", 2, 0, null, 0), new ColumnReport("sex", 0, 2, "x", 1)], encoded.Report.Columns);
        Assert.Equal([0, 0, 0], Row(encoded, 0));
        Assert.Equal(3, encoded.Report.Messages().Count());
    }

    [Theory]
    [InlineData("x,y\n1,a\n2,a\n", "nothing to learn")]
    [InlineData("x,y\n1,3.5\n2,3.5\n", "nothing to learn")]
    [InlineData("x,y\n1,\n2,\n3,4\n", "missing in 2 of 3")]
    [InlineData("y,z\n1,a\n2,b\n", null)]
    [InlineData("x,z\n1,a\n2,b\n", "no column 'y'")]
    [InlineData("y\n1\n2\n", "no input columns")]
    public void Refused_fits(string text, string? says)
    {
        if (says is null)
            Assert.NotNull(Fit(text));
        else
            Assert.Contains(says, Assert.Throws<GradusException>(() => Fit(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("age,member\n1,yes\n2,no\n", "no column 'sex'")]
    [InlineData("age,sex,member\nold,m,yes\nyoung,f,no\n", "'age' of table 't' is a category column")]
    [InlineData("age,sex,member\n1,5,yes\n2,6,no\n", "'sex' of table 't' is a number column")]
    public void Refused_tables(string text, string says) =>
        Assert.Contains(says, Assert.Throws<GradusException>(() => Fit(Train).EncodeInputs(Read(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void An_unknown_class_is_named_with_its_row()
    {
        var fitted = Fit("x,y\n1,a\n2,b\n3,c\n");
        var message = Assert.Throws<GradusException>(() => fitted.Encode(Read("x,y\n1,a\n2,ISLE\n"))).Message;
        Assert.Contains("has 3 classes in training but 'ISLE' (row 2) is none of them. Known: a, b, c", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Scaling.Standardize)]
    [InlineData(Scaling.MinMax)]
    [InlineData(Scaling.None)]
    public void Json_gives_the_same_bits(Scaling scaling)
    {
        var fitted = Fit(Train, scaling: scaling);
        var text = fitted.ToJson().ToJsonString();
        var read = Preprocessor.FromJson(JsonNode.Parse(text));
        Assert.Equal(text, read.ToJson().ToJsonString());
        Assert.Equal(fitted.FeatureNames, read.FeatureNames);
        for (var row = 0; row < 4; row++)
            Assert.Equal(Row(fitted.Encode(Read(Train)), row), Row(read.Encode(Read(Train)), row));
        Assert.Equal(fitted.Encode(Read(Train)).Targets.ToArray(), read.Encode(Read(Train)).Targets.ToArray());
        Assert.NotNull(Preprocessor.FromJson(fitted.ToJson()));
    }

    [Theory]
    [InlineData("null", "no JSON object")]
    [InlineData("{}", "inputs is missing")]
    [InlineData("""{"inputs":[]}""", "at least one column")]
    [InlineData("""{"inputs":[{"kind":"evil"}]}""", "\"evil\"|standardize, minmax, none, robust, quantile, power, log, clip, boolean, onehot, onehot-rare, index, date or pixel")]
    [InlineData("""{"inputs":[{"kind":"standardize","column":"a","mean":1,"deviation":-1}]}""", "deviation is -1")]
    [InlineData("""{"inputs":[{"kind":"onehot","column":"a","categories":["x","x"],"missing":false}]}""", "different texts")]
    [InlineData("""{"inputs":[{"kind":"none","column":"a","median":"x","indicator":false}]}""", "expected a number")]
    public void Damaged_json_is_refused(string json, string says)
    {
        var message = Assert.Throws<GradusException>(() => Preprocessor.FromJson(JsonNode.Parse(json))).Message;
        foreach (var part in says.Split('|'))
            Assert.Contains(part.Replace("\"", "", StringComparison.Ordinal), message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_is_encoded_as_in_a_table_without_allocation()
    {
        var fitted = Fit(Train);
        var encoded = fitted.Encode(Read(Train));
        string?[][] rows = [["10", "m", "yes"], ["20", "f", "no"], [null, "f", "yes"], ["30", "?", "yes"]];
        var features = new float[fitted.FeatureCount];
        for (var row = 0; row < rows.Length; row++)
        {
            var values = rows[row].Select((text, input) => fitted.ParseInput(input, text)).ToArray();
            fitted.TransformRow(values, features);
            var before = GC.GetAllocatedBytesForCurrentThread();
            fitted.TransformRow(values, features);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
            Assert.Equal(Row(encoded, row), features);
        }
        Assert.Equal(2, fitted.ParseInput(1, "unseen"));
    }

    [Fact]
    public void Pixels_are_divided_by_255_on_the_way_out()
    {
        var random = Shuffle.Permutation(3 * 57, 1);
        byte[] pixels = [.. random.Select(i => (byte)(i * 3))];
        var table = IdxReader.ToTable("t", pixels, 3, 19, [1, 2, 1]);
        var fitted = Preprocessor.Fit(table, new PreprocessingOptions { Target = "label" });
        var encoded = fitted.Encode(table.SelectRows([2, 0]));
        var gathered = new float[2 * 57];
        encoded.Inputs.Gather([1, 0], gathered);
        Assert.Equal([.. pixels[..57], .. pixels[114..]], gathered.Select(v => (byte)MathF.Round(v * 255)));
        Assert.Equal(pixels[0] / 255f, gathered[0]);
        Assert.Equal([0, 0], encoded.Targets.ToArray());

        // The same images as numbers of a CSV file.
        var asNumbers = new Table("csv", [.. Enumerable.Range(0, 57).Select(p =>
            new NumberColumn($"pixel_{p / 19}_{p % 19}", [pixels[p], pixels[p + 57]]))]);
        Assert.Equal(gathered[..57], Row(Preprocessor.FromJson(fitted.ToJson()).EncodeInputs(asNumbers), 0));
    }

    [Fact]
    public void Rare_categories_share_a_feature_with_unseen_ones()
    {
        var table = Read("s,y\na,1.5\na,2\nb,3\nc,4\na,5\nb,6\nd,7\n,8\n");
        var fitted = Preprocessor.Fit(table, new PreprocessingOptions { Target = "y", RareBelow = 2 });
        Assert.Equal(["s=a", "s=b", "s=(rare)", "s=(missing)"], fitted.FeatureNames);
        var text = fitted.ToJson().ToJsonString();
        var read = Preprocessor.FromJson(JsonNode.Parse(text));
        Assert.Equal(text, read.ToJson().ToJsonString());
        var encoded = read.EncodeInputs(Read("s,y\na,1\nd,2\nzebra,3\n,4\n"));
        string?[] texts = ["a", "d", "zebra", null];
        float[][] expected = [[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1]];
        var features = new float[4];
        for (var row = 0; row < texts.Length; row++)
        {
            Assert.Equal(expected[row], Row(encoded, row));
            read.TransformRow([read.ParseInput(0, texts[row])], features);
            Assert.Equal(expected[row], features);
        }
        Assert.Equal([new ColumnReport("s", 0, 1, "zebra", 3)], encoded.Report.Columns);    // "d" is known to be rare
    }

    [Fact]
    public void Without_rare_categories_nothing_is_grouped()
    {
        var table = Read("s,y\na,1.5\na,2\nb,3\nb,4\n");
        var fitted = Preprocessor.Fit(table, new PreprocessingOptions { Target = "y", RareBelow = 2 });
        Assert.Equal(["s=a", "s=b"], fitted.FeatureNames);
        Assert.Throws<GradusException>(() => Preprocessor.Fit(table, new PreprocessingOptions { Target = "y", RareBelow = -1 }));
    }

    [Fact]
    public void Gather_takes_rows_in_order()
    {
        var encoded = Fit("a,b,y\n1,10,1\n2,20,2\n3,30,9\n", scaling: Scaling.None).Encode(Read("a,b,y\n1,10,1\n2,20,2\n3,30,9\n"));
        var two = new float[4];
        encoded.Inputs.Gather([2, 0], two);
        Assert.Equal([3, 30, 1, 10], two);
        Assert.Throws<ArgumentException>(() => encoded.Inputs.Gather([0, 1, 2], new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoded.Inputs.Gather([3], new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoded.Inputs.CopyRows(2, 2, new float[4]));
    }
}
