namespace Gradus;

/// <summary>The rows of a table that a network looks up by the index of a category.</summary>
/// <param name="Category">The category.</param>
/// <param name="Vector">(batch, width): a row of the table for each index, zeros for none.</param>
internal sealed record CategoryLookup(CategoryInput Category, Expression Vector);
