using System.Runtime.Intrinsics;
using Gradus.Kernels;

namespace Gradus.Tests.Kernels;

public class SparseProductTests
{
    private static readonly (int M, int N, int K)[] Shapes =
    [
        (64, 512, 512), (64, 512, 784), (512, 512, 64), (784, 512, 64), (64, 130, 100), (37, 517, 129), (150, 260, 63), (99, 200, 65),
        (300, 290, 270), (1000, 70, 64), (70, 1000, 333), (512, 300, 200),
    ];

    public static TheoryData<int> Widths() => [.. Enum.GetValues<VectorWidth>().Where(VectorWidths.CanRun).Select(width => (int)width)];

    /// <summary>The bits are those of all terms multiplied and added in their order, the zeros too.</summary>
    [Theory]
    [MemberData(nameof(Widths))]
    public void Zeros_of_either_side_change_no_bit(int width)
    {
        var (sparseLeft, sparseRight) = (0, 0);
        foreach (var (m, n, k) in Shapes)
        {
            foreach (var (transposeA, transposeB) in new[] { (false, false), (false, true), (true, false), (true, true) })
            {
                var product = new MatrixProduct(m, n, k, transposeA, transposeB, (VectorWidth)width);
                foreach (var (left, right) in new[] { (0.5, 1.0), (0.1, 1.0), (0.0, 1.0), (1.0, 0.5), (1.0, 0.02), (0.4, 0.4) })
                {
                    var (a, b) = (Sparse(m * k, left, 1), Sparse(k * n, right, 2));
                    sparseLeft += product.PassesOver(a.Span, b.Span) == ProductSide.A ? 1 : 0;
                    sparseRight += product.PassesOver(a.Span, b.Span) == ProductSide.B ? 1 : 0;
                    AssertSequentialSums(product, a, b, transposeA, transposeB, (VectorWidth)width);
                }
            }
        }

        Assert.True(sparseLeft > Shapes.Length * 4, $"{sparseLeft} products passed over zeros of A.");
        Assert.True(sparseRight >= Shapes.Length / 2, $"{sparseRight} products passed over zeros of B.");
    }

    /// <summary>B turned once for all parts gives what each part makes of it for itself.</summary>
    [Theory]
    [MemberData(nameof(Widths))]
    public void A_prepared_B_gives_the_same_bits(int width)
    {
        var prepared = 0;
        foreach (var (m, n, k) in Shapes)
        {
            var product = new MatrixProduct(m, n, k, true, false, (VectorWidth)width);
            if (product.PreparedLength == 0)
                continue;
            foreach (var share in new[] { 0.5, 1.0 })
            {
                AlignedBuffer a = Sparse(m * k, 1, 1), b = Sparse(k * n, share, 2), scratch = new(product.ScratchLength), c = new(m * n), fromPrepared = new(m * n);
                var ready = new GuardedMemory(product.PreparedLength);
                ready.Span.Fill(float.NaN);
                for (var part = product.PreparationParts - 1; part >= 0; part--)
                    product.Prepare(part, a.Span, b.Span, ready.Span);
                ready.AssertGuards();
                prepared += product.PassesOver(a.Span, b.Span) == ProductSide.B ? 1 : 0;
                for (var part = 0; part < product.Parts; part++)
                {
                    product.Run(part, a.Span, b.Span, c.Span, scratch.Span);
                    product.Run(part, a.Span, b.Span, fromPrepared.Span, scratch.Span, ready.Span);
                }

                Assert.True(c.Span.SequenceEqual(fromPrepared.Span), $"{m} × {n} × {k}, {share}");
            }
        }

        Assert.True(prepared >= 3, $"{prepared} were prepared.");
    }

    [Fact]
    public void Few_zeros_or_narrow_results_are_multiplied()
    {
        var product = new MatrixProduct(64, 512, 512, false, false);
        var b = Sparse(512 * 512, 1, 2);
        Assert.Equal(ProductSide.None, product.PassesOver(Sparse(64 * 512, 1, 1).Span, b.Span));
        Assert.Equal(ProductSide.None, product.PassesOver(Sparse(64 * 512, 0.9, 1).Span, b.Span));
        Assert.Equal(ProductSide.A, product.PassesOver(Sparse(64 * 512, 0.5, 1).Span, b.Span));
        Assert.Equal(ProductSide.None, new MatrixProduct(64, 512, 512, false, false) { IsRunOften = false }.PassesOver(Sparse(64 * 512, 0.5, 1).Span, b.Span));
        Assert.Equal(ProductSide.None, new MatrixProduct(64, 3, 512, false, false).PassesOver(Sparse(64 * 512, 0.5, 1).Span, Sparse(1536, 1, 1).Span));
        Assert.Equal(ProductSide.None, new MatrixProduct(1, 512, 512, false, false).PassesOver(Sparse(512, 0.5, 1).Span, b.Span));
    }

    /// <summary>As in images whose margins are empty: counting at places a multiple of the stripes apart would see all of it or nothing.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(256)]
    public void Zeros_in_stripes_are_counted_too(int stripe)
    {
        var a = Sparse(64 * 512, 1, 1);
        for (var i = 0; i < a.Length; i++)
            a.Span[i] = i / (stripe / 2) % 2 == 0 ? 0 : a.Span[i];
        Assert.Equal(ProductSide.A, new MatrixProduct(64, 512, 512, false, false).PassesOver(a.Span, Sparse(512 * 512, 1, 2).Span));
    }

