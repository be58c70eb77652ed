namespace Gradus.Kernels;

/// <summary>A rectangle of a matrix: <paramref name="Rows"/> × <paramref name="Columns"/> from
/// (<paramref name="Row"/>, <paramref name="Column"/>).</summary>
internal readonly record struct Region(int Row, int Rows, int Column, int Columns);
