namespace Gradus.Tests;

public class TableTests
{
    private static Table Classes(int rows, int classes) => new("t",
    [
        new NumberColumn("x", [.. Enumerable.Range(0, rows).Select(i => (float)i)]),
        CategoryColumn.FromTexts("y", [.. Enumerable.Range(0, rows).Select(i => "c" + (i % classes))]),
    ]);

    [Fact]
    public void Split_is_a_partition_in_the_usual_shares()
    {
        var (train, validation, test) = Classes(1000, 4).Split(seed: 1);
        Assert.Equal([640, 160, 200], [train.RowCount, validation.RowCount, test.RowCount]);
        var all = new[] { train, validation, test }.SelectMany(t => ((NumberColumn)t["x"]).Values.ToArray()).Order();
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (float)i), all);
    }

    [Theory]
    [InlineData(1000, 7)]
    [InlineData(150, 3)]
    [InlineData(97, 2)]
    public void Stratified_parts_have_each_class_in_its_share(int rows, int classes)
    {
        var split = Classes(rows, classes).Split(seed: 3, stratifyBy: "y");
        foreach (var (part, share) in new[] { (split.Train, 0.64), (split.Validation, 0.16), (split.Test, 0.20) })
        {
            foreach (var top in TableSummary.Of(part).Columns[1].Top)
                Assert.InRange(top.Count - (share * rows / classes), -2.5, 2.5);
        }
    }

    [Fact]
    public void Same_seed_same_parts()
    {
        float[] Train(ulong seed) => ((NumberColumn)Classes(100, 3).Split(seed, stratifyBy: "y").Train["x"]).Values.ToArray();
        Assert.Equal(Train(5), Train(5));
        Assert.NotEqual(Train(5), Train(6));
    }

    [Fact]
    public void A_class_of_one_row_is_trained_on()
    {
        var labels = Enumerable.Range(0, 50).Select(i => i == 49 ? "rare" : "common").ToArray();
        var table = new Table("t", [CategoryColumn.FromTexts("y", labels), new NumberColumn("x", new float[50])]);
        for (ulong seed = 0; seed < 10; seed++)
            Assert.Contains(TableSummary.Of(table.Split(seed, stratifyBy: "y").Train).Columns[0].Top, c => c.Category == "rare");
    }

    [Theory]
    [InlineData(-0.1, 0.2)]
    [InlineData(0.5, 0.5)]
    [InlineData(double.NaN, 0.2)]
    [InlineData(0.1, 1.0)]
    public void Shares_are_checked(double validation, double test) =>
        Assert.Throws<GradusException>(() => Classes(100, 2).Split(0, validation, test));

    [Fact]
    public void Parts_may_not_be_empty_unless_asked_for()
    {
        Assert.Contains("too few", Assert.Throws<GradusException>(() => Classes(2, 1).Split()).Message, StringComparison.Ordinal);
        Assert.Equal(0, Classes(20, 2).Split(test: 0).Test.RowCount);
    }

    [Fact]
    public void Unknown_columns_suggest_the_nearest()
    {
        var table = Classes(5, 2).With(new NumberColumn("medianIncome", new float[5]));
        Assert.Contains("Did you mean 'medianIncome'?",
            Assert.Throws<GradusException>(() => table["medianIncom"]).Message, StringComparison.Ordinal);
        Assert.Contains("Known: x, y", Assert.Throws<GradusException>(() => table["somethingElse"]).Message, StringComparison.Ordinal);
        Assert.Equal(["y"], table.Without("x", "medianIncome").Columns.Select(c => c.Name));
    }

    [Fact]
    public void Selected_pixels_are_shared()
    {
        var table = IdxReader.ToTable("t", [.. Enumerable.Range(0, 12).Select(i => (byte)i)], 2, 2, [7, 3, 7]);
        var selected = table.SelectRows([2, 0]).SelectRows([0]);
        Assert.Equal([8, 9, 10, 11], Enumerable.Range(0, 4).Select(i => (int)((PixelColumn)selected.Columns[i])[0]));
        Assert.Same(((PixelColumn)selected.Columns[0]).Pixels, ((PixelColumn)selected.Columns[3]).Pixels);
        Assert.Equal("7", selected["label"].TextAt(0));
        Assert.Equal(["3", "7"], ((CategoryColumn)table["label"]).Categories);
    }

    [Fact]
    public void Summary_counts_and_measures()
    {
        var table = Table.ReadCsv(new StringReader("a,b,c\n1,x,yes\n2,y,no\n6,x,yes\n,,yes\n"), "t");
        var columns = TableSummary.Of(table).Columns;
        var a = Assert.IsType<NumberSummary>(columns[0].Numbers);
        Assert.Equal((1, 3, 2, 6), (a.Minimum, a.Mean, a.Median, a.Maximum));
        Assert.Equal((1, 3), (columns[0].Missing, columns[0].Distinct));
        Assert.Equal([new("x", 2), new("y", 1)], columns[1].Top);
        Assert.Equal([new("yes", 3), new("no", 1)], columns[2].Top);
    }

    [Fact]
    public void Median_agrees_with_sorting()
    {
        for (var length = 1; length < 200; length++)
        {
            var order = Shuffle.Permutation(length, (ulong)length);
            float[] values = [.. order.Select(i => (float)(i % 17))];
            var sorted = values.Order().ToArray();
            Assert.Equal(((double)sorted[(length - 1) / 2] + sorted[length / 2]) / 2, Median.Of(values));
        }
    }
}
