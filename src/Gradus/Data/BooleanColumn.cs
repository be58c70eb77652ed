namespace Gradus;

/// <summary>A column of true and false.</summary>
public sealed class BooleanColumn : Column
{
    private readonly sbyte[] values;

    /// <summary>Makes a column of the given values, which it takes over: do not change the array afterwards.</summary>
    /// <param name="name">The column's name, not empty.</param>
    /// <param name="values">One value a row: 0 false, 1 true, −1 missing.</param>
    /// <param name="falseText">How the file writes false, such as <c>no</c>.</param>
    /// <param name="trueText">How the file writes true, such as <c>yes</c>.</param>
    /// <exception cref="GradusException">A value is none of −1, 0 and 1.</exception>
    public BooleanColumn(string name, sbyte[] values, string falseText = "false", string trueText = "true") : base(name)
    {
        ArgumentNullException.ThrowIfNull(values);
        this.values = values;
        FalseText = falseText;
        TrueText = trueText;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] == -1)
                MissingCount++;
            else if (values[i] is not (0 or 1))
                throw new GradusException($"Column '{name}' has the value {values[i]} in row {i + 1}. "
                    + "A boolean column holds 0 (false), 1 (true) and −1 (missing).");
        }
    }

    /// <summary>The values, one a row: 0 false, 1 true, −1 missing.</summary>
    public ReadOnlySpan<sbyte> Values => values;

    /// <summary>How the file writes false (the first spelling met).</summary>
    public string FalseText { get; }

    /// <summary>How the file writes true (the first spelling met).</summary>
    public string TrueText { get; }

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Boolean;

    /// <inheritdoc/>
    public override int Count => values.Length;

    /// <inheritdoc/>
    public override int MissingCount { get; }

    internal override Column Select(ReadOnlySpan<int> rows) =>
        new BooleanColumn(Name, Pick<sbyte>(values, rows), FalseText, TrueText);

    /// <inheritdoc/>
    public override string? TextAt(int row) => values[row] switch { 0 => FalseText, 1 => TrueText, _ => null };

    /// <summary>Reads true/yes/1 and false/no/0, case-insensitive.</summary>
    internal static bool TryParse(string text, bool digits, out bool value)
    {
        value = text.Equals("true", StringComparison.OrdinalIgnoreCase) || text.Equals("yes", StringComparison.OrdinalIgnoreCase)
            || (digits && text == "1");
        return value || text.Equals("false", StringComparison.OrdinalIgnoreCase)
            || text.Equals("no", StringComparison.OrdinalIgnoreCase) || (digits && text == "0");
    }
}
