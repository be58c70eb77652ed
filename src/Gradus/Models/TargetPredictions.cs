namespace Gradus;

/// <summary>A model's answers for one target.</summary>
public sealed class TargetPredictions
{
    private readonly Head head;
    private readonly double[] values;
    private readonly double[] quantiles;
    private readonly float[] probabilities;

    /// <param name="head">The target.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="answers">(rows × <see cref="Head.AnswerCount"/>), row-major.</param>
    internal TargetPredictions(Head head, int rows, double[] answers)
    {
        this.head = head;
        Rows = rows;
        (values, quantiles, probabilities) = ([], [], []);
        if (head.Task != LearningTask.Regression)
        {
            probabilities = Array.ConvertAll(answers, p => (float)p);
        }
        else if (head.AnswerCount == 1)
        {
            values = answers;
        }
        else
        {
            (quantiles, values) = (answers, new double[rows]);
            for (var row = 0; row < rows; row++)
                values[row] = Head.Middle(QuantilesOf(row));
        }
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>The predicted column.</summary>
    public string Target => head.Target;

    /// <summary>What is predicted.</summary>
    public LearningTask Task => head.Task;

    /// <summary>One value a row in the target's units, the middle one of several quantiles (for an even number the mean of the
    /// two); empty for classes.</summary>
    public ReadOnlySpan<double> Values => values;

    /// <summary>The quantiles, ascending, such as 0.05, 0.5 and 0.95; empty unless there are several.</summary>
    public IReadOnlyList<double> Shares => head.AnswerCount > 1 && head.Task == LearningTask.Regression ? head.Loss.Quantiles : [];

    /// <summary>(rows × shares), row-major, in the target's units: a row's outputs in ascending order, so that quantiles never
    /// cross; empty unless there are several.</summary>
    public ReadOnlySpan<double> Quantiles => quantiles;

    /// <summary>(rows × classes), row-major; empty for a regression.</summary>
    public ReadOnlySpan<float> Probabilities => probabilities;

    /// <summary>Class names in the order of the probabilities; empty for a regression.</summary>
    public IReadOnlyList<string> Classes => head.Classes;

    /// <summary>The quantiles of one row, ascending.</summary>
    public ReadOnlySpan<double> QuantilesOf(int row) => quantiles.AsSpan(row * head.AnswerCount, head.AnswerCount);

    /// <summary>Probabilities of the classes for one row.</summary>
    public ReadOnlySpan<float> ProbabilitiesOf(int row) => probabilities.AsSpan(row * Classes.Count, Classes.Count);

    /// <summary>The most probable class of one row; the first of equals.</summary>
    public string ClassOf(int row) => Classes[System.Numerics.Tensors.TensorPrimitives.IndexOfMax(ProbabilitiesOf(row))];
}
