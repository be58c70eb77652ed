using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gradus.Kernels;

/// <summary>Philox 4×32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as
/// easy as 1, 2, 3" (2011): four random words are a function of a counter (128 bits) and a key (64 bits).</summary>
/// <remarks>
/// The key is the seed; the counter is (block, purpose, step low, step high). Sixteen blocks make a group of 64 words,
/// word w of block b at position 16·w + b, so that a register of any width holds words of neighbouring blocks and is
/// stored as it is. A word is therefore a function of (key, index), whatever computes it and however a fill is cut.
/// </remarks>
internal static unsafe partial class Philox
{
    /// <summary>Words of a group.</summary>
    public const int Group = 64;

    /// <summary>Words that one key can give.</summary>
    public const long Limit = 4L << 32;

    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;  // golden ratio
    private const uint Weyl1 = 0xBB67AE85;  // √3 − 1

    /// <summary>Four words of one counter: ten rounds.</summary>
    public static (uint X, uint Y, uint Z, uint W) Block(uint x, uint y, uint z, uint w, uint key0, uint key1)
    {
        for (var round = 0; round < 10; round++)
        {
            var p0 = (ulong)Multiplier0 * x;
            var p1 = (ulong)Multiplier1 * z;
            (x, y, z, w) = ((uint)(p1 >> 32) ^ y ^ key0, (uint)p1, (uint)(p0 >> 32) ^ w ^ key1, (uint)p0);
            key0 += Weyl0;
            key1 += Weyl1;
        }

        return (x, y, z, w);
    }

    /// <summary>The 64-bit number <paramref name="index"/> of the stream, 0 ≤ index &lt; 2³².</summary>
    public static ulong NextUInt64(RandomKey key, long index)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(index, (uint)index);
        var (x, y, _, _) = Block(
            (uint)index, key.Purpose, (uint)key.Step, (uint)(key.Step >> 32), (uint)key.Seed, (uint)(key.Seed >> 32));
        return ((ulong)y << 32) | x;
    }

    /// <summary>The words of group <paramref name="group"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Words(RandomKey key, uint group, uint* words)
    {
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            var x = Vector512<uint>.Indices + Vector512.Create(group * 16);
            var y = Vector512.Create(key.Purpose);
            var z = Vector512.Create((uint)key.Step);
            var w = Vector512.Create((uint)(key.Step >> 32));
            var key0 = (uint)key.Seed;
            var key1 = (uint)(key.Seed >> 32);
            var m0 = Vector512.Create(Multiplier0);
            var m1 = Vector512.Create(Multiplier1);
            for (var round = 0; round < 10; round++)
            {
                Multiply(x, m0, out var high0, out var low0);
                Multiply(z, m1, out var high1, out var low1);
                x = high1 ^ y ^ Vector512.Create(key0);
                y = low1;
                z = high0 ^ w ^ Vector512.Create(key1);
                w = low0;
                key0 += Weyl0;
                key1 += Weyl1;
            }

            x.Store(words);
            y.Store(words + 16);
            z.Store(words + 32);
            w.Store(words + 48);
            return;
        }

        for (var b = 0u; b < 16; b++)
        {
            var (x, y, z, w) = Block(
                group * 16 + b, key.Purpose, (uint)key.Step, (uint)(key.Step >> 32),
                (uint)key.Seed, (uint)(key.Seed >> 32));
            words[b] = x;
            words[16 + b] = y;
            words[32 + b] = z;
            words[48 + b] = w;
        }
    }

    // High and low words of the sixteen products: even and odd lanes are multiplied apart.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(
        Vector512<uint> x, Vector512<uint> multiplier, out Vector512<uint> high, out Vector512<uint> low)
    {
        var even = Avx512F.Multiply(x, multiplier);
        var odd = Avx512F.Multiply((x.AsUInt64() >> 32).AsUInt32(), multiplier);
        var oddLanes = Vector512.Create(0xFFFFFFFF00000000).AsUInt32();
        high = Vector512.ConditionalSelect(oddLanes, odd.AsUInt32(), (even >> 32).AsUInt32());
        low = Vector512.ConditionalSelect(oddLanes, (odd << 32).AsUInt32(), even.AsUInt32());
    }
}
