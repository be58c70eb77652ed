using Gradus.Kernels;

namespace Gradus.Tests.Kernels;

public class ReductionsTests
{
    // Block terms of one lane, the few additions that join lanes, and the last rounding.
    private const double Relative = (Reductions.Block + 20) / 16777216.0;

    public static TheoryData<int, int> Shapes()
    {
        var data = new TheoryData<int, int> { { 32, 10 }, { 300, 7 }, { 129, 513 }, { 1000, 70 }, { 3, 5000 }, { 0, 5 }, { 5, 0 } };
        for (var columns = 1; columns <= 130; columns += 3)
            data.Add(65, columns);
        for (var rows = 1; rows <= 130; rows += 3)
            data.Add(rows, 19);
        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Sums_are_within_the_bound(int rows, int columns)
    {
        var x = new GuardedMemory(rows * columns, 1);
        TestNumbers.Fill(x.Span, 5);
        foreach (var region in Regions(rows, columns))
        {
            var byColumn = new GuardedMemory(columns, 2);
            var byRow = new GuardedMemory(rows, 3);
            Reductions.ColumnSums(x.Span, columns, region, byColumn.Span);
            Reductions.RowSums(x.Span, columns, region, byRow.Span);
            byColumn.AssertGuards();
            byRow.AssertGuards();
            for (var j = 0; j < columns; j++)
            {
                var inside = j >= region.Column && j < region.Column + region.Columns;
                AssertSum(x.Span, columns, inside ? region with { Column = j, Columns = 1 } : default, byColumn.Span[j]);
            }

            for (var i = 0; i < rows; i++)
            {
                var inside = i >= region.Row && i < region.Row + region.Rows;
                AssertSum(x.Span, columns, inside ? region with { Row = i, Rows = 1 } : default, byRow.Span[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Maxima_are_exact(int rows, int columns)
    {
        var x = new GuardedMemory(rows * columns, 1);
        TestNumbers.Fill(x.Span, 6);
        foreach (var region in Regions(rows, columns))
        {
            var byColumn = new GuardedMemory(columns, 2);
            var byRow = new GuardedMemory(rows, 3);
            Reductions.ColumnMax(x.Span, columns, region, byColumn.Span);
            Reductions.RowMax(x.Span, columns, region, byRow.Span);
            byColumn.AssertGuards();
            byRow.AssertGuards();
            var columnMax = new float[columns];
            var rowMax = new float[rows];
            columnMax.AsSpan(region.Column, region.Columns).Fill(float.NegativeInfinity);
            rowMax.AsSpan(region.Row, region.Rows).Fill(float.NegativeInfinity);
            for (var i = region.Row; i < region.Row + region.Rows; i++)
            {
                for (var j = region.Column; j < region.Column + region.Columns; j++)
                {
                    columnMax[j] = Math.Max(columnMax[j], x.Span[i * columns + j]);
                    rowMax[i] = Math.Max(rowMax[i], x.Span[i * columns + j]);
                }
            }

            Assert.Equal(columnMax, byColumn.Span);
            Assert.Equal(rowMax, byRow.Span);
        }
    }

    [Fact]
    public void A_sum_of_a_million_terms_is_within_the_bound_and_does_not_drift()
    {
        foreach (var n in new[] { 0, 1, 63, 64, 65, 4095, 4096, 4097, 1_000_000, 1_000_003 })
        {
            var x = new GuardedMemory(n, 7);
            x.Span.Fill(0.1f);
            Assert.InRange(Reductions.Sum(x.Span), (double)0.1f * n * (1 - Relative), (double)0.1f * n * (1 + Relative));
            TestNumbers.Fill(x.Span, 8);
            double sum = 0, size = 0;
            foreach (var value in x.Span)
            {
                sum += value;
                size += Math.Abs(value);
            }

            Assert.InRange(Reductions.Sum(x.Span), sum - Relative * size, sum + Relative * size);
        }
    }

    [Fact]
    public void Max_keeps_NaN_and_the_first_index_wins()
    {
        Assert.Equal(3f, Reductions.Max([1f, 3f, -2f]));
        Assert.Equal(float.NaN, Reductions.Max([1f, float.NaN, -2f]));
        Assert.Equal(float.NegativeInfinity, Reductions.Max([]));
        var index = new float[3];
        Reductions.RowIndexOfMax([1, 5, 5, 7, 2, 7, float.NaN, 9, float.NaN], 3, 3, index);
        Assert.Equal([1f, 0f, 0f], index);
    }

    [Fact]
    public void Regions_outside_the_matrix_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Reductions.RowSums(new float[6], 3, new Region(0, 2, 1, 3), new float[2]));
        Assert.Throws<ArgumentException>(() => Reductions.RowSums(new float[6], 3, new Region(0, 3, 0, 3), new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Reductions.RowSums(new float[6], 3, new Region(-1, 2, 0, 3), new float[3]));
    }

    private static IEnumerable<Region> Regions(int rows, int columns)
    {
        yield return new Region(0, rows, 0, columns);
        yield return new Region(rows / 3, rows - rows / 3, columns / 4, columns / 2);
        yield return new Region(0, 0, 0, columns);
    }

    private static void AssertSum(ReadOnlySpan<float> x, int columns, Region region, float actual)
    {
        double sum = 0, size = 0;
        for (var i = region.Row; i < region.Row + region.Rows; i++)
        {
            for (var j = region.Column; j < region.Column + region.Columns; j++)
            {
                sum += x[i * columns + j];
                size += Math.Abs(x[i * columns + j]);
            }
        }

        Assert.InRange(actual, sum - Relative * size, sum + Relative * size);
    }
}
