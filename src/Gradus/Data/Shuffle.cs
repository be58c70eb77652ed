using Gradus.Kernels;

namespace Gradus;

/// <summary>Random orders of rows from a seed.</summary>
internal static class Shuffle
{
    /// <summary>The numbers 0 … count−1 in a random order that depends on the seed alone.</summary>
    public static int[] Permutation(int count, ulong seed)
    {
        var order = new int[count];
        Philox.Permutation(new RandomKey(seed, RandomPurpose.Splitting, 0), order);
        return order;
    }
}
