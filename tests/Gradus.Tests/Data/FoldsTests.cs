namespace Gradus.Tests.Data;

/// <summary>Folds: every row in one, sizes within one of each other, in all and within each class.</summary>
public sealed class FoldsTests
{
    [Theory]
    [InlineData(10, 2, 1)]
    [InlineData(101, 5, 3)]
    [InlineData(7, 7, 2)]
    [InlineData(1000, 10, 7)]
    public void Rows_and_classes_are_shared_out_evenly(int rows, int folds, int classes)
    {
        // Unequal classes: the square root of the row's number decides.
        int[] kinds = [.. Enumerable.Range(0, rows).Select(i => (int)(classes * Math.Sqrt((double)i / rows)))];
        var table = new Table("rows", [new CategoryColumn("kind", kinds, [.. Enumerable.Range(0, classes).Select(i => $"c{i}")])]);
        var foldOf = Splitter.Folds(table, folds, seed: 5, "kind");
        Assert.Equal(rows, foldOf.Length);
        Assert.All(foldOf, fold => Assert.InRange(fold, 0, folds - 1));
        Even(foldOf, rows, folds);
        for (var kind = 0; kind < classes; kind++)
            Even([.. foldOf.Where((_, row) => kinds[row] == kind)], kinds.Count(each => each == kind), folds);
        Assert.Equal(foldOf, Splitter.Folds(table, folds, seed: 5, "kind"));
        Assert.NotEqual(foldOf, Splitter.Folds(table, folds, seed: 6, "kind"));
    }

    [Fact]
    public void More_folds_than_rows_are_refused()
    {
        var table = new Table("few", [new NumberColumn("x", [1, 2, 3])]);
        var message = Assert.Throws<GradusException>(() => Splitter.Folds(table, 4, 0, null)).Message;
        Assert.Contains("4 folds need at least 4 rows with a target, and 'few' has 3", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_test_part_of_a_cross_validation_is_that_of_the_split()
    {
        var table = new Table("rows", [new NumberColumn("x", [.. Enumerable.Range(0, 500).Select(i => (float)i)])]);
        var set = new DataSet { Name = "rows", Table = table };
        foreach (var shares in new (double, double)?[] { null, (0.3, 0.1), (0, 0.2) })
        {
            var (split, (learning, test)) = (set.Split(3, null, shares), set.SplitForFolds(3, null, shares));
            float[] Values(Table part) => ((NumberColumn)part["x"]).Values.ToArray();
            Assert.Equal(Values(split.Test), Values(test));
            Assert.Equal(Values(split.Train).Concat(Values(split.Validation)).Order(), Values(learning).Order());
        }

        var own = new DataSet { Name = "rows", Table = table, Test = table.SelectRows([1, 2]) };
        Assert.Equal((500, 2), (own.SplitForFolds().Learning.RowCount, own.SplitForFolds().Test.RowCount));
    }

    private static void Even(int[] foldOf, int rows, int folds) => Assert.All(Enumerable.Range(0, folds),
        fold => Assert.InRange(foldOf.Count(each => each == fold), rows / folds, (rows + folds - 1) / folds));
}
