using Gradus.Tests.Programs;

namespace Gradus.Tests.Training.Augmenting;

/// <summary>Tables of small pictures.</summary>
internal static class Pictures
{
    public static readonly ImageSize Size = new(28, 28);

    public static Augmentation Everything { get; } = new()
    {
        Shift = 2,
        Rotation = 15,
        Scale = 0.2,
        Shear = 10,
        Elastic = 30,
        Noise = 0.1,
        CutOut = 6,
        MixUp = 0.4,
    };

    /// <summary>Pixels drawn at random; row i is of class i mod 10.</summary>
    public static EncodedTable Random(int rows, ImageSize size, ulong seed = 1)
    {
        var draw = new Draw(seed);
        return Of(rows, size, (_, _, _) => (byte)draw.Below(256));
    }

    /// <summary>A round blob of another size in each row, well within the picture.</summary>
    public static EncodedTable Blobs(int rows) => Of(rows, Size, (row, y, x) =>
        (byte)(255 * Math.Exp(-(((x - 12.0) * (x - 12)) + ((y - 14.0) * (y - 14))) / (2 * (4 + (row % 3))))));

    public static EncodedTable Of(int rows, ImageSize size, Func<int, int, int, byte> pixel)
    {
        var bytes = new byte[rows * size.Pixels];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = pixel(i / size.Pixels, i % size.Pixels / size.Width, i % size.Width);
        var targets = Enumerable.Range(0, rows).Select(row => (float)(row % 10)).ToArray();
        return new EncodedTable(new FeatureMatrix(new PixelRows(bytes, size.Pixels), 255), targets, null, new TransformReport([], 0)) { Images = size };
    }

    public static float[] Row(EncodedTable table, int row)
    {
        var picture = new float[table.Inputs.Columns];
        table.Inputs.CopyRows(row, 1, picture);
        return picture;
    }

    /// <summary>The changed picture of a row, and its target.</summary>
    public static (float[] Picture, float[] Target) Make(ImageAugmenter augmenter, int row, int epoch)
    {
        var (picture, target) = (new float[augmenter.Pixels], new float[augmenter.TargetLength]);
        augmenter.Make(row, epoch, augmenter.NewWorkspace(), picture, target);
        return (picture, target);
    }
}
