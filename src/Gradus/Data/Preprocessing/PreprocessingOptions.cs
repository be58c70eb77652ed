namespace Gradus;

/// <summary>What a <see cref="Preprocessor"/> is to learn from the training rows.</summary>
public sealed record PreprocessingOptions
{
    /// <summary>The column to predict; <see langword="null"/> for inputs alone.</summary>
    public string? Target { get; init; }

    /// <summary>What is to be learned; by default it follows from the target: categories, booleans and up to 20 different
    /// whole numbers are classes, other numbers a regression.</summary>
    public LearningTask? Task { get; init; }

    /// <summary>Scaling of number columns. Image pixels are divided by 255 instead, the range of their type, unless this is
    /// <see cref="Scaling.None"/>.</summary>
    public Scaling Scaling { get; init; } = Scaling.Standardize;

    /// <summary>Scaling of single number columns, by name, where it differs from <see cref="Scaling"/>.</summary>
    public IReadOnlyDictionary<string, Scaling> ColumnScaling { get; init; } = new Dictionary<string, Scaling>();

    /// <summary>Scaling of a regression's target, undone in predictions.</summary>
    public Scaling TargetScaling { get; init; } = Scaling.Standardize;

    /// <summary>Columns that are not to be inputs, by name.</summary>
    public IReadOnlyCollection<string> Ignore { get; init; } = [];
}
