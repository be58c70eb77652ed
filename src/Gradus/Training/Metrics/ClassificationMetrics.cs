using System.Globalization;

namespace Gradus;

/// <summary>How good predicted probabilities of classes are.</summary>
/// <param name="Confusion">Rows by true class and by the class of highest probability (the first of equals).</param>
/// <param name="LogLoss">Mean of −ln(probability of the true class), at least 0, in nats.</param>
/// <param name="RocAuc">For two classes that both occur: the chance that a row of class 1 gets a higher probability of
/// class 1 than a row of class 0, ties counting half; 0.5 is guessing, 1 perfect. Null otherwise.</param>
public sealed record ClassificationMetrics(ConfusionMatrix Confusion, double LogLoss, double? RocAuc) : Metrics
{
    /// <summary>Probabilities are moved into [2⁻²³, 1 − 2⁻²³] before the logarithm.</summary>
    private const double Epsilon = 1.0 / (1 << 23);

    /// <summary>Rounding that a row of probabilities may show.</summary>
    private const double Tolerance = 1e-3;

    /// <inheritdoc/>
    public override int Count => Confusion.Total;

    /// <summary>Share of the rows that are predicted as what they are, 0 to 1.</summary>
    public double Accuracy => (double)Confusion.Correct / Confusion.Total;

    /// <summary>Precision, recall, F1 and support of each class, by class index.</summary>
    public IReadOnlyList<ClassMetrics> PerClass =>
        [.. Enumerable.Range(0, Confusion.Classes).Select(Confusion.ForClass)];

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Values
    {
        get
        {
            var values = new OrderedDictionary<string, double> { ["accuracy"] = Accuracy, ["logLoss"] = LogLoss };
            if (RocAuc is { } rocAuc)
                values["rocAuc"] = rocAuc;
            return values;
        }
    }

    /// <summary>Measures predicted probabilities, computing in double.</summary>
    /// <param name="probabilities">(rows, classes), row-major; each row sums to 1.</param>
    /// <param name="truths">(rows): index of the true class, 0 to classes − 1.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <remarks>The log-loss clips probabilities as scikit-learn does for float32, to [ε, 1 − ε] with ε = 2⁻²³, so that
    /// one row that is certain and wrong costs ln 2²³ ≈ 15.9 and not ∞; rows are not rescaled to sum to 1.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is below 2.</exception>
    /// <exception cref="ArgumentException">There is no row, the lengths do not fit, or a class index is out of
    /// range.</exception>
    /// <exception cref="GradusException">A value is not a probability or a row does not sum to 1, each within
    /// 0.001.</exception>
    public static ClassificationMetrics Of(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> truths, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        if (truths.IsEmpty || probabilities.Length != (long)truths.Length * classes)
        {
            throw new ArgumentException($"{probabilities.Length} probabilities for {truths.Length} rows of {classes} "
                + $"classes; {(long)truths.Length * classes} are needed, and at least one row.", nameof(probabilities));
        }

        var counts = new int[checked(classes * classes)];
        var loss = 0.0;
        for (var i = 0; i < truths.Length; i++)
        {
            var row = probabilities.Slice(i * classes, classes);
            var truth = truths[i];
            if ((uint)truth >= (uint)classes)
            {
                throw new ArgumentException(
                    $"Row {i} is of class {truth}; 0 to {classes - 1} were expected.", nameof(truths));
            }

            counts[truth * classes + Largest(row, i)]++;
            loss -= Math.Log(Math.Clamp(row[truth], Epsilon, 1 - Epsilon));
        }

        return new ClassificationMetrics(
            new ConfusionMatrix(classes, counts),
            loss / truths.Length,
            classes == 2 ? MannWhitney.RocAuc(probabilities, truths) : null);
    }

    /// <summary>The figures in one line: <c>accuracy 0.978 · log-loss 0.071</c>, and <c>· ROC AUC 0.99</c> if
    /// defined.</summary>
    public override string ToString() => $"accuracy {Score(Accuracy)} · log-loss {Figure(LogLoss)}"
        + (RocAuc is { } rocAuc ? $" · ROC AUC {Score(rocAuc)}" : "");

    /// <summary>Index of the largest value, the first of equals; checks that the row is one of probabilities.</summary>
    private static int Largest(ReadOnlySpan<float> row, int rowIndex)
    {
        var (largest, sum) = (0, 0.0);
        for (var c = 0; c < row.Length; c++)
        {
            if (!(row[c] >= -Tolerance && row[c] <= 1 + Tolerance))
                throw NotProbabilities($"row {rowIndex} has {row[c]:R} for class {c}; 0 to 1 was expected");
            if (row[c] > row[largest])
                largest = c;
            sum += row[c];
        }

        return Math.Abs(sum - 1) <= Tolerance ? largest
            : throw NotProbabilities($"row {rowIndex} sums to {sum:R}; 1 was expected");
    }

    private static GradusException NotProbabilities(FormattableString found) => new(
        $"These are not probabilities: {found.ToString(CultureInfo.InvariantCulture)}. Put logits through softmax (two "
        + "classes: through sigmoid, as columns 1 − p and p); if a value is NaN, train with a smaller learning rate.");
}
