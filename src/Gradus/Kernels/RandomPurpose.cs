namespace Gradus.Kernels;

/// <summary>What random numbers are drawn for, in the order of a run; each purpose has a stream of its own. Expressions use
/// the numbers below <see cref="Splitting"/>.</summary>
internal static class RandomPurpose
{
    public const uint Splitting = 0x8000_0000;
    public const uint Initialization = 0x8000_0001;
    public const uint Shuffling = 0x8000_0002;
}
