namespace Gradus;

/// <summary>How many rows of each true class were predicted as each class.</summary>
public sealed class ConfusionMatrix : IEquatable<ConfusionMatrix>
{
    private readonly int[] counts;

    /// <summary>A matrix of given counts.</summary>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <param name="counts">(classes, classes), row-major: rows are true classes, columns predicted ones; each at
    /// least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is below 1.</exception>
    /// <exception cref="ArgumentException"><paramref name="counts"/> is of another size or has a negative
    /// count.</exception>
    public ConfusionMatrix(int classes, ReadOnlySpan<int> counts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (counts.Length != (long)classes * classes || counts.ContainsAnyInRange(int.MinValue, -1))
        {
            throw new ArgumentException(
                $"{counts.Length} counts for {classes} classes; {(long)classes * classes} of at least 0 are needed.",
                nameof(counts));
        }

        Classes = classes;
        this.counts = counts.ToArray();
        for (var c = 0; c < classes; c++)
            Correct += this[c, c];
        foreach (var count in counts)
            Total = checked(Total + count);
    }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Number of rows.</summary>
    public int Total { get; }

    /// <summary>Number of rows predicted as what they are: the sum of the diagonal.</summary>
    public int Correct { get; }

    /// <summary>Number of rows of class <paramref name="truth"/> that were predicted as
    /// <paramref name="prediction"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public int this[int truth, int prediction]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)truth, (uint)Classes, nameof(truth));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)prediction, (uint)Classes, nameof(prediction));
            return counts[truth * Classes + prediction];
        }
    }

    /// <summary>Precision, recall, F1 and support of one class against all others.</summary>
    /// <param name="classIndex">0 to <see cref="Classes"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public ClassMetrics ForClass(int classIndex)
    {
        int hits = this[classIndex, classIndex], support = 0, predicted = 0;
        for (var other = 0; other < Classes; other++)
        {
            support += this[classIndex, other];
            predicted += this[other, classIndex];
        }

        // F1 = 2PR / (P + R) = 2·hits / (support + predicted)
        return new ClassMetrics(
            Ratio(hits, predicted), Ratio(hits, support), Ratio(2.0 * hits, (double)support + predicted), support);
    }

    /// <summary>Whether the counts are the same.</summary>
    public bool Equals(ConfusionMatrix? other) => other is not null && counts.AsSpan().SequenceEqual(other.counts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ConfusionMatrix);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Classes, Total, Correct);

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;
}
