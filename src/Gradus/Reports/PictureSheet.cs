namespace Gradus;

/// <summary>Pictures of a table on one sheet, to be looked at before training: in each row one image as it is, and what augmentation
/// makes of it in the epochs from 1 on.</summary>
public sealed class PictureSheet
{
    private const int Enlarged = 2;
    private const int Gap = 4;

    private readonly GrayImage image;

    private PictureSheet(GrayImage image, ImageSize size, Augmentation? augmentation)
    {
        (this.image, Images, Augmentation) = (image, size, augmentation);
    }

    /// <summary>Size of the images on it.</summary>
    public ImageSize Images { get; }

    /// <summary>How they were changed; null if they are as they are.</summary>
    public Augmentation? Augmentation { get; }

    /// <summary>Draws a sheet.</summary>
    /// <param name="table">Columns whose names begin with "pixel" are the image; others are passed over.</param>
    /// <param name="augmentation">Given the size of the images, how to change them; null to show more of them as they are.</param>
    /// <param name="rows">Rows of the sheet at most, at least 1.</param>
    /// <param name="columns">Pictures a row, at least 1.</param>
    /// <param name="seed">As training's.</param>
    /// <exception cref="GradusException">The columns are not the pixels of an image.</exception>
    public static PictureSheet Of(Table table, Func<ImageSize, Augmentation>? augmentation, int rows = 10, int columns = 12, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        var others = table.Columns.Where(column => column is not PixelColumn && !column.Name.StartsWith("pixel", StringComparison.OrdinalIgnoreCase))
            .Select(column => column.Name).ToList();
        if (others.Count == table.Columns.Count)
            throw new GradusException($"Table '{table.Name}' has no columns named as pixels, such as pixel_3_4 or pixel7, so there are no images to show.");
        var count = Math.Min(table.RowCount, augmentation is null ? rows * columns : rows);
        var pixels = Preprocessor.Fit(table, new PreprocessingOptions { Ignore = others }).EncodeInputs(table.SelectRows([.. Enumerable.Range(0, count)]));
        var size = Gradus.Augmentation.SizeOf(pixels);
        var amounts = augmentation?.Invoke(size);
        var augmenter = new ImageAugmenter(amounts ?? new Augmentation(), pixels, 1, seed);
        var work = augmenter.NewWorkspace();
        rows = amounts is null ? (count + columns - 1) / columns : count;
        var image = new GrayImage((columns * ((size.Width * Enlarged) + Gap)) + Gap, (rows * ((size.Height * Enlarged) + Gap)) + Gap);
        var picture = new float[size.Pixels];
        for (var place = 0; place < rows * columns; place++)
        {
            var (row, column) = (place / columns, place % columns);
            if (amounts is null && place >= count)
                break;
            if (amounts is null || column == 0)
                pixels.Inputs.CopyRows(amounts is null ? place : row, 1, picture);
            else
                augmenter.Make(row, column, work, picture, []);
            Draw(picture, size, image, Gap + (row * ((size.Height * Enlarged) + Gap)), Gap + (column * ((size.Width * Enlarged) + Gap)));
        }

        return new PictureSheet(image, size, amounts);
    }

    /// <summary>Writes it as a PNG file.</summary>
    /// <exception cref="GradusException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, image.WritePng);

    // Pixels are 0 to 1; grey where there is no picture, so that the rims are seen.
    private static void Draw(float[] picture, ImageSize size, GrayImage image, int top, int left)
    {
        for (var y = -1; y <= size.Height * Enlarged; y++)
        {
            for (var x = -1; x <= size.Width * Enlarged; x++)
            {
                var inside = y >= 0 && x >= 0 && y < size.Height * Enlarged && x < size.Width * Enlarged;
                image[top + y, left + x] = inside ? (byte)Math.Clamp(MathF.Round(picture[(y / Enlarged * size.Width) + (x / Enlarged)] * 255), 0, 255) : (byte)128;
            }
        }
    }
}
