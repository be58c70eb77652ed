namespace Gradus;

/// <summary>A category that an <see cref="Embedding"/> turns into a vector.</summary>
/// <param name="Category">Where its index is, and how many there are.</param>
/// <param name="Width">Length of the vector, at least 1.</param>
public sealed record EmbeddedCategory(CategoryInput Category, int Width);
