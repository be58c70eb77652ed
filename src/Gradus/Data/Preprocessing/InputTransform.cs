using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>A fitted rule that turns one input column (or one block of pixel columns) into features. The kinds are closed:
/// <see cref="NumberTransform"/>, <see cref="BooleanTransform"/>, <see cref="OneHotTransform"/>, <see cref="IndexTransform"/>,
/// <see cref="DateTransform"/>, <see cref="PixelTransform"/>.</summary>
internal abstract record InputTransform
{
    /// <summary>The input columns, in the order of the values of a row.</summary>
    public abstract IReadOnlyList<string> Inputs { get; }

    public abstract ColumnKind Kind { get; }

    /// <summary>Names of the features made, in order.</summary>
    public abstract IReadOnlyList<string> Features { get; }

    /// <summary>In one line, for people.</summary>
    public abstract string Summary { get; }

    /// <summary>Encodes whole columns: feature f of row i goes to <c>destination[i * stride + f]</c>.</summary>
    public abstract void Encode(Table table, Span<float> destination, int stride, ReportBuilder report);

    /// <summary>Encodes one row: numbers as such, booleans as 0 or 1, categories as codes of the fitted list, dates as
    /// days since 2000; NaN is missing.</summary>
    public abstract void EncodeRow(ReadOnlySpan<float> values, Span<float> destination);

    /// <summary>Reads the text of one input as a value for <see cref="EncodeRow"/>.</summary>
    public abstract float Parse(int input, string? text);

    public abstract JsonObject ToJson();

    protected static Column Find(Table table, string name) => table.TryGetColumn(name, out var column)
        ? column
        : throw new GradusException($"Table '{table.Name}' has no column '{name}', which the model was trained with."
            + Suggestion.Tail(name, table.Columns.Select(c => c.Name)));

    protected static GradusException WrongKind(Table table, Column column, ColumnKind expected) =>
        new($"Column '{column.Name}' of table '{table.Name}' is {column.Kind.Indefinite()}, but the model was trained with "
            + $"{expected.Indefinite()}. Read the file with {column.Name}={expected.ToString().ToLowerInvariant()}, or correct it.");

    /// <summary>No value at all says nothing of a kind: such a column passes for any.</summary>
    protected static bool AllMissing(Column column) =>
        column.Kind != ColumnKind.Ignored && column.MissingCount == column.Count;

    protected static float ParseNumber(string name, string? text)
    {
        if (text is null)
            return float.NaN;
        return NumberText.Read(System.Text.Encoding.UTF8.GetBytes(text), out var value) switch
        {
            NumberText.Result.Number or NumberText.Result.Missing => value,
            NumberText.Result.OutOfRange => throw new GradusException(
                $"Column '{name}': '{text}' does not fit float32. Expected a finite number of at most ±3.4e38."),
            _ => throw new GradusException($"Column '{name}': '{text}' is not a number. Expected a number, or nothing if it is missing."),
        };
    }
}
