using Gradus.Kernels;

namespace Gradus.Tests.Kernels;

public class ProductSquaresTests
{
    private const double Epsilon = 1.0 / (1 << 24);

    [Fact]
    public void Every_number_of_rows_and_columns_agrees_with_double()
    {
        for (var m = 0; m <= 9; m++)
        {
            for (var p = 0; p <= 35; p++)
                AgainstDouble(m, p, (7 * p % 36) + 1);
        }

        foreach (var m in new[] { 31, 32, 33, 64, 65, 97, 130 })
            AgainstDouble(m, 70, 131);
        AgainstDouble(64, 784, 512);
    }

    [Fact]
    public void Rows_that_cancel_lose_no_more_than_the_bound()
    {
        // Row 2i + 1 of A is row 2i, that of B its negative: AᵀB is 0.
        const int m = 64, p = 300, q = 200;
        var (a, b) = (Matrix(m, p, 1), Matrix(m, q, 2));
        for (var row = 1; row < m; row += 2)
        {
            a.Span.Slice((row - 1) * p, p).CopyTo(a.Span[(row * p)..]);
            for (var j = 0; j < q; j++)
                b.Span[(row * q) + j] = -b.Span[((row - 1) * q) + j];
        }

        var bound = ((p + q) / 2 + 44) * Epsilon * Pairs(a.Span, p, b.Span, q, m);
        Assert.InRange(Sum(m, a, p, b, q), -bound, bound);
    }

    private static void AgainstDouble(int m, int p, int q)
    {
        var (a, b) = (Matrix(m, p, 1), Matrix(m, q, 2));
        var expected = 0.0;
        for (var i = 0; i < p; i++)
        {
            for (var j = 0; j < q; j++)
            {
                var sum = 0.0;
                for (var row = 0; row < m; row++)
                    sum += (double)a.Span[(row * p) + i] * b.Span[(row * q) + j];
                expected += sum * sum;
            }
        }

        // Two roundings a term without fused multiply-add, and four lanes at least.
        var bound = ((p + q) / 2 + 44) * Epsilon * Pairs(a.Span, p, b.Span, q, m);
        Assert.InRange(Sum(m, a, p, b, q) - expected, -bound - 1e-44, bound + 1e-44);
    }

    // Parts in the reverse of their order.
    private static double Sum(int m, GuardedMemory a, int p, GuardedMemory b, int q)
    {
        var squares = new ProductSquares(m);
        var total = 0.0;
        for (var part = squares.Parts - 1; part >= 0; part--)
            total += squares.Part(part, a.Span, p, b.Span, q);
        return total;
    }

    // Σᵢⱼ (Σ|aᵢ||aⱼ|)(Σ|bᵢ||bⱼ|)
    private static double Pairs(ReadOnlySpan<float> a, int p, ReadOnlySpan<float> b, int q, int m)
    {
        var sum = 0.0;
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < m; j++)
                sum += Dot(a.Slice(i * p, p), a.Slice(j * p, p)) * Dot(b.Slice(i * q, q), b.Slice(j * q, q));
        }

        return sum;
    }

    private static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
            sum += Math.Abs((double)x[i] * y[i]);
        return sum;
    }

    private static GuardedMemory Matrix(int rows, int columns, ulong seed)
    {
        var memory = new GuardedMemory(rows * columns, (int)seed);
        TestNumbers.Fill(memory.Span, seed + (ulong)columns);
        return memory;
    }
}
