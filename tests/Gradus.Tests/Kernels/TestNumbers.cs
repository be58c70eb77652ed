namespace Gradus.Tests.Kernels;

/// <summary>Reproducible numbers for tests, from a small generator of their own.</summary>
internal static class TestNumbers
{
    /// <summary>Fills with values in [−1, 1).</summary>
    public static void Fill(Span<float> values, ulong seed)
    {
        var state = seed * 0x9E3779B97F4A7C15 + 1;
        foreach (ref var value in values)
        {
            state = state * 6364136223846793005 + 1442695040888963407;
            value = (int)(state >> 32) / 2147483648f;
        }
    }
}
