namespace Gradus;

/// <summary>What early stopping watches: the validation loss or one of the metrics, and which of two values is better.</summary>
internal sealed class StopRule
{
    /// <summary>The name of the loss among the metrics.</summary>
    public const string Loss = "loss";

    private readonly string name;

    /// <param name="name">The loss or a metric.</param>
    public StopRule(string name) => this.name = name;

    /// <summary>The best value so far, of which less is better: scores are taken with a minus.</summary>
    public double Best { get; set; } = double.PositiveInfinity;

    /// <summary>The figures that a loss of so many outputs is measured by.</summary>
    public static IReadOnlyList<string> FiguresOf(Loss loss, int outputs)
    {
        var parts = loss.PartsOf(outputs);
        if (parts.Count > 1)
        {
            return [.. parts.Any(part => part.Classes == 0) ? (string[])["r2"] : [],
                .. parts.Any(part => part.Classes > 0) ? (string[])["accuracy", "exactMatch", "macroF1"] : []];
        }

        return [.. Metrics.NamesOf(parts[0].Classes switch
        {
            0 => LearningTask.Regression,
            2 => LearningTask.BinaryClassification,
            _ => LearningTask.Classification,
        }), .. loss.Quantiles.Count > 1 ? (string[])["pinball"] : []];
    }

    /// <summary>Refuses a name that the task does not report.</summary>
    /// <exception cref="GradusException">Its message names the nearest, or all.</exception>
    public static void Check(string name, IReadOnlyList<string> figures)
    {
        IReadOnlyList<string> known = [Loss, TrainOptions.StopOnNone, .. figures];
        if (!known.Contains(name))
            throw new GradusException($"--stop-on is '{name}', which this task does not report.{Suggestion.Tail(name, known)}");
    }

    /// <summary>Takes the figures of an epoch; whether they are the best so far. Without validation rows the last are.</summary>
    /// <exception cref="GradusException">The metric is not defined for the validation rows.</exception>
    public bool IsBetter(double? validationLoss, Metrics? metrics)
    {
        if (validationLoss is null || name == TrainOptions.StopOnNone)
        {
            Best = validationLoss ?? Best;
            return true;
        }

        var value = name == Loss ? validationLoss.Value
            : metrics is not null && metrics.Values.TryGetValue(name, out var figure) ? Metrics.IsScore(name) ? -figure : figure
            : throw new GradusException($"'{name}' is not defined for these validation rows, so training cannot stop on it. Choose another --stop-on, or other rows.");
        if (!(value < Best))
            return false;
        Best = value;
        return true;
    }
}
