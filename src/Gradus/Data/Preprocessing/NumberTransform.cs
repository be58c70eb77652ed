using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>A number, scaled; missing values become the training median, marked by a feature of their own when training
/// had any.</summary>
internal sealed record NumberTransform(string Name, NumberScale Scale, double MedianValue, bool Indicator) : InputTransform
{
    public override IReadOnlyList<string> Inputs => [Name];

    public override ColumnKind Kind => ColumnKind.Number;

    public override IReadOnlyList<string> Features => Indicator ? [Name, Name + "=(missing)"] : [Name];

    public override string Summary => Scale.Scaling switch
    {
        Scaling.Quantile when Scale.Quantiles is { IsConstant: false } =>
            FormattableString.Invariant($"number, {Scale.Quantiles.Values.Count} quantiles, {Scale.Quantiles.Values[0]:G6} … ")
            + FormattableString.Invariant($"{Scale.Quantiles.Values[^1]:G6}, to a normal distribution"),
        Scaling.Quantile => FormattableString.Invariant($"number, always {MedianValue:G6} in training: 0"),
        Scaling.Standardize or Scaling.Robust or Scaling.Power or Scaling.Log when !(Scale.Divisor > 0) =>
            FormattableString.Invariant($"number, always {MedianValue:G6} in training: 0"),
        Scaling.Standardize => FormattableString.Invariant($"number, standardised: mean {Scale.Shift:G6}, deviation {Scale.Divisor:G6}"),
        Scaling.Robust => FormattableString.Invariant($"number, robust: median {Scale.Shift:G6}, spread {Scale.Divisor:G6}, clipped smoothly to ±3"),
        Scaling.Power => FormattableString.Invariant($"number, Yeo-Johnson with λ = {Scale.Lambda:G6}, standardised"),
        Scaling.Log => "number, sign(x)·ln(1 + |x|), standardised",
        Scaling.MinMax => FormattableString.Invariant($"number, {Scale.Shift:G6} … {Scale.Shift + Scale.Divisor:G6} to 0 … 1"),
        _ => "number, as it is",
    } + (Scale.IsClipped ? FormattableString.Invariant($"; first clipped to {Scale.Low:G6} … {Scale.High:G6}") : "")
        + (Indicator ? FormattableString.Invariant($"; missing: median {MedianValue:G6} and an indicator") : "");

    public static NumberTransform Fit(string name, ReadOnlySpan<float> values, int missing, Scaling scaling, OutlierClip? clip = null)
    {
        var present = new float[values.Length - missing];
        var count = 0;
        foreach (var value in values)
        {
            if (!float.IsNaN(value))
                present[count++] = value;
        }
        var scale = NumberScale.Fit(scaling, present, clip);
        return new NumberTransform(name, scale, Median.Of(present), missing > 0 && count > 0);
    }

    public override void Encode(Table table, Span<float> destination, int stride, ReportBuilder report)
    {
        var column = Find(table, Name);
        var missing = 0;
        switch (column)
        {
            case NumberColumn number:
                missing = EncodeValues(number.Values, destination, stride);
                break;
            case PixelColumn pixel:
                for (var i = 0; i < pixel.Count; i++)
                    EncodeOne(pixel[i], destination[(i * stride)..]);
                break;
            case var _ when AllMissing(column):
                missing = column.Count;
                for (var i = 0; i < missing; i++)
                    EncodeOne(float.NaN, destination[(i * stride)..]);
                break;
            default:
                throw WrongKind(table, column, Kind);
        }
        if (missing > 0 && !Indicator)
            report.Missing(Name, missing);
    }

    private int EncodeValues(ReadOnlySpan<float> values, Span<float> destination, int stride)
    {
        var (linear, shift, inverse) = (Scale.IsLinear, Scale.Shift, Scale.Inverse);
        var missing = 0;
        for (int i = 0, at = 0; i < values.Length; i++, at += stride)
        {
            var value = values[i];
            if (float.IsNaN(value))
            {
                missing++;
                EncodeOne(value, destination[at..]);
                continue;
            }
            destination[at] = linear ? (float)((value - shift) * inverse) : Scale.Apply(value);
            if (Indicator)
                destination[at + 1] = 0;
        }
        return missing;
    }

    public override void EncodeRow(ReadOnlySpan<float> values, Span<float> destination) => EncodeOne(values[0], destination);

    private void EncodeOne(float value, Span<float> destination)
    {
        var missing = float.IsNaN(value);
        destination[0] = Scale.Apply(missing ? MedianValue : value);
        if (Indicator)
            destination[1] = missing ? 1 : 0;
    }

    public override float Parse(int input, string? text) => ParseNumber(Name, text);

    public override JsonObject ToJson()
    {
        var json = ScaleJson.Write(Scale);
        json["column"] = Name;
        json["median"] = MedianValue;
        json["indicator"] = Indicator;
        return json;
    }
}
