using Gradus.Kernels;

namespace Gradus.Tests.Kernels;

public class LayoutTests
{
    [Fact]
    public void Transpose_moves_every_element()
    {
        int[] sizes = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 33, 50, 100];
        foreach (var rows in sizes)
        {
            foreach (var columns in sizes)
            {
                var from = new GuardedMemory(rows * columns, 1);
                var to = new GuardedMemory(rows * columns, 3);
                TestNumbers.Fill(from.Span, 1);
                Transposition.Transpose(from.Span, rows, columns, to.Span);
                to.AssertGuards();
                for (var i = 0; i < rows; i++)
                {
                    for (var j = 0; j < columns; j++)
                        Assert.Equal(from.Span[i * columns + j], to.Span[j * rows + i]);
                }
            }
        }
    }

    [Fact]
    public void Rows_and_columns_expand()
    {
        var result = new float[6];
        Layout.ExpandRow([1, 2, 3], 2, result);
        Assert.Equal([1f, 2, 3, 1, 2, 3], result);
        Layout.ExpandColumn([1, 2], 3, result);
        Assert.Equal([1f, 1, 1, 2, 2, 2], result);
    }

    [Fact]
    public void Gather_and_scatter_are_each_others_transpose()
    {
        float[] table = [1, 2, 3, 4, 5, 6];
        var rows = new float[8];
        Layout.GatherRows(table, 3, 2, [2, 0, 2, 1], rows);
        Assert.Equal([5f, 6, 1, 2, 5, 6, 3, 4], rows);
        Layout.ScatterAddRows(rows, 2, [2, 0, 2, 1], 3, table);
        Assert.Equal([2f, 4, 6, 8, 15, 18], table);
    }

    [Theory]
    [InlineData(3f)]
    [InlineData(-1f)]
    [InlineData(0.5f)]
    [InlineData(float.NaN)]
    [InlineData(1e20f)]
    public void An_index_outside_the_table_is_refused(float index)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Layout.GatherRows(new float[6], 3, 2, [0, index], new float[4]));
        Assert.Contains("position 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Buffers_are_aligned_and_zero()
    {
        for (var length = 0; length < 70; length++)
        {
            var buffer = new AlignedBuffer(length);
            Assert.Equal(length, buffer.Span.Length);
            Assert.DoesNotContain(buffer.Span.ToArray(), value => value != 0);
        }

        var slice = new AlignedBuffer(10).Slice(2, 3);
        Assert.Equal(3, slice.Length);
    }
}
