using Gradus.Kernels;

namespace Gradus.Tests.Kernels;

public sealed class FormulaTests
{
    /// <summary>m ← n₀m + n₁g; w ← w − n₀ · (m / (√|g| + n₁)), with what is beyond the length left alone.</summary>
    [Fact]
    public void Every_length_gives_the_numbers_of_the_formula_and_nothing_beyond()
    {
        var code = new FormulaCode();
        var (m, g, w, n0, n1) = (code.Load(1), code.Load(2), code.Load(0), code.Number(0), code.Number(1));
        var (add, subtract, multiply) = (FormulaOperation.Binary<AddOp>(), FormulaOperation.Binary<SubtractOp>(), FormulaOperation.Binary<MultiplyOp>());
        m = code.Apply(add, code.Apply(multiply, n0, m), code.Apply(multiply, n1, g));
        code.Store(m, 1);
        var root = code.Apply(FormulaOperation.Unary<SquareRootOp>(), code.Apply(FormulaOperation.Unary<AbsoluteOp>(), g));
        var quotient = code.Apply(FormulaOperation.Binary<DivideOp>(), m, code.Apply(add, root, n1));
        code.Store(code.Apply(subtract, w, code.Apply(multiply, n0, quotient)), 0);
        Assert.True(Formula.IsSupported);
        var formula = code.Compile();

        for (var length = 0; length <= 256; length++)
        {
            var buffers = Enumerable.Range(0, 3).Select(_ => new AlignedBuffer(length + 1)).ToArray();
            for (var i = 0; i < 3; i++)
                TestNumbers.Fill(buffers[i].Span, (ulong)i + 1);
            var before = Array.ConvertAll(buffers, buffer => buffer.Span.ToArray());
            var vectors = Array.ConvertAll(buffers, buffer => Formula.AddressOf(buffer.Span));
            formula.Run(vectors, [0.9f, 0.125f], length);
            for (var i = 0; i < length; i++)
            {
                float a = 0.9f * before[1][i], b = 0.125f * before[2][i];
                var mean = a + b;
                var product = 0.9f * (mean / (MathF.Sqrt(MathF.Abs(before[2][i])) + 0.125f));
                Assert.Equal(mean, buffers[1].Span[i]);
                Assert.Equal(before[0][i] - product, buffers[0].Span[i]);
            }

            Assert.Equal(before[2], buffers[2].Span.ToArray());
            Assert.Equal((before[0][length], before[1][length]), (buffers[0].Span[length], buffers[1].Span[length]));
        }
    }

    /// <summary>Σ v₀² · n₀, of which no element beyond the length is a part.</summary>
    [Fact]
    public void A_sum_agrees_with_double_at_every_length()
    {
        var code = new FormulaCode();
        var (multiply, x) = (FormulaOperation.Binary<MultiplyOp>(), code.Load(0));
        code.Sum(code.Apply(multiply, code.Apply(multiply, x, x), code.Number(0)));
        Assert.True(Formula.IsSupported);
        var formula = code.Compile();
        var buffer = new AlignedBuffer(100_000);
        TestNumbers.Fill(buffer.Span, 1);
        foreach (var length in Enumerable.Range(0, 300).Concat([1023, 1024, 1025, 5_000, 99_999]))
        {
            var exact = 0.0;
            foreach (var value in buffer.Span[..length])
                exact += (double)value * value * 0.5;
            var sum = formula.Run([Formula.AddressOf(buffer.Span)], [0.5f], length);
            var bound = (Reductions.Block + 2) / (double)(1 << 24) * exact;   // sums in a lane, and two roundings of a term
            Assert.InRange(sum, exact - bound, exact + bound);
        }

        Assert.Throws<InvalidOperationException>(() => code.Sum(x));
    }