    [Fact]
    public void NaN_is_no_zero()
    {
        const int m = 64, n = 600, k = 150;
        var product = new MatrixProduct(m, n, k, false, false);
        AlignedBuffer a = Sparse(m * k, 0.3, 1), b = Sparse(k * n, 1, 2), c = new(m * n), scratch = new(product.ScratchLength);
        a.Span[(5 * k) + 149] = float.NaN;
        Assert.Equal(ProductSide.A, product.PassesOver(a.Span, b.Span));
        for (var part = 0; part < product.Parts; part++)
            product.Run(part, a.Span, b.Span, c.Span, scratch.Span);
        for (var i = 0; i < c.Length; i++)
            Assert.Equal(i / n == 5, float.IsNaN(c.Span[i]));
    }

    /// <summary>The sum of two halves, whose order does not matter, and nothing else.</summary>
    [Theory]
    [MemberData(nameof(Widths))]
    public void A_split_product_is_the_sum_of_its_halves_in_any_order(int width)
    {
        foreach (var (m, n, k) in new[] { (64, 512, 784), (64, 512, 512), (100, 700, 300), (16, 1030, 65), (130, 140, 600) })
        {
            foreach (var share in new[] { 1.0, 0.5 })
            {
                AlignedBuffer a = Sparse(m * k, share, 1), b = Sparse(k * n, 1, 2);
                var split = SplitProduct.Of(m, n, k, (VectorWidth)width) ?? throw new InvalidOperationException($"{m} × {n} × {k} is not split.");
                var scratch = new AlignedBuffer(split.ScratchLength);
                var orders = new[] { Enumerable.Range(0, split.Parts), Enumerable.Range(0, split.Parts).Reverse() };
                var results = Array.ConvertAll(orders, order =>
                {
                    AlignedBuffer c = new(m * n), others = new(m * n);
                    c.Span.Fill(float.NaN);
                    others.Span.Fill(float.NaN);
                    foreach (var part in order)
                        split.Run(part, a.Span, b.Span, c.Span, others.Span, scratch.Span);
                    for (var region = 0; region < split.Regions; region++)
                        split.Add(region, c.Span, others.Span);
                    return c;
                });
                Assert.True(results[0].Span.SequenceEqual(results[1].Span));

                var start = ProductCuts.Slice(k, 2, 1).Start;
                for (var i = 0; i < m; i += 7)
                {
                    for (var j = 0; j < n; j += 3)
                    {
                        var sum = Sum(i, j, 0, start) + Sum(i, j, start, k);
                        Assert.True(sum == results[0].Span[(i * n) + j], $"{m} × {n} × {k} at {i}, {j}: {results[0].Span[(i * n) + j]}, not {sum}");
                    }
                }

                float Sum(int i, int j, int from, int to)
                {
                    var sum = 0f;
                    for (var p = from; p < to; p++)
                        sum = MultiplyAdd(a.Span[(i * k) + p], b.Span[(p * n) + j], sum, (VectorWidth)width);
                    return sum;
                }
            }
        }

        Assert.Null(SplitProduct.Of(4, 512, 784));
        Assert.Null(SplitProduct.Of(64, 10, 512));
    }

    private static void AssertSequentialSums(MatrixProduct product, AlignedBuffer a, AlignedBuffer b, bool transposeA, bool transposeB, VectorWidth width)
    {
        var (m, n, k) = (product.M, product.N, product.K);
        var c = new GuardedMemory(m * n, 5);
        var scratch = new GuardedMemory(product.ScratchLength);
        c.Span.Fill(float.NaN);
        scratch.Span.Fill(float.NaN);
        for (var part = 0; part < product.Parts; part++)
            product.Run(part, a.Span, b.Span, c.Span, scratch.Span);
        c.AssertGuards();
        scratch.AssertGuards();
        for (var i = 0; i < m; i += 5)
        {
            for (var j = i % 2; j < n; j += 3)
            {
                var sum = 0f;
                for (var p = 0; p < k; p++)
                    sum = MultiplyAdd(a.Span[transposeA ? (p * m) + i : (i * k) + p], b.Span[transposeB ? (j * k) + p : (p * n) + j], sum, width);
                Assert.True(sum == c.Span[(i * n) + j], $"({m} × {n} × {k}, {transposeA}, {transposeB}, {width}) at ({i}, {j}): {c.Span[(i * n) + j]}, not {sum}");
            }
        }
    }

    // As the path of this width does it: plain scalar code has no fused one, and 128 bits have one where the machine does.
    private static float MultiplyAdd(float a, float b, float sum, VectorWidth width) => width switch
    {
        VectorWidth.Scalar => (a * b) + sum,
        VectorWidth.Bits128 => Vector128.MultiplyAddEstimate(Vector128.Create(a), Vector128.Create(b), Vector128.Create(sum)).ToScalar(),
        _ => MathF.FusedMultiplyAdd(a, b, sum),
    };

    private static AlignedBuffer Sparse(int length, double share, ulong seed)
    {
        var buffer = new AlignedBuffer(length);
        TestNumbers.Fill(buffer.Span, seed);
        var random = new Random((int)seed);
        for (var i = 0; i < length; i++)
        {
            if (random.NextDouble() >= share)
                buffer.Span[i] = 0;
        }

        return buffer;
    }
}
