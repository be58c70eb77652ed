namespace Gradus;

/// <summary>The median, by selection (Hoare 1961) rather than sorting.</summary>
internal static class Median
{
    /// <summary>The middle value, or the mean of the middle two; reorders <paramref name="values"/> (no NaN); 0 for none.</summary>
    public static double Of(Span<float> values)
    {
        if (values.IsEmpty)
            return 0;
        var middle = values.Length / 2;
        var upper = Select(values, middle);
        if (values.Length % 2 == 1)
            return upper;
        var lower = float.NegativeInfinity;
        foreach (var value in values[..middle])
            lower = MathF.Max(lower, value);
        return ((double)lower + upper) / 2;
    }

    private static float Select(Span<float> values, int k)
    {
        var (low, high) = (0, values.Length - 1);
        while (low < high)
        {
            var pivot = MiddleOf(values[low], values[low + ((high - low) / 2)], values[high]);
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (values[i] < pivot)
                    i++;
                while (values[j] > pivot)
                    j--;
                if (i > j)
                    break;
                (values[i], values[j]) = (values[j], values[i]);
                i++;
                j--;
            }
            if (k <= j)
                high = j;
            else if (k >= i)
                low = i;
            else
                break;
        }
        return values[k];
    }

    private static float MiddleOf(float a, float b, float c) =>
        MathF.Max(MathF.Min(a, b), MathF.Min(MathF.Max(a, b), c));
}
