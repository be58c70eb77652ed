using System.Globalization;

namespace Gradus;

/// <summary>How images are changed while training, so that a network never sees the same picture twice: each row of each epoch
/// is a new picture, drawn from the seed, the epoch and the row alone. Everything is off where it is 0.</summary>
/// <remarks>A picture is scaled, sheared, rotated and shifted about its middle, distorted, read between pixels (bilinear), then a
/// square is cut out and noise added; last, two such pictures are mixed. What lies outside a picture is background: the median of the
/// pixels at the rims of the training images.</remarks>
public sealed record Augmentation
{
    /// <summary>Shift to the right and down, each uniform within ± this many pixels; from 0 to 1,000.</summary>
    public double Shift { get; init => field = InRange(value, "shift"); }

    /// <summary>Rotation about the middle, uniform within ± this many degrees; from 0 to 180.</summary>
    public double Rotation { get; init => field = InRange(value, "rotate"); }

    /// <summary>Width and height are each multiplied by a number that is uniform within 1 ± this; from 0 to 0.9.</summary>
    public double Scale { get; init => field = InRange(value, "scale"); }

    /// <summary>Slant to the right, uniform within ± this many degrees; from 0 to 60.</summary>
    public double Shear { get; init => field = InRange(value, "shear"); }

    /// <summary>α of elastic distortion, in pixels: each pixel is moved by α times a field of uniform numbers in [−1, 1] that a
    /// Gaussian of deviation <see cref="ElasticSigma"/> smooths, one field a direction (Simard, Steinkraus and Platt 2003); from 0 to
    /// 10,000. Beyond the rim the unsmoothed field is 0.</summary>
    public double Elastic { get; init => field = InRange(value, "elastic"); }

    /// <summary>σ of the Gaussian that smooths the fields, in pixels, from 0.5 to 100: a pixel moves by about 0.16 α/σ.</summary>
    public double ElasticSigma { get; init => field = InRange(value, "sigma"); } = 4;

    /// <summary>Deviation of normal noise on each pixel, as the network takes it (images from 0 to 1); from 0 to 1,000.</summary>
    public double Noise { get; init => field = InRange(value, "noise"); }

    /// <summary>α of mix-up: a picture and its target become λ times themselves plus 1 − λ times another row's, λ ~ Beta(α, α)
    /// (Zhang, Cissé, Dauphin and Lopez-Paz 2018); from 0 to 100. Targets of classes become distributions.</summary>
    public double MixUp { get; init => field = InRange(value, "mixup"); }

    /// <summary>Side of a square of background about a pixel drawn anywhere in the picture, in pixels, rounded; parts of it may lie
    /// outside (DeVries and Taylor 2017); from 0 to 1,000.</summary>
    public double CutOut { get; init => field = InRange(value, "cutout"); }

    /// <summary>Every amount; text, the command line and tests use this list.</summary>
    public static IReadOnlyList<AugmentationAmount> Amounts { get; } =
    [
        new("shift", "pixels", "to the right and down", 0, 1_000, 2) { Get = a => a.Shift, With = (a, v) => a with { Shift = v }, PowerOfSize = 1 },
        new("rotate", "degrees", "about the middle", 0, 180, 10) { Get = a => a.Rotation, With = (a, v) => a with { Rotation = v } },
        new("scale", "", "width and height, each by 1 ± this", 0, 0.9, 0.1) { Get = a => a.Scale, With = (a, v) => a with { Scale = v } },
        new("shear", "degrees", "slant", 0, 60, 5) { Get = a => a.Shear, With = (a, v) => a with { Shear = v } },
        new("elastic", "pixels", "elastic distortion", 0, 10_000, 34) { Get = a => a.Elastic, With = (a, v) => a with { Elastic = v }, PowerOfSize = 2 },
        new("sigma", "pixels", "smoothness of the elastic distortion", 0.5, 100, 4) { Get = a => a.ElasticSigma, With = (a, v) => a with { ElasticSigma = v }, PowerOfSize = 1 },
        new("noise", "", "deviation of noise on scaled pixels", 0, 1_000, 0.05) { Get = a => a.Noise, With = (a, v) => a with { Noise = v } },
        new("cutout", "pixels", "side of a square cut out", 0, 1_000, 8) { Get = a => a.CutOut, With = (a, v) => a with { CutOut = v }, PowerOfSize = 1 },
        new("mixup", "", "mixes rows by λ ~ Beta(α, α)", 0, 100, 0.2) { Get = a => a.MixUp, With = (a, v) => a with { MixUp = v } },
    ];

