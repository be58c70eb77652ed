using Gradus.Kernels;

namespace Gradus;

/// <summary>Random numbers of one trial: a function of the seed and the trial's number.</summary>
internal sealed class RandomDraws(ulong seed, int trial)
{
    private long drawn;

    /// <summary>Uniform in [0, 1).</summary>
    public double Next() => (Philox.NextUInt64(new RandomKey(seed, RandomPurpose.Searching, (ulong)trial), drawn++) >> 11) * (1.0 / (1L << 53));

    /// <summary>Standard normal (Box and Muller 1958).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - Next())) * Math.Cos(2 * Math.PI * Next());

    /// <summary>A whole number in [0, <paramref name="end"/>).</summary>
    public int NextBelow(int end) => Math.Min((int)(Next() * end), end - 1);
}
