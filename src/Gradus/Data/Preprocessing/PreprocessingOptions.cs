namespace Gradus;

/// <summary>What a <see cref="Preprocessor"/> is to learn from the training rows.</summary>
public sealed record PreprocessingOptions
{
    /// <summary>The column to predict, the first of several; <see langword="null"/> for inputs alone. Setting it makes it the only one of
    /// <see cref="Targets"/>.</summary>
    public string? Target
    {
        get => Targets.Count > 0 ? Targets[0] : null;
        init => Targets = value is null ? [] : [value];
    }

    /// <summary>The columns to predict, different ones; empty for inputs alone.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>What is to be learned, of every target; by default it follows from the target: categories, booleans and up to 20 different
    /// whole numbers are classes, other numbers a regression.</summary>
    public LearningTask? Task { get; init; }

    /// <summary>Scaling of number columns; null standardises them, but divides the pixels of an image by one number: 255 for
    /// image files, the largest of the training rows for at least 16 columns in a row that are named as pixels
    /// (<c>pixel_3_4</c>, <c>pixel7</c>). Pixels of image files are divided by 255 unless this is <see cref="Gradus.Scaling.None"/>.</summary>
    public Scaling? Scaling { get; init; }

    /// <summary>Scaling of single number columns, by name, where it differs from <see cref="Scaling"/>.</summary>
    public IReadOnlyDictionary<string, Scaling> ColumnScaling { get; init; } = new Dictionary<string, Scaling>();

    /// <summary>Where number columns are clipped before they are scaled; null for nowhere. Pixels of image files are not.</summary>
    public OutlierClip? Clip { get; init; }

    /// <summary>Categories that fewer training rows have than this share one feature, and so do then those that training did
    /// not have; 0 or 1 keeps all apart.</summary>
    public int RareBelow { get; init; }

    /// <summary>Category columns of at most so many levels become one-hot features; those of more become one feature, the index of
    /// the category, by which the network looks up what one-hot features would have been multiplied with. At least 0.</summary>
    public int OneHotUpTo { get; init; } = 256;

    /// <summary>Category columns that become an index however few levels they have, by name.</summary>
    public IReadOnlyCollection<string> Indexed { get; init; } = [];

    /// <summary>Scaling of a regression's target, undone in predictions: <see cref="Gradus.Scaling.Standardize"/>,
    /// <see cref="Gradus.Scaling.MinMax"/>, <see cref="Gradus.Scaling.Log"/> or <see cref="Gradus.Scaling.None"/>.</summary>
    public Scaling TargetScaling { get; init; } = Gradus.Scaling.Standardize;

    /// <summary>Targets that <see cref="TargetScaling"/> is not for.</summary>
    internal IReadOnlyCollection<string> UnscaledTargets { get; init; } = [];

    /// <summary>Columns that are not to be inputs, by name.</summary>
    public IReadOnlyCollection<string> Ignore { get; init; } = [];
}
