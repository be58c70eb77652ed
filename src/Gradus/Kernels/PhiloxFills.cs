using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gradus.Kernels;

// Fills: element i of each is a function of (key, i) alone.
internal static unsafe partial class Philox
{
    private interface IDistribution
    {
        /// <summary>Turns the words of a group into its elements.</summary>
        void Transform(uint* words, float* values);
    }

    /// <summary>Uniform on [0, 1), multiples of 2⁻²⁴: elements firstIndex, firstIndex + 1, … of the stream.</summary>
    public static void Uniform(RandomKey key, long firstIndex, Span<float> values) =>
        Fill(key, firstIndex, values, default(UniformDistribution));

    /// <summary>Standard normal, |value| ≤ 6.7.</summary>
    public static void Normal(RandomKey key, long firstIndex, Span<float> values) =>
        Fill(key, firstIndex, values, default(NormalDistribution));

    /// <summary>1 with the given probability, else 0.</summary>
    public static void Bernoulli(RandomKey key, long firstIndex, double probability, Span<float> values)
    {
        if (!(probability >= 0 && probability <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(probability), $"The probability is {probability}; it must lie within 0 … 1.");
        }

        if (probability == 1)
            values.Fill(1f);
        else
            Fill(key, firstIndex, values, new BernoulliDistribution((uint)(probability * 4294967296.0)));
    }

    /// <summary>A uniformly random order of 0 … n − 1 (Fisher and Yates).</summary>
    public static void Permutation(RandomKey key, Span<int> order)
    {
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        var draws = 0L;
        for (var i = order.Length - 1; i > 0; i--)
        {
            // Lemire (2019): the high half of a product is unbiased once the few low halves that come too often are
            // drawn again.
            var bound = (ulong)i + 1;
            var least = (0 - bound) % bound;
            ulong high, low;
            do
                high = Math.BigMul(NextUInt64(key, draws++), bound, out low);
            while (low < least);
            (order[i], order[(int)high]) = (order[(int)high], order[i]);
        }
    }

    private static void Fill<TDistribution>(RandomKey key, long firstIndex, Span<float> values, TDistribution distribution)
        where TDistribution : struct, IDistribution
    {
        if (firstIndex < 0 || firstIndex > Limit - values.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(firstIndex), $"A key gives the numbers 0 … {Limit - 1}; {values.Length} from {firstIndex} are more.");
        }

        var words = stackalloc uint[Group];
        var whole = stackalloc float[Group];
        fixed (float* to = values)
        {
            var i = 0;
            while (i < values.Length)
            {
                var index = firstIndex + i;
                var skip = (int)(index % Group);
                var count = int.Min(Group - skip, values.Length - i);
                Words(key, (uint)(index / Group), words);
                if (count == Group)
                {
                    distribution.Transform(words, to + i);
                }
                else
                {
                    // The first and the last group: all of it is drawn, a piece is kept.
                    distribution.Transform(words, whole);
                    new ReadOnlySpan<float>(whole + skip, count).CopyTo(values[i..]);
                }

                i += count;
            }
        }
    }

    private readonly struct UniformDistribution : IDistribution
    {
        public void Transform(uint* words, float* values)
        {
            // 24 bits are what a float holds exactly.
            for (var i = 0; i < Group; i += 16)
            {
                var bits = (Vector512.Load(words + i) >> 8).AsInt32();
                (Vector512.ConvertToSingle(bits) * (1f / 16777216)).Store(values + i);
            }
        }
    }

    private readonly struct BernoulliDistribution(uint threshold) : IDistribution
    {
        public void Transform(uint* words, float* values)
        {
            for (var i = 0; i < Group; i += 16)
            {
                var below = Vector512.LessThan(Vector512.Load(words + i), Vector512.Create(threshold));
                (below.AsSingle() & Vector512.Create(1f)).Store(values + i);
            }
        }
    }

    // Box and Muller (1958): √(−2 ln u)·(cos 2πv, sin 2πv), u and v being words of the same block.
    private readonly struct NormalDistribution : IDistribution
    {
        public void Transform(uint* words, float* values)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                Transform<Floats512>(words, values);
            else if (Vector256.IsHardwareAccelerated && Avx2.IsSupported)
                Transform<Floats256>(words, values);
            else
                Transform<Floats128>(words, values);
        }

        private static void Transform<T>(uint* words, float* values)
            where T : struct, IFloats<T>
        {
            var uniform = stackalloc float[Group];
            for (var i = 0; i < Group; i++)
                uniform[i] = (words[i] >> 1) * (1f / 2147483648) + 1f / 8589934592;     // (0, 1]
            for (var half = 0; half < Group; half += 32)
            {
                for (var i = half; i < half + 16; i += T.Width)
                {
                    var radius = T.Sqrt(T.Create(-2f) * Functions.Log(T.Load(uniform + i)));
                    Functions.SinCosTurn(T.Load(uniform + i + 16), out var sine, out var cosine);
                    T.Store(radius * cosine, values + i);
                    T.Store(radius * sine, values + i + 16);
                }
            }
        }
    }
}
