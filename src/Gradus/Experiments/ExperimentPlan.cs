namespace Gradus;

/// <summary>An experiment on data, with everything that decides its result.</summary>
public sealed record ExperimentPlan
{
    /// <summary>What is varied.</summary>
    public required Experiment Experiment { get; init; }

    /// <summary>Everything else.</summary>
    public required ExperimentSettings Settings { get; init; }

    /// <summary>The values of the varied setting, at least one, each once.</summary>
    public required IReadOnlyList<string> Values { get; init; }

    /// <summary>The data.</summary>
    public required DataSet Data { get; init; }

    /// <summary>The column to predict.</summary>
    public required string Target { get; init; }

    /// <summary>Shares of rows for validation and for test; null for 64/16/20, or 90/10 of the rest where the data has its own test part.</summary>
    public (double Validation, double Test)? Shares { get; init; }

    /// <summary>Training rows at most; null for all.</summary>
    public int? Rows { get; init; }

    /// <summary>The loss; null for the task's own.</summary>
    public Loss? Loss { get; init; }

    /// <summary>Runs of each value, at least 1: they differ in the seed of the first weights and of the order of rows, and not in
    /// which rows are training, validation and test rows.</summary>
    public int Repetitions { get; init; } = 1;

    /// <summary>Seed of the split and of the first run of each value; the others take the numbers that follow.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads; null for one a core. Errors do not depend on it.</summary>
    public int? Threads { get; init; }

    /// <summary>Measures time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Threads that are used.</summary>
    public int ThreadCount => Threads ?? Environment.ProcessorCount;
}
