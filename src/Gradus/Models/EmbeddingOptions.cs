namespace Gradus;

/// <summary>Which category columns a model embeds, and in vectors of what length.</summary>
public sealed record EmbeddingOptions
{
    /// <summary>Length of every vector, from 1 to <see cref="MaxWidth"/>; null for <see cref="Embedding.UsualWidth"/> of each column's
    /// levels.</summary>
    public int? Width
    {
        get;
        init => field = value is null ? null : Checked(value.Value);
    }

    /// <summary>The columns and the lengths of their vectors, by name; empty for every category column.</summary>
    public IReadOnlyDictionary<string, int> Columns
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (var width in value.Values)
                _ = Checked(width);
            field = value;
        }
    } = new Dictionary<string, int>();

    /// <summary>The longest vector.</summary>
    public const int MaxWidth = 1024;

    private static int Checked(int width) => width is >= 1 and <= MaxWidth ? width
        : throw new ArgumentOutOfRangeException(nameof(width), width, $"A vector has from 1 to {MaxWidth} numbers; 2 to 50 are usual.");
}