    /// <summary>v₁ ← v₀ + v₁ · n₀ on a part of wider rows, with one row v₀ for all of them or one each: the numbers of the formula run row by
    /// row, and nothing beside the rectangle; the sum of the results agrees with double.</summary>
    [Theory]
    [InlineData(1, 16)]
    [InlineData(7, 64)]
    [InlineData(33, 128)]
    [InlineData(500, 128)]
    [InlineData(9, 37)]
    [InlineData(3, 3000)]
    public void A_rectangle_has_the_numbers_of_its_rows(int rows, int columns)
    {
        var code = new FormulaCode();
        var sum = code.Apply(FormulaOperation.Binary<AddOp>(), code.Load(0), code.Apply(FormulaOperation.Binary<MultiplyOp>(), code.Load(1), code.Number(0)));
        code.Store(sum, 1);
        code.Sum(sum);
        Assert.True(Formula.IsSupported);
        var formula = code.Compile();
        foreach (var shared in new[] { true, false })
        {
            var (stride, first) = (columns + 48, 32);
            var (v, w) = (new AlignedBuffer(rows * stride), new AlignedBuffer((rows * stride) + first));
            TestNumbers.Fill(v.Span, 1);
            TestNumbers.Fill(w.Span, 2);
            var before = w.Span.ToArray();
            var total = formula.Run(
                [Formula.AddressOf(v.Span), Formula.AddressOf(w.Span[first..])], [shared ? 0 : stride, stride], [0.5f], rows, columns);
            double exact = 0, size = 0;
            for (var i = 0; i < before.Length; i++)
            {
                var (row, column) = ((i - first) / stride, (i - first) % stride);
                if (i < first || column >= columns || row >= rows)
                {
                    Assert.Equal(before[i], w.Span[i]);
                    continue;
                }

                var expected = v.Span[(shared ? 0 : row * stride) + column] + (before[i] * 0.5f);
                Assert.Equal(expected, w.Span[i]);
                exact += expected;
                size += Math.Abs(expected);
            }

            Assert.InRange(total, exact - ((Reductions.Block + 2) / (double)(1 << 24) * size), exact + ((Reductions.Block + 2) / (double)(1 << 24) * size));
        }
    }

    /// <summary>n₀ · v₀ − n₁ · v₁ + … with as many terms as there are places, and each term used again later: more values
    /// at a time than the registers of the machine hold.</summary>
    [Fact]
    public void A_formula_may_be_long()
    {
        const int length = 5 * 16;
        var code = new FormulaCode();
        var (add, multiply) = (FormulaOperation.Binary<AddOp>(), FormulaOperation.Binary<MultiplyOp>());
        var terms = Enumerable.Range(0, Formula.MostOperands).Select(i => code.Apply(multiply, code.Number(i), code.Load(i))).ToArray();
        var sum = terms.Aggregate((a, b) => code.Apply(add, a, b));
        code.Store(terms.Aggregate(sum, (a, b) => code.Apply(multiply, code.Apply(add, a, b), b)), 0);
        var buffers = Enumerable.Range(0, terms.Length).Select(_ => new AlignedBuffer(length)).ToArray();
        for (var i = 0; i < buffers.Length; i++)
            TestNumbers.Fill(buffers[i].Span, (ulong)i + 1);
        var before = Array.ConvertAll(buffers, buffer => buffer.Span.ToArray());
        var numbers = Enumerable.Range(0, terms.Length).Select(i => 1 + (i / 8f)).ToArray();
        Assert.True(Formula.IsSupported);
        code.Compile().Run(Array.ConvertAll(buffers, buffer => Formula.AddressOf(buffer.Span)), numbers, length);
        for (var element = 0; element < length; element++)
        {
            var products = numbers.Select((number, i) => number * before[i][element]).ToArray();
            var expected = products.Aggregate(products.Aggregate((a, b) => a + b), (a, b) => (a + b) * b);
            Assert.Equal(expected, buffers[0].Span[element]);
        }
    }

    [Fact]
    public void Operands_that_are_missing_or_too_many_are_named()
    {
        var code = new FormulaCode();
        code.Store(code.Number(0), 1);
        Assert.True(Formula.IsSupported);
        var formula = code.Compile();
        Assert.Contains("'vectors'", Assert.Throws<ArgumentException>(() => formula.Run([0], [1f], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("'numbers'", Assert.Throws<ArgumentException>(() => formula.Run([0, 0], [], 1)).Message, StringComparison.Ordinal);
        code.Number(Formula.MostOperands);
        Assert.Contains("17 numbers", Assert.Throws<InvalidOperationException>(() => Formula.IsSupported ? code.Compile() : formula).Message, StringComparison.Ordinal);
    }
}
