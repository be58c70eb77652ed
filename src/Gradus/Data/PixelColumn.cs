using System.Globalization;

namespace Gradus;

/// <summary>A column of whole numbers from 0 to 255: one pixel of every image. The columns of an image table share one
/// block of bytes (60,000 images of 28 × 28 take 47 MB).</summary>
public sealed class PixelColumn : Column
{
    internal PixelColumn(string name, PixelRows pixels, int offset) : base(name)
    {
        Pixels = pixels;
        Offset = offset;
    }

    internal PixelRows Pixels { get; }

    /// <summary>Which byte of each row is this pixel.</summary>
    internal int Offset { get; }

    /// <summary>The pixel of a row, 0 to 255.</summary>
    /// <param name="row">Row index, from 0.</param>
    public byte this[int row] => Pixels[row][Offset];

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Number;

    /// <inheritdoc/>
    public override int Count => Pixels.Count;

    /// <summary>Always 0: pixels are never missing.</summary>
    public override int MissingCount => 0;

    internal override Column Select(ReadOnlySpan<int> rows) => new PixelColumn(Name, Pixels.Select(rows), Offset);

    /// <inheritdoc/>
    public override string? TextAt(int row) => this[row].ToString(CultureInfo.InvariantCulture);
}
