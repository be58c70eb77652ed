using System.Globalization;

namespace Gradus;

/// <summary>A column of numbers.</summary>
public sealed class NumberColumn : Column
{
    private readonly float[] values;

    /// <summary>Makes a column of the given values, which it takes over: do not change the array afterwards.</summary>
    /// <param name="name">The column's name, not empty.</param>
    /// <param name="values">One value a row; NaN is a missing value.</param>
    /// <exception cref="GradusException">A value is infinite.</exception>
    public NumberColumn(string name, float[] values) : base(name)
    {
        ArgumentNullException.ThrowIfNull(values);
        this.values = values;
        for (var i = 0; i < values.Length; i++)
        {
            if (float.IsNaN(values[i]))
                MissingCount++;
            else if (float.IsInfinity(values[i]))
                throw new GradusException($"Column '{name}' has an infinite value in row {i + 1}. Numbers must be finite; "
                    + "use NaN for a missing value.");
        }
    }

    /// <summary>The values, one a row; NaN where missing, never infinite.</summary>
    public ReadOnlySpan<float> Values => values;

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Number;

    /// <inheritdoc/>
    public override int Count => values.Length;

    /// <inheritdoc/>
    public override int MissingCount { get; }

    internal override Column Select(ReadOnlySpan<int> rows) => new NumberColumn(Name, Pick<float>(values, rows));

    /// <inheritdoc/>
    public override string? TextAt(int row) =>
        float.IsNaN(values[row]) ? null : values[row].ToString(CultureInfo.InvariantCulture);
}
