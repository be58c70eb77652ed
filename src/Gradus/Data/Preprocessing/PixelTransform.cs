using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>The pixels of an image, each divided by the same number: the range of their type, or the largest of the training
/// rows. Statistics of single
/// pixels would blow up the noise at the rims, where almost every image is empty.</summary>
internal sealed record PixelTransform(IReadOnlyList<string> Names, float Divisor) : InputTransform
{
    public override IReadOnlyList<string> Inputs => Names;

    public override ColumnKind Kind => ColumnKind.Number;

    public override IReadOnlyList<string> Features => Names;

    public override string Summary => FormattableString.Invariant($"{Names.Count} pixels, {Names[0]} … {Names[^1]}, divided by {Divisor}");

    /// <summary>The size of the images; null if the names do not tell.</summary>
    public ImageSize? Size { get; } = ImageSize.Of(Names);

    /// <summary>The table's pixel rows, when its columns are exactly these pixels in order: no need to expand them then.</summary>
    public PixelRows? PixelsOf(Table table)
    {
        PixelRows? rows = null;
        for (var i = 0; i < Names.Count; i++)
        {
            if (Find(table, Names[i]) is not PixelColumn pixel || pixel.Offset != i || pixel.Pixels.Width != Names.Count
                || (rows is not null && !ReferenceEquals(rows, pixel.Pixels)))
                return null;
            rows = pixel.Pixels;
        }
        return rows;
    }

    public override void Encode(Table table, Span<float> destination, int stride, ReportBuilder report)
    {
        for (var f = 0; f < Names.Count; f++)
        {
            var column = Find(table, Names[f]);
            var feature = destination[f..];
            switch (column)
            {
                case PixelColumn pixel:
                    for (var i = 0; i < pixel.Count; i++)
                        feature[i * stride] = pixel[i] / Divisor;
                    break;
                case NumberColumn number:
                    for (var i = 0; i < number.Count; i++)
                        feature[i * stride] = One(number.Values[i]);
                    break;
                case var _ when AllMissing(column):
                    for (var i = 0; i < column.Count; i++)
                        feature[i * stride] = 0;
                    break;
                default:
                    throw WrongKind(table, column, Kind);
            }
            if (column.MissingCount > 0)
                report.Missing(Names[f], column.MissingCount);
        }
    }

    public override void EncodeRow(ReadOnlySpan<float> values, Span<float> destination)
    {
        for (var i = 0; i < Names.Count; i++)
            destination[i] = One(values[i]);
    }

    private float One(float value) => float.IsNaN(value) ? 0 : value / Divisor;

    public override float Parse(int input, string? text) => ParseNumber(Names[input], text);

    public override JsonObject ToJson() => new()
    {
        ["kind"] = "pixel",
        ["columns"] = new JsonArray([.. Names.Select(n => JsonValue.Create(n))]),
        ["divisor"] = Divisor,
    };

    public bool Equals(PixelTransform? other) =>
        other is not null && Divisor == other.Divisor && Names.SequenceEqual(other.Names);

    public override int GetHashCode() => HashCode.Combine(Names.Count, Divisor);
}
