namespace Gradus.Kernels;

/// <summary>What random numbers are drawn for, in the order of a run; each purpose has a stream of its own. Expressions use
/// the numbers below <see cref="Splitting"/>.</summary>
internal static class RandomPurpose
{
    public const uint Splitting = 0x8000_0000;
    public const uint Initialization = 0x8000_0001;
    public const uint Shuffling = 0x8000_0002;
    public const uint Searching = 0x8000_0003;

    // Images: the first picture of a row and, for mix-up, the second.
    public const uint Geometry = 0x8000_0010;
    public const uint Displacement = 0x8000_0011;
    public const uint PixelNoise = 0x8000_0012;
    public const uint Mixing = 0x8000_0013;
    public const uint SecondPicture = 0x10;   // added to the first three
}
