namespace Gradus;

/// <summary>The loss became NaN or infinite. The weights are those of the best epoch before.</summary>
public sealed class DivergedException : Exception
{
    internal DivergedException(WatchFinding finding, double learningRate, History history)
        : base($"{finding.Message} {finding.Advice.TrimEnd('.')}" + (history.BestEpoch > 0 ? $"; the weights of epoch {history.BestEpoch} are kept." : "; no epoch had been completed, so the weights are those of the start."))
    {
        Epoch = finding.Epoch;
        Step = finding.Step;
        LearningRate = learningRate;
        Origin = finding.Layer;
        History = history;
    }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }

    /// <summary>The step within the epoch, from 1.</summary>
    public long Step { get; }

    /// <summary>The learning rate of the step.</summary>
    public double LearningRate { get; }

    /// <summary>Where the first number that is not finite arose, such as "layer 2 (dense, gelu), its output"; null if that was not
    /// found. It is looked for by running the epoch once more.</summary>
    public string? Origin { get; }

    /// <summary>What came before.</summary>
    public History History { get; }
}
