namespace Gradus;

/// <summary>Counts what transforms report.</summary>
internal sealed class ReportBuilder
{
    private readonly Dictionary<string, ColumnReport> byName = new(StringComparer.Ordinal);

    public void Missing(string column, int count) => byName[column] = Of(column) with { Missing = Of(column).Missing + count };

    public void Unseen(string column, string text, int row)
    {
        var report = Of(column);
        byName[column] = report.Unseen == 0
            ? report with { Unseen = 1, UnseenExample = text, UnseenRow = row + 1 }
            : report with { Unseen = report.Unseen + 1 };
    }

    public TransformReport ToReport(int rowsDropped) => new([.. byName.Values], rowsDropped);

    private ColumnReport Of(string column) => byName.GetValueOrDefault(column) ?? new ColumnReport(column, 0, 0, null, 0);
}
