namespace Gradus;

/// <summary>The columns of a network's output that one target's loss is taken on.</summary>
/// <param name="Loss">The target's loss.</param>
/// <param name="First">First column.</param>
/// <param name="Count">Number of columns, at least 1.</param>
internal readonly record struct LossPart(Loss Loss, int First, int Count)
{
    /// <summary>Classes that the columns tell apart; 0 for numbers.</summary>
    public int Classes => Loss.ReadOut switch { ReadOut.Sigmoid => 2, ReadOut.Softmax => Count, _ => 0 };

    /// <summary>The part's columns: (batch × count).</summary>
    public Expression Of(Expression output) => Functions.SliceColumns(output, First, Count);
}
