namespace Gradus;

/// <summary>A column that was in the file and is not used: its values were not kept.</summary>
/// <param name="name">The column's name, not empty.</param>
/// <param name="count">The number of rows.</param>
/// <param name="reason">Why it is ignored, for <c>describe</c>.</param>
public sealed class IgnoredColumn(string name, int count, string reason = "set aside by the user") : Column(name)
{
    /// <summary>Why the column is ignored.</summary>
    public string Reason => reason;

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Ignored;

    /// <inheritdoc/>
    public override int Count => count;

    /// <inheritdoc/>
    public override int MissingCount => 0;

    internal override Column Select(ReadOnlySpan<int> rows) => new IgnoredColumn(Name, rows.Length, Reason);

    /// <inheritdoc/>
    public override string? TextAt(int row) => null;
}
