namespace Gradus;

/// <summary>A model's answers for the rows of a table. With several targets, each has its own in <see cref="Targets"/>; the
/// other members are of the first.</summary>
public sealed class Predictions
{
    internal Predictions(int rows, IReadOnlyList<TargetPredictions> targets, TransformReport report)
    {
        (Rows, Targets, Report) = (rows, targets, report);
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>The answers for each target.</summary>
    public IReadOnlyList<TargetPredictions> Targets { get; }

    /// <summary>What the rows had that training had not prepared for.</summary>
    public TransformReport Report { get; }

    /// <inheritdoc cref="TargetPredictions.Values"/>
    public ReadOnlySpan<double> Values => Targets[0].Values;

    /// <inheritdoc cref="TargetPredictions.Probabilities"/>
    public ReadOnlySpan<float> Probabilities => Targets[0].Probabilities;

    /// <inheritdoc cref="TargetPredictions.Classes"/>
    public IReadOnlyList<string> Classes => Targets[0].Classes;

    /// <inheritdoc cref="TargetPredictions.ProbabilitiesOf"/>
    public ReadOnlySpan<float> ProbabilitiesOf(int row) => Targets[0].ProbabilitiesOf(row);

    /// <inheritdoc cref="TargetPredictions.ClassOf"/>
    public string ClassOf(int row) => Targets[0].ClassOf(row);
}
