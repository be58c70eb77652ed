namespace Gradus;

/// <summary>What was unexpected in one column.</summary>
/// <param name="Name">The column.</param>
/// <param name="Missing">Missing values, where training had none.</param>
/// <param name="Unseen">Values whose category training did not have.</param>
/// <param name="UnseenExample">The first such category, or <see langword="null"/>.</param>
/// <param name="UnseenRow">Its row, from 1; 0 when there is none.</param>
public sealed record ColumnReport(string Name, int Missing, int Unseen, string? UnseenExample, int UnseenRow);
