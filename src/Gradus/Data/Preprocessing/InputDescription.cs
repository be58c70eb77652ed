namespace Gradus;

/// <summary>How an input column, or a block of pixel columns, becomes features.</summary>
/// <param name="Columns">The input columns: one, or all pixels of an image.</param>
/// <param name="Kind">The kind that the columns must be of.</param>
/// <param name="FirstFeature">Index of the first feature made from them.</param>
/// <param name="FeatureCount">How many features are made from them.</param>
/// <param name="Summary">In one line, for people.</param>
public sealed record InputDescription(
    IReadOnlyList<string> Columns, ColumnKind Kind, int FirstFeature, int FeatureCount, string Summary)
{
    /// <summary>For a category whose one feature holds an index: the number of levels, which as an index stands for none of them. 0
    /// for every other input.</summary>
    public int Levels { get; init; }
}
