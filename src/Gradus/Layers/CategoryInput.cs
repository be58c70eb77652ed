namespace Gradus;

/// <summary>A column of a network's input that holds the index of a category instead of a number.</summary>
/// <param name="Column">Which column of the network's input, from 0.</param>
/// <param name="Levels">Number of categories, at least 1: indices from 0 to <paramref name="Levels"/> − 1, and
/// <paramref name="Levels"/> itself for none of them, which counts as a one-hot row of zeros does.</param>
public sealed record CategoryInput(int Column, int Levels);
