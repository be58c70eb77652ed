namespace Gradus;

/// <summary>A function of n numbers.</summary>
/// <param name="x">Where, n numbers.</param>
/// <param name="gradient">Takes its derivatives there, n numbers.</param>
/// <returns>Its value there.</returns>
internal delegate double Objective(ReadOnlySpan<double> x, Span<double> gradient);
