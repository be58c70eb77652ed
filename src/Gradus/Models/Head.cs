namespace Gradus;

/// <summary>One target of a model: how it is encoded, its loss, and its columns of the network's output.</summary>
public sealed record Head
{
    private Head(TargetEncoding encoding, LossPart part)
    {
        (Encoding, Loss, FirstOutput, OutputCount) = (encoding, part.Loss, part.First, part.Count);
    }

    /// <summary>How the target is encoded.</summary>
    public TargetEncoding Encoding { get; }

    /// <summary>Its loss, whose read-out gives the answer.</summary>
    public Loss Loss { get; }

    /// <summary>Its first column of the network's output.</summary>
    public int FirstOutput { get; }

    /// <summary>Its number of columns: 1, or the number of classes or of quantiles.</summary>
    public int OutputCount { get; }

    /// <summary>The predicted column.</summary>
    public string Target => Encoding.Column;

    /// <summary>What is predicted.</summary>
    public LearningTask Task => Encoding.Task;

    /// <summary>Class names; empty for a regression.</summary>
    public IReadOnlyList<string> Classes => Encoding.Classes;

    /// <summary>Numbers of an answer: the value, each of several quantiles in ascending order, or the probability of each class.</summary>
    public int AnswerCount => Math.Max(OutputCount, Classes.Count);

    /// <summary>The heads of targets with a loss.</summary>
    internal static IReadOnlyList<Head> Of(IReadOnlyList<TargetEncoding> targets, Loss loss, int outputs) =>
        [.. targets.Zip(loss.PartsOf(outputs), (target, part) => new Head(target, part))];

    /// <summary>The loss of a model: that of its one target, or the mean of those of several.</summary>
    /// <param name="targets">The targets.</param>
    /// <param name="losses">One for each, none for the task's own, or one for all.</param>
    /// <exception cref="GradusException">A loss does not fit its target, or there is another number of them.</exception>
    internal static (Loss Loss, int Outputs) LossOf(IReadOnlyList<TargetEncoding> targets, IReadOnlyList<Loss> losses)
    {
        if (losses.Count > 1 && losses.Count != targets.Count)
            throw new GradusException($"{losses.Count} losses are given ({string.Join(", ", losses)}), but what is predicted is "
                + $"{string.Join(", ", targets.Select(target => target.Column))}. Give one loss for all, or one for each.");
        var parts = targets.Select((target, i) =>
        {
            var loss = losses.Count == 0 ? OwnLoss(target) : losses[losses.Count == 1 ? 0 : i];
            return (Loss: loss, Outputs: OutputsFor(target, loss) ?? throw DoesNotFit(target, loss, targets.Count));
        }).ToArray();
        return parts.Length == 1 ? parts[0] : (Loss.Joint(parts), parts.Sum(part => part.Outputs));
    }

    /// <summary>The outputs that a loss needs for a target; null if it does not fit.</summary>
    internal static int? OutputsFor(TargetEncoding target, Loss loss) => (target.Task, loss.ReadOut) switch
    {
        (LearningTask.Regression, ReadOut.Identity or ReadOut.Exponential) => Math.Max(1, loss.Quantiles.Count),
        (LearningTask.BinaryClassification, ReadOut.Sigmoid) => 1,
        (not LearningTask.Regression, ReadOut.Softmax) => target.Classes.Count,
        _ => null,
    };

    /// <summary>What stands in the middle of ascending quantiles, the mean of two for an even number: the answer.</summary>
    internal static double Middle(ReadOnlySpan<double> ascending) =>
        (ascending[(ascending.Length - 1) / 2] + ascending[ascending.Length / 2]) / 2;

    /// <summary>The answer of a row. Allocates nothing.</summary>
    /// <param name="outputs">The row's answers of all heads, as the read-outs give them.</param>
    /// <param name="answer"><see cref="AnswerCount"/> numbers.</param>
    internal void Read(ReadOnlySpan<float> outputs, Span<double> answer)
    {
        outputs = outputs.Slice(FirstOutput, OutputCount);
        if (Task == LearningTask.Regression)
        {
            Encoding.Decode(outputs, answer);
            // Quantiles that cross are put in order, which brings each nearer to the true one (Chernozhukov et al. 2010).
            answer.Sort();
        }
        else if (Loss.ReadOut == ReadOut.Sigmoid)
        {
            (answer[0], answer[1]) = (1 - outputs[0], outputs[0]);   // the probability of the second class
        }
        else
        {
            for (var i = 0; i < outputs.Length; i++)
                answer[i] = outputs[i];
        }
    }

    /// <summary>The answers of rows.</summary>
    /// <param name="answers">(rows × outputs) of all heads, as the read-outs give them.</param>
    /// <param name="rows">The rows to take.</param>
    /// <param name="outputs">Outputs of all heads.</param>
    internal TargetPredictions Read(float[] answers, ReadOnlySpan<int> rows, int outputs)
    {
        var (all, row) = (new double[rows.Length * AnswerCount], 0);
        foreach (var each in rows)
            Read(answers.AsSpan(each * outputs, outputs), all.AsSpan(row++ * AnswerCount, AnswerCount));
        return new TargetPredictions(this, rows.Length, all);
    }

    /// <summary>Metrics on the rows whose target is known; null if there are none.</summary>
    internal Metrics? Measure(EncodedTable encoded, int target, float[] answers, int outputs)
    {
        var rows = new List<int>(encoded.Rows);
        for (var row = 0; row < encoded.Rows; row++)
        {
            if (!float.IsNaN(encoded.Targets[(row * encoded.TargetCount) + target]))
                rows.Add(row);
        }

        if (rows.Count == 0)
            return null;
        var known = new float[rows.Count];
        for (var i = 0; i < known.Length; i++)
            known[i] = encoded.Targets[(rows[i] * encoded.TargetCount) + target];
        var predictions = Read(answers, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows), outputs);
        if (Task != LearningTask.Regression)
            return ClassificationMetrics.Of(predictions.Probabilities, Array.ConvertAll(known, target => (int)target), Classes.Count);
        var truths = new double[known.Length];
        Encoding.Decode(known, truths);
        return RegressionMetrics.Of(predictions.Values, truths) with
        {
            Quantiles = Loss.Quantiles.Count > 1 ? QuantileMetrics.Of(Loss.Quantiles, predictions.Quantiles, truths) : null,
        };
    }

    private static Loss OwnLoss(TargetEncoding target) => target.Task switch
    {
        LearningTask.Regression => Loss.MeanSquaredError,
        LearningTask.BinaryClassification => Loss.BinaryCrossEntropy,
        _ => Loss.CrossEntropy,
    };

    private static GradusException DoesNotFit(TargetEncoding target, Loss loss, int targets) => new(
        $"The loss '{loss}' does not fit the target '{target.Column}', which is {Describe(target)}{(loss.Quantiles.Count > 0 ? "; quantiles are of numbers" : "")}. "
        + $"Choose {string.Join(" or ", Loss.All.Where(other => OutputsFor(target, other) is not null).Select(other => other.Kind))}"
        + (targets > 1 ? ", and one loss for each target, in their order." : ".")
        + (target.Kind == ColumnKind.Number && loss.ReadOut is ReadOut.Identity or ReadOut.Exponential
            ? " Its whole numbers were taken for classes; to learn them as numbers, say so (--task regression)." : ""));

    private static string Describe(TargetEncoding target) => target.Task switch
    {
        LearningTask.Regression => "a number",
        LearningTask.BinaryClassification => "one of two classes",
        _ => $"one of {target.Classes.Count} classes",
    };
}
