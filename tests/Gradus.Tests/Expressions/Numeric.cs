using Gradus.Kernels;

namespace Gradus.Tests.Expressions;

/// <summary>Values, central differences and comparisons for tests of expressions.</summary>
internal static class Numeric
{
    /// <summary>A matrix of numbers in [low, high], at least 1e-2 away from each other and from 0, so that no kink or tie
    /// lies within a step of a central difference.</summary>
    public static double[,] Values(int rows, int columns, ulong seed, double low = -2, double high = 2)
    {
        var count = rows * columns;
        var order = new int[count];
        for (var i = 0; i < count; i++)
            order[i] = i;
        Philox.Permutation(new RandomKey(seed, 99, 0), order);
        var values = new double[rows, columns];
        for (var i = 0; i < count; i++)
        {
            // Distinct grid points with an irrational offset; as floats, so that program and reference see the same.
            var value = low + ((high - low) * (order[i] + 0.5 + (0.1 * Math.Sin(seed + 1.0))) / count);
            values[i / columns, i % columns] = (float)(Math.Abs(value) < 5e-3 ? value + 0.011 : value);
        }

        return values;
    }

    /// <summary>∂f/∂x_ij by central differences of fourth order; error ~ h⁴ f⁗ + ε/h.</summary>
    public static double[,] CentralDifference(Func<double> f, double[,] x, double h = 2e-5)
    {
        var gradient = new double[x.GetLength(0), x.GetLength(1)];
        for (var i = 0; i < x.GetLength(0); i++)
        {
            for (var j = 0; j < x.GetLength(1); j++)
            {
                var kept = x[i, j];
                double At(double offset)
                {
                    x[i, j] = kept + offset;
                    return f();
                }

                gradient[i, j] = ((8 * (At(h) - At(-h))) - (At(2 * h) - At(-2 * h))) / (12 * h);
                x[i, j] = kept;
            }
        }

        return gradient;
    }

    /// <summary>‖a − b‖∞ / max(1, ‖a‖∞, ‖b‖∞).</summary>
    public static double RelativeError(double[,] a, double[,] b)
    {
        Assert.Equal((a.GetLength(0), a.GetLength(1)), (b.GetLength(0), b.GetLength(1)));
        double difference = 0, scale = 1;
        for (var i = 0; i < a.GetLength(0); i++)
        {
            for (var j = 0; j < a.GetLength(1); j++)
            {
                Assert.False(double.IsNaN(a[i, j]) || double.IsNaN(b[i, j]), $"NaN at ({i}, {j}).");
                difference = Math.Max(difference, Math.Abs(a[i, j] - b[i, j]));
                scale = Math.Max(scale, Math.Max(Math.Abs(a[i, j]), Math.Abs(b[i, j])));
            }
        }

        return difference / scale;
    }

    public static double[,] ToMatrix(ReadOnlySpan<float> values, int rows, int columns)
    {
        var matrix = new double[rows, columns];
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                matrix[i, j] = values[(i * columns) + j];
        return matrix;
    }

    public static void CopyTo(double[,] values, Span<float> destination)
    {
        var i = 0;
        foreach (var value in values)
            destination[i++] = (float)value;
    }
}
