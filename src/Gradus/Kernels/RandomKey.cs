namespace Gradus.Kernels;

/// <summary>Names a stream of random numbers. Keys that differ anywhere give independent streams; one key serves one
/// use.</summary>
/// <param name="Seed">The user's seed.</param>
/// <param name="Purpose">What the numbers are for: this layer's dropout, the shuffling, …</param>
/// <param name="Step">Step of the training, or 0.</param>
internal readonly record struct RandomKey(ulong Seed, uint Purpose, ulong Step);
