using Gradus.Kernels;

namespace Gradus.Tests.Kernels;

public class RowsTests
{
    [Theory]
    [InlineData(1f)]
    [InlineData(30f)]
    [InlineData(1000f)]
    public void Every_width_agrees_with_double(float scale)
    {
        for (var columns = 1; columns <= 70; columns++)
            AgainstDouble(3, columns, scale);
        AgainstDouble(64, 10, scale);
        AgainstDouble(2, 3000, scale);
        AgainstDouble(0, 10, scale);
    }

    [Fact]
    public void Infinities_have_their_limits()
    {
        const float infinity = float.PositiveInfinity;
        foreach (var columns in new[] { 3, 40 })
        {
            var x = new float[columns];
            var y = new float[columns];
            var sum = new float[1];
            x.AsSpan().Fill(-infinity);
            Rows.LogSumExp(x, 1, columns, sum);
            Assert.Equal(-infinity, sum[0]);

            x[1] = 5f;
            Rows.LogSumExp(x, 1, columns, sum);
            Assert.Equal(5f, sum[0]);
            Rows.Softmax(x, 1, columns, y);
            Assert.Equal(1f, y[1]);
            Assert.Equal(0f, y[0]);
            Rows.LogSoftmax(x, 1, columns, y);
            Assert.Equal(0f, y[1]);
            Assert.Equal(-infinity, y[2]);

            x[0] = infinity;
            Rows.LogSumExp(x, 1, columns, sum);
            Assert.Equal(infinity, sum[0]);

            x[0] = float.NaN;
            Rows.Softmax(x, 1, columns, y);
            Assert.All(y, value => Assert.True(float.IsNaN(value)));
        }
    }

    private static void AgainstDouble(int rows, int columns, float scale)
    {
        var x = new GuardedMemory(rows * columns, 1);
        TestNumbers.Fill(x.Span, (ulong)columns);
        foreach (ref var value in x.Span)
            value *= scale;
        var soft = new GuardedMemory(rows * columns, 2);
        var log = new GuardedMemory(rows * columns, 3);
        var sums = new GuardedMemory(rows, 4);
        Rows.Softmax(x.Span, rows, columns, soft.Span);
        Rows.LogSoftmax(x.Span, rows, columns, log.Span);
        Rows.LogSumExp(x.Span, rows, columns, sums.Span);
        soft.AssertGuards();
        log.AssertGuards();
        sums.AssertGuards();

        const double epsilon = 1.0 / (1 << 24);
        for (var i = 0; i < rows; i++)
        {
            var row = x.Span.Slice(i * columns, columns).ToArray();
            double largest = row.Max();
            var sum = row.Sum(value => Math.Exp(value - largest));

            // Each e^x errs by 3 ε and by the rounding of x − max; the sum of n/lane count terms by that many ε.
            var relative = (columns / 4 + 24) * epsilon;
            Assert.InRange(sums.Span[i] - largest - Math.Log(sum), -Tolerance(largest), Tolerance(largest));
            for (var j = 0; j < columns; j++)
            {
                var shifted = row[j] - largest;
                var expected = Math.Exp(shifted) / sum;
                var error = expected * (relative + 2 * epsilon * Math.Abs(shifted)) + 1e-44;
                Assert.InRange(soft.Span[i * columns + j], expected - error, expected + error);
                var logarithm = shifted - Math.Log(sum);
                Assert.InRange(log.Span[i * columns + j] - logarithm, -Tolerance(logarithm), Tolerance(logarithm));
            }

            double Tolerance(double value) => relative + 2 * epsilon * (Math.Abs(value) + Math.Log(sum));
        }

        Rows.Softmax(x.Span, rows, columns, x.Span);
        Assert.Equal(soft.Span, x.Span);
    }
}
