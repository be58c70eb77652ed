namespace Gradus.Tests;

/// <summary>The data of Fixtures/metrics.py, made anew: exact in float32.</summary>
internal static class MetricsData
{
    public static (double[] Predictions, double[] Truths) Regression(uint seed)
    {
        var truths = Numbers(200, 4096, seed).Select(v => v / 8.0 + 1000).ToArray();
        var errors = Numbers(200, 256, seed + 1).Select(v => (v - 100) / 16.0);
        return ([.. truths.Zip(errors, (t, e) => t + e)], truths);
    }

    public static (float[] Probabilities, int[] Truths) Classification(int classes, uint seed)
    {
        const int rows = 150;
        var truths = Numbers(rows, classes, seed);
        var weights = Numbers(rows * classes, 16, seed + 1);
        var probabilities = new float[rows * classes];
        for (var i = 0; i < rows; i++)
        {
            var row = weights.AsSpan(i * classes, classes);
            row[truths[i]] += 5;
            var sum = classes;
            foreach (var w in row)
                sum += w;
            var rest = 256;
            for (var c = 0; c < classes; c++)
            {
                var share = (row[c] + 1) * 256 / sum;
                rest -= share;
                probabilities[i * classes + c] = share / 256f;
            }

            probabilities[i * classes] += rest / 256f;
        }

        return (probabilities, truths);
    }

    private static int[] Numbers(int count, int modulus, uint seed)
    {
        var numbers = new int[count];
        for (var i = 0; i < count; i++)
        {
            seed = unchecked(seed * 1664525 + 1013904223);
            numbers[i] = (int)((seed >> 16) % (uint)modulus);
        }

        return numbers;
    }
}
