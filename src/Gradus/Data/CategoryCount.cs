namespace Gradus;

/// <summary>How often a category occurs.</summary>
/// <param name="Category">The category.</param>
/// <param name="Count">Rows that have it.</param>
public readonly record struct CategoryCount(string Category, int Count);
