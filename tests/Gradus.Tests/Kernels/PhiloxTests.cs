using Gradus.Kernels;

namespace Gradus.Tests.Kernels;

public class PhiloxTests
{
    private static readonly RandomKey Key = new(42, 7, 3);

    private delegate void Filler(RandomKey key, long first, Span<float> values);

    // kat_vectors of Random123 (Salmon et al. 2011).
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u,
        0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Known_answers(
        uint x, uint y, uint z, uint w, uint key0, uint key1, uint a, uint b, uint c, uint d) =>
        Assert.Equal((a, b, c, d), Philox.Block(x, y, z, w, key0, key1));

    [Fact]
    public void Uniform_is_the_words_of_the_counter()
    {
        var values = new float[200];
        var key = new RandomKey(0x299f31d0a4093822, 0x85a308d3, 0x0370734413198a2e);
        Philox.Uniform(key, 0, values);
        for (var i = 0; i < values.Length; i++)
        {
            var words = Philox.Block(
                (uint)(i / 64 * 16 + i % 16), key.Purpose, (uint)key.Step, (uint)(key.Step >> 32), (uint)key.Seed, (uint)(key.Seed >> 32));
            var word = (i % 64 / 16) switch { 0 => words.X, 1 => words.Y, 2 => words.Z, _ => words.W };
            Assert.Equal((word >> 8) / 16777216f, values[i]);
        }
    }

    [Fact]
    public void Any_cut_gives_the_same_bits()
    {
        Filler[] fillers = [Philox.Uniform, Philox.Normal, (key, first, values) => Philox.Bernoulli(key, first, 0.3, values)];
        foreach (var fill in fillers)
        {
            var whole = new float[1000];
            fill(Key, 0, whole);
            foreach (var cut in new[] { 1, 7, 16, 64, 65, 200 })
            {
                var pieces = new GuardedMemory(1000);
                for (var i = 0; i < 1000; i += cut)
                    fill(Key, i, pieces.Span.Slice(i, Math.Min(cut, 1000 - i)));
                Assert.Equal(whole, pieces.Span);
                pieces.AssertGuards();
            }

            var other = new float[1000];
            foreach (var key in new[] { Key with { Seed = 43 }, Key with { Purpose = 8 }, Key with { Step = 4 }, Key with { Step = 1UL << 40 } })
            {
                fill(key, 0, other);
                Assert.NotEqual(whole, other);
            }
        }
    }

    // Bounds are five deviations of the statistic: one seed in two million would miss them, and the seed is fixed.
    [Fact]
    public void Moments_are_those_of_the_distributions()
    {
        const int n = 1 << 20;
        var values = new float[n];
        Philox.Uniform(Key, 0, values);
        Assert.All(values, value => Assert.InRange(value, 0f, 0.99999994f));
        AssertMean(values, value => value, 0.5, Math.Sqrt(1 / 12.0));
        AssertMean(values, value => value * value, 1 / 3.0, Math.Sqrt(4 / 45.0));

        Philox.Normal(Key, 0, values);
        AssertMean(values, value => value, 0, 1);
        AssertMean(values, value => value * value, 1, Math.Sqrt(2));
        AssertMean(values, value => value * value * value, 0, Math.Sqrt(15));
        AssertMean(values, value => Math.Pow(value, 4), 3, Math.Sqrt(96));
        AssertMean(values, value => value > 1.959964 ? 1 : 0, 0.025, Math.Sqrt(0.025 * 0.975));
        AssertMean(values, value => value < -1 ? 1 : 0, 0.1586553, Math.Sqrt(0.1586553 * 0.8413447));
        var neighbours = Enumerable.Range(0, n - 16).Select(i => values[i] * values[i + 16]).ToArray();
        AssertMean(neighbours, value => value, 0, 1);

        Philox.Bernoulli(Key, 0, 0.3, values);
        AssertMean(values, value => value, 0.3, Math.Sqrt(0.21));
        Assert.All(values, value => Assert.True(value is 0f or 1f));
        Philox.Bernoulli(Key, 0, 1, values);
        Assert.All(values, value => Assert.Equal(1f, value));
        Philox.Bernoulli(Key, 0, 0, values);
        Assert.All(values, value => Assert.Equal(0f, value));
    }

    [Fact]
    public void Permutations_are_permutations_and_equally_likely()
    {
        var order = new int[1000];
        Philox.Permutation(Key, order);
        Assert.Equal(Enumerable.Range(0, 1000), order.Order());
        Assert.NotEqual(Enumerable.Range(0, 1000), order);
        Philox.Permutation(Key, []);

        const int draws = 24_000;
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < draws; i++)
        {
            var four = new int[4];
            Philox.Permutation(Key with { Step = (ulong)i }, four);
            var name = string.Join(' ', four);
            counts[name] = counts.GetValueOrDefault(name) + 1;
        }

        // χ² with 23 degrees of freedom exceeds 56 once in 7,000 keys; the key is fixed.
        Assert.Equal(24, counts.Count);
        Assert.InRange(counts.Values.Sum(count => Math.Pow(count - draws / 24.0, 2) / (draws / 24.0)), 0, 56);
    }

    [Fact]
    public void Arguments_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Philox.Uniform(Key, -1, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Philox.Uniform(Key, Philox.Limit, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Philox.Bernoulli(Key, 0, 1.1, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Philox.Bernoulli(Key, 0, double.NaN, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Philox.NextUInt64(Key, 1L << 32));
        var last = new float[1];
        Philox.Uniform(Key, Philox.Limit - 1, last);
    }

    private static void AssertMean(float[] values, Func<double, double> f, double mean, double deviation)
    {
        var limit = 5 * deviation / Math.Sqrt(values.Length);
        Assert.InRange(values.Average(value => f(value)), mean - limit, mean + limit);
    }
}