    /// <summary>Amounts for handwriting and other small drawings: affine and elastic, for images of 28 × 28 pixels.</summary>
    public static Augmentation Default { get; } = new() { Shift = 1, Rotation = 10, Scale = 0.1, Shear = 5, Elastic = 34 };

    /// <summary>Whether pictures are moved or bent.</summary>
    internal bool Warps => Shift > 0 || Rotation > 0 || Scale > 0 || Shear > 0 || Elastic > 0;

    /// <summary>The <see cref="Default"/> with lengths in proportion to the size of images.</summary>
    public static Augmentation DefaultFor(ImageSize size)
    {
        var times = Math.Sqrt(size.Pixels) / 28;
        return Amounts.Where(amount => amount.PowerOfSize > 0).Aggregate(Default, (made, amount) => amount.With(made,
            Math.Clamp(Math.Round(amount.Get(Default) * Math.Pow(times, amount.PowerOfSize), 2), amount.Least, amount.Most)));
    }

    /// <summary>Reads amounts such as <c>shift=2,rotate=10</c>, as <see cref="ToString"/> writes them.</summary>
    /// <param name="text">Amounts with commas between; those that are not named are 0, and sigma 4.</param>
    /// <param name="augmentation">What was read, or null.</param>
    /// <param name="error">What is wrong, or null.</param>
    public static bool TryParse(string text, out Augmentation? augmentation, out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        (augmentation, error) = (null, null);
        var (made, given) = (new Augmentation(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? part : part[..equals];
            var amount = Amounts.FirstOrDefault(each => each.Name == name);
            if (amount is null)
            {
                error = $"'{part}' is no amount of augmentation." + (Suggestion.Nearest(name, Amounts.Select(each => each.Name)) is { } near
                    ? $" Did you mean '{near}'?"
                    : $" Expected some of {string.Join(", ", Amounts.Select(each => each.Name))}, such as shift=2,rotate=10.");
                return false;
            }

            if (!double.TryParse(part[(equals + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !amount.Allows(value))
            {
                error = $"'{part}' is not in range. Expected {name}=A with A {amount.Expected}.";
                return false;
            }

            if (!given.Add(name))
            {
                error = $"'{name}' is given twice. Give it once.";
                return false;
            }

            made = amount.With(made, value);
        }

        if (given.Contains("sigma") && made.Elastic == 0)
        {
            error = "'sigma' belongs to elastic distortion. Give elastic too, such as elastic=34, or leave it out.";
            return false;
        }

        augmentation = made;
        return true;
    }

    /// <summary>The amounts that are on, such as <c>shift=2,rotate=10</c>; <c>none</c> if there is none.</summary>
    public override string ToString()
    {
        var on = Amounts.Where(amount => amount.Name == "sigma" ? Elastic > 0 && ElasticSigma != 4 : amount.Get(this) > 0)
            .Select(amount => string.Create(CultureInfo.InvariantCulture, $"{amount.Name}={amount.Get(this)}"));
        return string.Join(',', on) is { Length: > 0 } text ? text : "none";
    }

    /// <summary>The size of the images of a table.</summary>
    /// <exception cref="GradusException">Its rows are not images.</exception>
    public static ImageSize SizeOf(EncodedTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Images ?? throw new GradusException($"Augmentation changes images, but the {table.Inputs.Columns} inputs are not the pixels "
            + "of one. It needs IDX files, or a table whose columns beside the target are pixel_ROW_COLUMN row after row, or pixel0 to the "
            + "last pixel of a square, scaled as images are unless told otherwise. Leave the augmentation or the scaling out.");
    }

    private static double InRange(double value, string name)
    {
        var amount = Amounts.First(each => each.Name == name);
        return amount.Allows(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"{name} must be {amount.Expected}.");
    }
}
