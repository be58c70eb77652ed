using Gradus.Kernels;
using Gradus.Tests.Programs;

namespace Gradus.Tests.Kernels;

public sealed class ConvolutionTests
{
    [Theory]
    [InlineData(1, 16, 1)]
    [InlineData(2, 16, 5)]
    [InlineData(7, 32, 25)]
    [InlineData(28, 48, 31)]
    public void Sums_along_rows_and_columns_are_those_of_the_formula(int rows, int columns, int count)
    {
        var draw = new Draw(8);
        var stride = columns + count + 3;
        float[] taps = [.. Enumerable.Range(0, count).Select(_ => (float)draw.Between(-1, 1))];
        foreach (var step in new[] { 1, stride })
        {
            var last = ((rows - 1) * stride) + columns;
            var source = new GuardedMemory(last + ((count - 1) * step));
            foreach (ref var value in source.Span)
                value = (float)draw.Between(-1, 1);
            var result = new GuardedMemory(last);
            result.Span.Fill(77);
            Convolution.Run(source.Span, stride, taps, step, rows, columns, result.Span);
            for (var i = 0; i < last; i++)
            {
                if (i % stride >= columns)
                {
                    Assert.Equal(77, result.Span[i]);   // between the rows nothing is written
                    continue;
                }

                double expected = 0, size = 0;
                for (var k = 0; k < count; k++)
                {
                    var product = (double)taps[k] * source.Span[i + (k * step)];
                    expected += product;
                    size += Math.Abs(product);
                }

                var tolerance = (count + 1) * size * Math.Pow(2, -24);   // n ε Σ|a b|
                Assert.InRange(result.Span[i], expected - tolerance, expected + tolerance);
            }

            source.AssertGuards();
            result.AssertGuards();
        }
    }

    [Fact]
    public void Lengths_that_do_not_do_are_refused()
    {
        var enough = new float[64];
        Assert.Throws<ArgumentOutOfRangeException>(() => Convolution.Run(enough, 20, [1f], 1, 1, 17, new float[64]));
        Assert.Throws<ArgumentException>(() => Convolution.Run(enough, 16, [1f, 1], 1, 4, 16, new float[64]));
        Assert.Throws<ArgumentException>(() => Convolution.Run(enough, 16, [1f], 1, 4, 16, new float[63]));
    }
}
