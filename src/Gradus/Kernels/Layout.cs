using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;

namespace Gradus.Kernels;

/// <summary>Kernels that move numbers and compute none, but for the sums of a scatter.</summary>
internal static class Layout
{
    /// <summary>destination (rows × columns): every row is <paramref name="row"/> (1 × columns).</summary>
    public static void ExpandRow(ReadOnlySpan<float> row, int rows, Span<float> destination)
    {
        Check.Length<float>(destination, (long)rows * row.Length, nameof(destination));
        for (var i = 0; i < rows; i++)
            row.CopyTo(destination.Slice(i * row.Length, row.Length));
    }

    /// <summary>destination (rows × columns): every column is <paramref name="column"/> (rows × 1).</summary>
    public static void ExpandColumn(ReadOnlySpan<float> column, int columns, Span<float> destination)
    {
        Check.Length<float>(destination, (long)column.Length * columns, nameof(destination));
        for (var i = 0; i < column.Length; i++)
            destination.Slice(i * columns, columns).Fill(column[i]);
    }

    /// <summary>Copies <paramref name="count"/> columns of every row of a source (rows × sourceColumns) into a destination
    /// (rows × destinationColumns), each from a column of its own.</summary>
    public static void CopyColumns(
        ReadOnlySpan<float> source, int sourceColumns, int sourceFirst, int count,
        Span<float> destination, int destinationColumns, int destinationFirst)
    {
        Check.Range(sourceFirst, count, sourceColumns, nameof(sourceFirst));
        Check.Range(destinationFirst, count, destinationColumns, nameof(destinationFirst));
        if (count == 0)
            return;
        for (int from = sourceFirst, to = destinationFirst; from < source.Length; from += sourceColumns, to += destinationColumns)
            source.Slice(from, count).CopyTo(destination.Slice(to, count));
    }

    /// <summary>destination_i (columns) = table_index(i): rows of a table by their numbers, which are whole floats.
    /// </summary>
    public static void GatherRows(
        ReadOnlySpan<float> table, int tableRows, int columns, ReadOnlySpan<float> indices, Span<float> destination)
    {
        Check.Length(table, (long)tableRows * columns, nameof(table));
        Check.Length<float>(destination, (long)indices.Length * columns, nameof(destination));
        for (var i = 0; i < indices.Length; i++)
        {
            var row = Row(indices[i], i, tableRows);
            table.Slice(row * columns, columns).CopyTo(destination.Slice(i * columns, columns));
        }
    }

    /// <summary>table_index(i) += source_i, in the order of i; the derivative of <see cref="GatherRows"/>.</summary>
    public static void ScatterAddRows(
        ReadOnlySpan<float> source, int columns, ReadOnlySpan<float> indices, int tableRows, Span<float> table) =>
        ScatterAddRows(source, columns, indices, tableRows, 0, tableRows, table);

    /// <summary>As <see cref="ScatterAddRows(ReadOnlySpan{float}, int, ReadOnlySpan{float}, int, Span{float})"/>, for
    /// <paramref name="rows"/> rows of the table from <paramref name="firstRow"/>; other indices are passed over.</summary>
    public static void ScatterAddRows(
        ReadOnlySpan<float> source, int columns, ReadOnlySpan<float> indices, int tableRows, int firstRow, int rows, Span<float> table)
    {
        Check.Length<float>(table, (long)tableRows * columns, nameof(table));
        Check.Length(source, (long)indices.Length * columns, nameof(source));
        Check.Range(firstRow, rows, tableRows, nameof(firstRow));
        for (var i = 0; i < indices.Length; i++)
        {
            var row = Row(indices[i], i, tableRows);
            if ((uint)(row - firstRow) >= (uint)rows)
                continue;
            var to = table.Slice(row * columns, columns);
            TensorPrimitives.Add(to, source.Slice(i * columns, columns), to);
        }
    }

    /// <summary>destination (rows × k·columns): each row of the source (rows × columns) k times side by side; k follows from the
    /// destination's length.</summary>
    public static void RepeatColumns(ReadOnlySpan<float> source, int rows, int columns, Span<float> destination)
    {
        Check.Length(source, (long)rows * columns, nameof(source));
        if (columns == 0)
            return;
        var to = 0;
        for (var i = 0; i < rows; i++)
        {
            var row = source.Slice(i * columns, columns);
            for (var end = (long)destination.Length * (i + 1) / rows; to < end; to += columns)
                row.CopyTo(destination.Slice(to, columns));
        }
    }

    /// <summary>destination (rows × columns / k): the sum of the k blocks of columns of each row of the source (rows × columns), in
    /// order; k follows from the destination's length. The derivative of <see cref="RepeatColumns"/>.</summary>
    public static void FoldColumns(ReadOnlySpan<float> source, int rows, int columns, Span<float> destination)
    {
        Check.Length(source, (long)rows * columns, nameof(source));
        if (rows == 0 || destination.Length == 0)
            return;
        var width = destination.Length / rows;
        for (var i = 0; i < rows; i++)
        {
            var sum = destination.Slice(i * width, width);
            if (width == 1)
            {
                sum[0] = (float)Reductions.Sum(source.Slice(i * columns, columns));
                continue;
            }

            Reductions.ColumnSums(source.Slice(i * columns, columns), width, new Region(0, columns / width, 0, width), sum);
        }
    }

    /// <summary>The row that an index names.</summary>
    /// <param name="index">A whole float.</param>
    /// <param name="position">Where it stands, for messages.</param>
    /// <param name="rows">Rows of the table.</param>
    public static int Row(float index, int position, int rows)
    {
        var row = (int)index;
        if ((uint)row >= (uint)rows || row != index)
            ThrowIndex(index, position, rows);
        return row;
    }

    [DoesNotReturn]
    private static void ThrowIndex(float index, int position, int rows) =>
        throw new ArgumentOutOfRangeException(
            nameof(index), $"Index {index} at position {position} is not a whole number in 0 … {rows - 1}.");
}
