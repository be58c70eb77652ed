using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>A boolean: one feature, 0 or 1; missing values become the value most frequent in training, marked by a
/// feature of their own when training had any.</summary>
internal sealed record BooleanTransform(string Name, bool Fill, bool Indicator) : InputTransform
{
    public override IReadOnlyList<string> Inputs => [Name];

    public override ColumnKind Kind => ColumnKind.Boolean;

    public override IReadOnlyList<string> Features => Indicator ? [Name, Name + "=(missing)"] : [Name];

    public override string Summary => "boolean: 0 or 1" + (Indicator ? $"; missing: {(Fill ? 1 : 0)} and an indicator" : "");

    public static BooleanTransform Fit(BooleanColumn column)
    {
        var balance = 0;
        foreach (var value in column.Values)
            balance += value switch { 1 => 1, 0 => -1, _ => 0 };
        return new BooleanTransform(column.Name, balance > 0, column.MissingCount > 0);
    }

    public override void Encode(Table table, Span<float> destination, int stride, ReportBuilder report)
    {
        var column = Find(table, Name);
        if (column is not BooleanColumn && !AllMissing(column))
            throw WrongKind(table, column, Kind);
        for (var i = 0; i < column.Count; i++)
        {
            var value = column is BooleanColumn boolean && boolean.Values[i] >= 0 ? boolean.Values[i] : float.NaN;
            EncodeOne(value, destination[(i * stride)..]);
        }
        if (column.MissingCount > 0 && !Indicator)
            report.Missing(Name, column.MissingCount);
    }

    public override void EncodeRow(ReadOnlySpan<float> values, Span<float> destination) => EncodeOne(values[0], destination);

    private void EncodeOne(float value, Span<float> destination)
    {
        var missing = float.IsNaN(value);
        destination[0] = (missing ? Fill : value > 0) ? 1 : 0;
        if (Indicator)
            destination[1] = missing ? 1 : 0;
    }

    public override float Parse(int input, string? text)
    {
        if (text is null || NumberText.IsMissing(System.Text.Encoding.UTF8.GetBytes(text.Trim())))
            return float.NaN;
        return BooleanColumn.TryParse(text.Trim(), digits: true, out var value)
            ? value ? 1 : 0
            : throw new GradusException($"Column '{Name}': '{text}' is not a boolean. Expected true, false, yes, no, 1 or 0.");
    }

    public override JsonObject ToJson() =>
        new() { ["kind"] = "boolean", ["column"] = Name, ["fill"] = Fill, ["indicator"] = Indicator };
}
