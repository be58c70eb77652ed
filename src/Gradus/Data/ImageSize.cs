using System.Globalization;

namespace Gradus;

/// <summary>Size of the images that the rows of a table are.</summary>
/// <param name="Height">Rows of pixels, at least 1.</param>
/// <param name="Width">Pixels a row, at least 1.</param>
public readonly record struct ImageSize(int Height, int Width)
{
    /// <summary>Pixels of an image.</summary>
    public int Pixels => Height * Width;

    /// <summary>The size that the names of pixels tell: those of <c>pixel_3_4</c> are row and column; those of <c>pixel7</c>
    /// count on and make a square.</summary>
    /// <param name="names">In the order of the columns.</param>
    /// <returns>Null if they are not the pixels of an image, row after row.</returns>
    internal static ImageSize? Of(IReadOnlyList<string> names)
    {
        var places = names.Select(PlaceOf).ToList();
        if (places.Count == 0 || places.Contains(null))
            return null;
        var known = places.OfType<(int? Row, int Number)>().ToList();
        var (firstRow, first) = known[0];
        int height, width;
        if (firstRow is null)
        {
            width = height = (int)Math.Round(Math.Sqrt(known.Count));
            return width * height == known.Count && known.Select((place, i) => place == (null, first + i)).All(fits => fits)
                ? new ImageSize(height, width) : null;
        }

        height = (known[^1].Row ?? 0) - firstRow.Value + 1;
        width = known[^1].Number - first + 1;
        return height > 0 && width > 0 && (long)height * width == known.Count
            && known.Select((place, i) => place == (firstRow + (i / width), first + (i % width))).All(fits => fits)
            ? new ImageSize(height, width) : null;
    }

    /// <summary>Height × width, such as 28 × 28.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Height} × {Width}");

    // The one or two numbers at the end of a name.
    private static (int? Row, int Number)? PlaceOf(string name)
    {
        var parts = name.Split([.. name.Where(letter => !char.IsAsciiDigit(letter)).Distinct()], StringSplitOptions.RemoveEmptyEntries);
        int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return parts switch
        {
            [var only] when Number(only) is { } number => (null, number),
            [var row, var column] when Number(row) is { } r && Number(column) is { } c => (r, c),
            _ => null,
        };
    }
}
