namespace Gradus;

/// <summary>What preprocessing met that training had not prepared it for. Empty when all was as in training.</summary>
/// <param name="Columns">Columns with something to report, in order of first notice.</param>
/// <param name="RowsDropped">Rows left out because their target, or each of several, is missing.</param>
public sealed record TransformReport(IReadOnlyList<ColumnReport> Columns, int RowsDropped)
{
    /// <summary>Of several targets, in how many of the rows each is missing; without those that never are.</summary>
    public IReadOnlyDictionary<string, int> MissingTargets { get; init; } = new Dictionary<string, int>();

    /// <summary>Whether there is nothing to report.</summary>
    public bool IsEmpty => Columns.Count == 0 && RowsDropped == 0 && MissingTargets.Count == 0;

    /// <summary>One sentence a finding, for people.</summary>
    public IEnumerable<string> Messages()
    {
        if (RowsDropped > 0)
            yield return $"{RowsDropped} rows left out: their target is missing.";
        foreach (var (target, rows) in MissingTargets)
            yield return $"Target '{target}': {rows} missing values; those rows count for the other targets alone.";
        foreach (var column in Columns)
        {
            if (column.Missing > 0)
                yield return $"Column '{column.Name}': {column.Missing} missing values, none of which were in training; "
                    + "filled with the training rows' median (numbers, dates), majority (booleans) or zeros (categories, pixels).";
            if (column.Unseen > 0)
                yield return $"Column '{column.Name}': {column.Unseen} values that training did not have, such as "
                    + $"'{column.UnseenExample}' (row {column.UnseenRow}); read as none of the known categories (or as a rare one, where those are grouped).";
        }
    }
}
