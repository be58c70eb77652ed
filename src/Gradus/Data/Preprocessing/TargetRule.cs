namespace Gradus;

/// <summary>Decides from a column what is to be learned.</summary>
internal static class TargetRule
{
    private const int MaxInteger = 20;  // numbers with more different values than this are quantities

    /// <summary>Categories and booleans are classes. Numbers are classes when they are whole, at most 20 of them differ,
    /// and each occurs five times on average (a column of few rows has few different values anyway).</summary>
    public static LearningTask TaskOf(Column target)
    {
        switch (target)
        {
            case BooleanColumn:
                return LearningTask.BinaryClassification;
            case CategoryColumn category:
                return OfClasses(category.Codes.ToArray().Where(c => c >= 0).Distinct().Count());
            case NumberColumn number:
                var different = new HashSet<float>();
                var present = 0;
                foreach (var value in number.Values)
                {
                    if (float.IsNaN(value))
                        continue;
                    present++;
                    if (value != MathF.Floor(value) || (different.Add(value) && different.Count > MaxInteger))
                        return LearningTask.Regression;
                }
                return different.Count * 5 <= present ? OfClasses(different.Count) : LearningTask.Regression;
            default:
                return LearningTask.Regression;
        }
    }

    public static LearningTask OfClasses(int count) =>
        count == 2 ? LearningTask.BinaryClassification : LearningTask.Classification;
}
