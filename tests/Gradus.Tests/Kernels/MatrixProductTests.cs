using Gradus.Kernels;

namespace Gradus.Tests.Kernels;

public class MatrixProductTests
{
    // γ_k = k·ε / (1 − k·ε), ε = 2⁻²⁴: the bound of any order of summation of k rounded products (Higham 2002, §3.1).
    private static double Gamma(int k) => k * Math.ScaleB(1, -24) / (1 - k * Math.ScaleB(1, -24));

    public static TheoryData<int> Widths() => [.. Usable()];

    private static IEnumerable<int> Usable() =>
        Enum.GetValues<VectorWidth>().Where(VectorWidths.CanRun).Select(width => (int)width);

    [Theory]
    [MemberData(nameof(Widths))]
    public void Every_small_shape_is_within_the_bound(int width)
    {
        int[] sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 31, 33, 47, 48, 49, 65];
        int[] depths = [0, 1, 2, 3, 7, 8, 9, 16, 17, 19, 33];
        foreach (var m in sizes)
        {
            foreach (var n in sizes)
            {
                foreach (var k in depths)
                    AllForms(m, n, k, width);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Every_tile_remainder_is_within_the_bound(int width)
    {
        for (var n = 1; n <= 110; n++)
            AllForms(20, n, 5, width);
        for (var m = 1; m <= 30; m++)
            AllForms(m, 21, 6, width);
        for (var k = 120; k <= 136; k++)
            AllForms(18, 50, k, width);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Shapes_of_networks_are_within_the_bound(int width)
    {
        (int M, int N, int K)[] shapes =
        [
            (64, 512, 784), (784, 512, 64), (64, 10, 512), (64, 512, 10), (512, 10, 64), (1, 512, 784), (512, 1, 130),
            (3, 300, 300), (7, 13, 1000), (300, 290, 270), (257, 400, 129), (130, 1000, 65), (1000, 33, 70), (611, 290, 300),
            (60, 70, 1100), (90, 53, 2300),
        ];
        foreach (var (m, n, k) in shapes)
            AllForms(m, n, k, width);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_packed_B_gives_the_same_bits(int width)
    {
        var isTested = false;
        foreach (var (m, n, k) in new[] { (64, 100, 784), (20, 310, 300), (300, 290, 270), (3, 2000, 33), (700, 47, 129), (2, 64, 64), (530, 200, 300), (40, 60, 1500) })
        {
            foreach (var (transposeA, transposeB) in new[] { (false, false), (false, true), (true, false) })
            {
                var product = new MatrixProduct(m, n, k, transposeA, transposeB, (VectorWidth)width);
                if (product.PackedLength == 0)
                    continue;
                isTested = true;
                AlignedBuffer a = new(m * k), b = new(k * n), c = new(m * n), fromPacked = new(m * n);
                TestNumbers.Fill(a.Span, 1);
                TestNumbers.Fill(b.Span, 2);
                var (packed, scratch) = (new AlignedBuffer(product.PackedLength), new AlignedBuffer(product.ScratchLength));
                product.Pack(b.Span, packed.Span);
                for (var part = 0; part < product.Parts; part++)
                {
                    product.Run(part, a.Span, b.Span, c.Span, scratch.Span);
                    product.RunPacked(part, a.Span, b.Span, packed.Span, fromPacked.Span, scratch.Span);
                }

                Assert.True(c.Span.SequenceEqual(fromPacked.Span), $"{m} × {n} × {k}, B {(transposeB ? "transposed" : "plain")}");
            }
        }

        Assert.True(isTested);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_product_that_begins_row_by_row_has_the_same_bits_in_every_run(int width)
    {
        foreach (var (m, n, k) in new[] { (300, 310, 120), (64, 512, 512), (1000, 64, 9), (512, 37, 1100), (30, 20, 5) })
        {
            foreach (var (transposeA, transposeB) in new[] { (false, false), (false, true), (true, false) })
            {
                var often = new MatrixProduct(m, n, k, transposeA, transposeB, (VectorWidth)width);
                var seldom = new MatrixProduct(m, n, k, transposeA, transposeB, (VectorWidth)width) { IsRunOften = false };
                AlignedBuffer a = new(m * k), b = new(k * n), c = new(m * n), expected = new(m * n), scratch = new(often.ScratchLength), packed = new(often.PackedLength);
                TestNumbers.Fill(a.Span, 1);
                TestNumbers.Fill(b.Span, 2);
                for (var i = 0; i < a.Length; i += 2)
                    a.Span[i] = 0;
                if (packed.Length > 0)
                    seldom.Pack(b.Span, packed.Span);
                for (var part = 0; part < often.Parts; part++)
                    often.Run(part, a.Span, b.Span, expected.Span, scratch.Span);
                var runs = (512L * 1024 * 1024 / ((long)m * n * k)) + 1;
                for (var run = 0; run < Math.Min(runs, 60); run++)
                {
                    c.Span.Fill(float.NaN);
                    for (var part = 0; part < seldom.Parts; part++)
                    {
                        if (run % 2 == 0 || packed.Length == 0)
                            seldom.Run(part, a.Span, b.Span, c.Span, scratch.Span);
                        else
                            seldom.RunPacked(part, a.Span, b.Span, packed.Span, c.Span, scratch.Span);
                    }

                    Assert.True(c.Span.SequenceEqual(expected.Span), $"{m} × {n} × {k}, run {run}");
                }

                if (runs <= 60)
                    Assert.Equal(often.PassesOver(a.Span, b.Span), seldom.PassesOver(a.Span, b.Span));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_rectangle_alone_has_the_same_bits(int width)
    {
        foreach (var (m, n, k) in new[] { (300, 310, 120), (64, 512, 512), (700, 1030, 64), (1, 2000, 2000), (2000, 1, 2000), (30, 20, 0) })
        {
            foreach (var (transposeA, transposeB) in new[] { (false, false), (false, true), (true, false), (true, true) })
            {
                var product = new MatrixProduct(m, n, k, transposeA, transposeB, (VectorWidth)width);
                AlignedBuffer a = new(m * k), b = new(k * n), c = new(m * n), alone = new(product.LargestPart), scratch = new(product.ScratchLength);
                TestNumbers.Fill(a.Span, 1);
                TestNumbers.Fill(b.Span, 2);
                for (var part = 0; part < product.Parts; part++)
                {
                    var region = product.Part(part);
                    product.Run(part, a.Span, b.Span, c.Span, scratch.Span);
                    alone.Span.Fill(float.NaN);
                    product.RunAlone(part, a.Span, b.Span, alone.Span, scratch.Span);
                    for (var row = 0; row < region.Rows; row++)
                    {
                        var expected = c.Slice(((region.Row + row) * n) + region.Column, region.Columns);
                        Assert.True(expected.SequenceEqual(alone.Slice(row * region.Columns, region.Columns)), $"{m} × {n} × {k}, part {part}, row {row}");
                    }

                    foreach (var after in alone.Span[(region.Rows * region.Columns)..])
                        Assert.True(float.IsNaN(after), $"{m} × {n} × {k}, part {part}: something is written behind it.");
                }
            }
        }
    }

    [Fact]
    public void Parts_in_any_order_give_the_same_bits_and_cover_C_once()
    {
        foreach (var (m, n, k) in new[] { (300, 310, 120), (64, 512, 512), (1, 2000, 2000), (2000, 1, 2000) })
        {
            var product = new MatrixProduct(m, n, k, false, false);
            Assert.True(product.Parts > 1);
            var a = new AlignedBuffer(m * k);
            var b = new AlignedBuffer(k * n);
            TestNumbers.Fill(a.Span, 1);
            TestNumbers.Fill(b.Span, 2);
            var scratch = new AlignedBuffer(product.ScratchLength);
            var forward = new float[m * n];
            var backward = new float[m * n];
            var hits = new int[m * n];
            for (var part = 0; part < product.Parts; part++)
            {
                product.Run(part, a.Span, b.Span, forward, scratch.Span);
                var (row, rows, column, columns) = product.Part(part);
                for (var i = row; i < row + rows; i++)
                {
                    for (var j = column; j < column + columns; j++)
                        hits[i * n + j]++;
                }
            }

            scratch.Span.Fill(float.NaN);
            for (var part = product.Parts - 1; part >= 0; part--)
                product.Run(part, a.Span, b.Span, backward, scratch.Span);
            Assert.All(hits, hit => Assert.Equal(1, hit));
            Assert.Equal(forward, backward);
        }
    }

    [Fact]
    public void Small_work_is_one_part_and_large_work_is_many()
    {
        Assert.Equal(1, new MatrixProduct(32, 10, 8, false, false).Parts);
        Assert.InRange(new MatrixProduct(64, 512, 512, false, false).Parts, 2, 8);
        Assert.InRange(new MatrixProduct(1024, 1024, 1024, false, false).Parts, 8, 64);
        Assert.Equal(2L * 64 * 512 * 10, new MatrixProduct(64, 10, 512, false, false).Flops);
    }

    [Fact]
    public void Infinity_and_NaN_stay_in_their_row_and_column()
    {
        foreach (var width in Usable())
        {
            const int m = 9, n = 51, k = 17;
            var product = new MatrixProduct(m, n, k, false, false, (VectorWidth)width);
            var a = new float[m * k];
            var b = new float[k * n];
            TestNumbers.Fill(a, 1);
            TestNumbers.Fill(b, 2);
            a[3 * k + 4] = float.NaN;
            b[5 * n + 50] = float.PositiveInfinity;
            var c = new float[m * n];
            product.Run(0, a, b, c, new AlignedBuffer(product.ScratchLength).Span);
            for (var i = 0; i < m; i++)
            {
                for (var j = 0; j < n; j++)
                    Assert.Equal(i == 3 || j == 50, !float.IsFinite(c[i * n + j]));
            }
        }
    }

    [Fact]
    public void Short_operands_are_refused_by_name()
    {
        var product = new MatrixProduct(2, 3, 4, false, false);
        var c = new float[6];
        Assert.Equal("a", Assert.Throws<ArgumentException>(() => product.Run(0, new float[7], new float[12], c, [])).ParamName);
        Assert.Equal("b", Assert.Throws<ArgumentException>(() => product.Run(0, new float[8], new float[11], c, [])).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => product.Run(1, new float[8], new float[12], c, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixProduct(-1, 3, 4, false, false));

        // Where it may be packed or prepared, too: zeros are looked for in all of A and B.
        var large = new MatrixProduct(784, 512, 64, true, false);
        float[] a = new float[784 * 64], b = new float[64 * 512], whole = new float[784 * 512], packed = new float[large.PackedLength], scratch = new float[large.ScratchLength];
        Assert.Equal("b", Assert.Throws<ArgumentException>(() => large.RunPacked(0, a, b.AsSpan(1), packed, whole, scratch)).ParamName);
        Assert.Equal("scratch", Assert.Throws<ArgumentException>(() => large.RunPacked(0, a, b, packed, whole, scratch.AsSpan(1))).ParamName);
        Assert.Equal("a", Assert.Throws<ArgumentException>(() => large.Prepare(0, a.AsSpan(1), b, new float[large.PreparedLength])).ParamName);
        Assert.Equal("prepared", Assert.Throws<ArgumentException>(() => large.Prepare(0, a, b, new float[large.PreparedLength - 1])).ParamName);
        Assert.Equal("prepared", Assert.Throws<ArgumentException>(() => large.Run(0, a, b, whole, scratch, new float[1])).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => large.Prepare(large.PreparationParts, a, b, new float[large.PreparedLength]));
    }

    private static void AllForms(int m, int n, int k, int width)
    {
        foreach (var transposeA in new[] { false, true })
        {
            foreach (var transposeB in new[] { false, true })
                AgainstDouble(m, n, k, transposeA, transposeB, (VectorWidth)width);
        }
    }

    private static void AgainstDouble(int m, int n, int k, bool transposeA, bool transposeB, VectorWidth width)
    {
        var product = new MatrixProduct(m, n, k, transposeA, transposeB, width);
        var a = new GuardedMemory(m * k, 1);
        var b = new GuardedMemory(k * n, 3);
        var c = new GuardedMemory(m * n, 5);
        var scratch = new GuardedMemory(product.ScratchLength);
        TestNumbers.Fill(a.Span, (ulong)(m * 1000 + k));
        TestNumbers.Fill(b.Span, (ulong)(n * 1000 + k + 7));
        c.Span.Fill(float.NaN);       // an element that is not computed, or is added to, stays NaN
        scratch.Span.Fill(float.NaN);
        for (var part = 0; part < product.Parts; part++)
            product.Run(part, a.Span, b.Span, c.Span, scratch.Span);
        a.AssertGuards();
        b.AssertGuards();
        c.AssertGuards();
        scratch.AssertGuards();

        Span<float> left = a.Span, right = b.Span, result = c.Span;
        var gamma = Gamma(k);
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                double sum = 0, size = 0;
                for (var p = 0; p < k; p++)
                {
                    var term = (double)left[transposeA ? p * m + i : i * k + p]
                        * right[transposeB ? j * k + p : p * n + j];
                    sum += term;
                    size += Math.Abs(term);
                }

                if (!(Math.Abs(result[i * n + j] - sum) <= gamma * size))
                {
                    Assert.Fail($"({m} × {n} × {k}, {transposeA}, {transposeB}, {width}) at ({i}, {j}): " +
                        $"{result[i * n + j]}, expected {sum} ± {gamma * size}");
                }
            }
        }
    }
}
