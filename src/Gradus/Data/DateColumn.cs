namespace Gradus;

/// <summary>A column of dates, or of dates with times of day; without a time zone.</summary>
public sealed class DateColumn : Column
{
    private readonly long[] ticks;  // of DateTime; −1 where missing

    /// <summary>Makes a column of the given values.</summary>
    /// <param name="name">The column's name, not empty.</param>
    /// <param name="values">One value a row; <see langword="null"/> where missing.</param>
    public DateColumn(string name, IReadOnlyList<DateTime?> values) : this(name, ToTicks(values))
    {
    }

    internal DateColumn(string name, long[] ticks) : base(name)
    {
        this.ticks = ticks;
        MissingCount = ticks.AsSpan().Count(-1L);
    }

    /// <summary>The value of a row; <see langword="null"/> where missing.</summary>
    /// <param name="row">Row index, from 0.</param>
    public DateTime? this[int row] => ticks[row] < 0 ? null : new DateTime(ticks[row]);

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Date;

    /// <inheritdoc/>
    public override int Count => ticks.Length;

    /// <inheritdoc/>
    public override int MissingCount { get; }

    /// <summary>Ticks of <see cref="DateTime"/>, one a row; −1 where missing.</summary>
    internal ReadOnlySpan<long> Ticks => ticks;

    internal override Column Select(ReadOnlySpan<int> rows) => new DateColumn(Name, Pick<long>(ticks, rows));

    /// <inheritdoc/>
    public override string? TextAt(int row) => this[row] is { } value ? DateText.Write(value) : null;

    private static long[] ToTicks(IReadOnlyList<DateTime?> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var ticks = new long[values.Count];
        for (var i = 0; i < ticks.Length; i++)
            ticks[i] = values[i]?.Ticks ?? -1;
        return ticks;
    }
}
