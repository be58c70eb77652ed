namespace Gradus;

/// <summary>What is in a table: figures for <c>describe</c>, as data.</summary>
/// <param name="Name">The table's name.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Columns">One summary a column, in the table's order.</param>
public sealed record TableSummary(string Name, int Rows, IReadOnlyList<ColumnSummary> Columns)
{
    /// <summary>Counts and measures every column.</summary>
    /// <param name="table">The table.</param>
    /// <param name="topCategories">How many of the most frequent categories to list, at least 0.</param>
    public static TableSummary Of(Table table, int topCategories = 10)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentOutOfRangeException.ThrowIfNegative(topCategories);
        return new TableSummary(table.Name, table.RowCount, [.. table.Columns.Select(c => ColumnSummary.Of(c, topCategories))]);
    }
}
