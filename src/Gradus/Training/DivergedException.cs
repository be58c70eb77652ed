namespace Gradus;

/// <summary>The loss became NaN or infinite. The weights are those of the best epoch before.</summary>
public sealed class DivergedException : Exception
{
    internal DivergedException(int epoch, long step, double learningRate, double loss, string? origin, History history)
        : base(FormattableString.Invariant($"The loss became {loss} in epoch {epoch}, step {step}, at learning rate {learningRate:G6}. ")
            + (origin is null ? "" : $"The first number that is not finite arose in {origin}. ")
            + FormattableString.Invariant($"Lower the learning rate, to {learningRate / 10:G6} say")
            + (history.BestEpoch > 0 ? $"; the weights of epoch {history.BestEpoch} are kept." : "; no epoch had been completed, so the weights are those of the start."))
    {
        Epoch = epoch;
        Step = step;
        LearningRate = learningRate;
        Origin = origin;
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
