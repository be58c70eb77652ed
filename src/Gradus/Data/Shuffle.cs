namespace Gradus;

/// <summary>Random orders from a seed: Fisher–Yates with SplitMix64 (Steele, Lea and Flood 2014).</summary>
internal static class Shuffle
{
    /// <summary>The numbers 0 … count−1 in a random order that depends on the seed alone.</summary>
    public static int[] Permutation(int count, ulong seed)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
            order[i] = i;
        var state = seed;
        for (var i = count - 1; i > 0; i--)
        {
            // The high half of a 64 × 32-bit product: bias below 2⁻³², far less than any split can show.
            var j = (int)(((UInt128)Next(ref state) * (ulong)(i + 1)) >> 64);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    private static ulong Next(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
