using Gradus.Kernels;

namespace Gradus.Tests.Kernels;

public sealed class FormulaTests
{
    /// <summary>m ← n₀m + n₁g; w ← w − n₀ · (m / (√|g| + n₁)), with what is beyond the length left alone.</summary>
    [Fact]
    public void Every_length_gives_the_numbers_of_the_formula_and_nothing_beyond()
    {
        Assert.True(Formula.IsSupported);
        Type Multiply(Type a, Type b) => Formula.Apply(typeof(MultiplyOp), [a, b]);
        Type Add(Type a, Type b) => Formula.Apply(typeof(AddOp), [a, b]);
        Type w = Formula.Vector(0), m = Formula.Vector(1), g = Formula.Vector(2), n0 = Formula.Number(0), n1 = Formula.Number(1);
        var root = Formula.Apply(typeof(SquareRootOp), [Formula.Apply(typeof(AbsoluteOp), [g])]);
        var quotient = Formula.Apply(typeof(DivideOp), [m, Add(root, n1)]);
        var formula = Formula.Of(
            [Formula.Assign(1, Add(Multiply(n0, m), Multiply(n1, g))), Formula.Assign(0, Formula.Apply(typeof(SubtractOp), [w, Multiply(n0, quotient)]))],
            [true, true, false]);

        for (var length = 0; length <= 256; length++)
        {
            var buffers = Enumerable.Range(0, 3).Select(_ => new AlignedBuffer(length + 1)).ToArray();
            for (var i = 0; i < 3; i++)
                TestNumbers.Fill(buffers[i].Span, (ulong)i + 1);
            var before = Array.ConvertAll(buffers, buffer => buffer.Span.ToArray());
            var (vectors, numbers) = (new nint[FormulaOperands.Most], new float[FormulaOperands.Most]);
            for (var i = 0; i < 3; i++)
                vectors[i] = Formula.AddressOf(buffers[i].Span);
            (numbers[0], numbers[1]) = (0.9f, 0.125f);
            formula.Run(vectors, numbers, length);
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

    [Fact]
    public void Places_that_are_missing_are_named() =>
        Assert.Contains("'numbers'", Assert.Throws<ArgumentException>(() => Formula.Of([Formula.Assign(0, Formula.Number(0))], [true])
            .Run(new nint[FormulaOperands.Most], [1f], 1)).Message, StringComparison.Ordinal);
}
