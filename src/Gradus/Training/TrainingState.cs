namespace Gradus;

/// <summary>What training knows between two steps: with the same network, rows and options, enough to go on to the same bits. Random
/// numbers are functions of seed, purpose and step, so no generator is part of it.</summary>
internal sealed class TrainingState
{
    /// <summary>The epoch under way, from 1; one more than the last if all are done.</summary>
    public required int Epoch { get; init; }

    /// <summary>Rows of that epoch that are done.</summary>
    public required int Row { get; init; }

    /// <summary>Sum of their losses.</summary>
    public required double LossSum { get; init; }

    /// <summary>Steps done in all epochs.</summary>
    public required long Step { get; init; }

    /// <summary>The epoch of the best weights, from 1; 0 before the first is done.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Its validation loss, or the metric that decides; null before the first, or without validation rows.</summary>
    public required double? Best { get; init; }

    /// <summary>Time that the run has taken, interruptions left out.</summary>
    public required double Seconds { get; init; }

    /// <summary>Why training ended; null if it has not.</summary>
    public required StopReason? Ended { get; init; }

    /// <summary>One report an epoch that is done.</summary>
    public required IReadOnlyList<EpochReport> Reports { get; init; }

    /// <summary>What the watch has found.</summary>
    public IReadOnlyList<WatchFinding> Findings { get; set; } = [];

    /// <summary>Weights, averages and moments: flat buffers by name.</summary>
    public Dictionary<string, float[]> Vectors { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Vectors in double precision, by name.</summary>
    public Dictionary<string, double[]> Doubles { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Other numbers that parts of training keep, by name.</summary>
    public Dictionary<string, double> Numbers { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Keeps a copy of a buffer.</summary>
    public void Keep(string name, ParameterBuffer buffer) => Vectors[name] = buffer.All.ToArray();

    /// <summary>Fills a buffer with what <see cref="Keep"/> took.</summary>
    /// <exception cref="GradusException">There is no such vector, or it has another length.</exception>
    public void Restore(string name, ParameterBuffer buffer)
    {
        if (!Vectors.TryGetValue(name, out var kept) || kept.Length != buffer.Length)
        {
            throw new GradusException($"The checkpoint has {(kept is null ? "no" : $"{kept.Length} numbers for the")} vector '{name}'; "
                + $"{buffer.Length} numbers were expected. Resume it with the Gradus that wrote it.");
        }

        kept.CopyTo(buffer.All);
    }

    /// <summary>Fills a vector with one of <see cref="Doubles"/>.</summary>
    /// <exception cref="GradusException">There is no such vector, or it has another length.</exception>
    public void Restore(string name, double[] vector)
    {
        if (!Doubles.TryGetValue(name, out var kept) || kept.Length != vector.Length)
        {
            throw new GradusException($"The checkpoint has {(kept is null ? "no" : $"{kept.Length} numbers for the")} vector '{name}'; "
                + $"{vector.Length} numbers were expected. Resume it with the Gradus that wrote it.");
        }

        kept.CopyTo(vector, 0);
    }

    /// <summary>A number that a part of training kept.</summary>
    /// <exception cref="GradusException">There is none.</exception>
    public double NumberOf(string name) => Numbers.TryGetValue(name, out var number) ? number
        : throw new GradusException($"The checkpoint has no number '{name}'. Resume it with the Gradus that wrote it.");
}
