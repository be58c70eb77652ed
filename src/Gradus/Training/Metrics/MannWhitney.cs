namespace Gradus;

/// <summary>The rank statistic of Mann and Whitney.</summary>
internal static class MannWhitney
{
    /// <summary>Area under the receiver operating characteristic: AUC = (R₁ − n₁(n₁ + 1)/2) / (n₀n₁).</summary>
    /// <param name="probabilities">(rows, 2), row-major, finite.</param>
    /// <param name="truths">(rows): 0 or 1.</param>
    /// <returns>0 to 1, exact but for one division; null if only one class occurs.</returns>
    /// <remarks>R₁ is the sum of the ranks of class 1 by their probability of class 1, equal values sharing the mean of
    /// their ranks (Hanley and McNeil 1982). O(n log n).</remarks>
    public static double? RocAuc(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> truths)
    {
        var n = truths.Length;
        var scores = new float[n];
        for (var i = 0; i < n; i++)
            scores[i] = probabilities[2 * i + 1];
        var classes = truths.ToArray();
        Array.Sort(scores, classes);

        long ones = 0, twiceRanks = 0;  // twice, so that a mean of ranks stays an integer
        for (int begin = 0, end; begin < n; begin = end)
        {
            var onesHere = 0L;
            for (end = begin; end < n && scores[end] == scores[begin]; end++)
                onesHere += classes[end];
            ones += onesHere;
            twiceRanks += onesHere * (begin + 1L + end);  // ranks begin + 1 … end have the mean (begin + 1 + end)/2
        }

        var zeros = n - ones;
        return ones == 0 || zeros == 0 ? null : (twiceRanks - ones * (ones + 1)) / (2.0 * ones * zeros);
    }
}
