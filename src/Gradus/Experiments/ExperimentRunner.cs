using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gradus;

/// <summary>Trains the networks of an experiment: several at a time with one thread each, or one at a time where times are what it is
/// about.</summary>
public sealed class ExperimentRunner
{
    private readonly ExperimentPlan plan;
    private readonly Table train;
    private readonly EncodedTable training;
    private readonly EncodedTable? validation;
    private readonly EncodedTable test;

    /// <summary>Splits and encodes the data.</summary>
    /// <param name="plan">What to do.</param>
    /// <exception cref="GradusException">A value cannot be one, occurs twice, or a setting does not fit the data; or there are no test
    /// rows.</exception>
    public ExperimentRunner(ExperimentPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        this.plan = plan;
        if (plan.Values.Count == 0)
            throw new GradusException($"The experiment '{plan.Experiment.Name}' has no values. Give one at least, such as {plan.Experiment.Values[0]}.");
        if (plan.Values.GroupBy(value => value).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new GradusException($"The value '{twice.Key}' of the experiment '{plan.Experiment.Name}' is given {twice.Count()} times. Give each once.");
        var settings = plan.Values.Select(value => plan.Experiment.At(plan.Settings, value)).ToArray();
        var split = plan.Data.Split(plan.Seed, plan.Target, plan.Shares);
        train = plan.Rows is { } rows && rows < split.Train.RowCount ? split.Train.SelectRows([.. Enumerable.Range(0, rows)]) : split.Train;
        if (split.Test.RowCount == 0)
            throw new GradusException("An experiment measures test rows, and the split leaves none. Give them a share, such as --split 64/16/20.");
        Model? model = null;
        foreach (var each in settings)
        {
            model = ModelOf(each, plan.Seed);
            _ = new Trainer(model.Network, model.Loss, model.Weights, each.Training);   // refuses what does not fit, before anything runs
        }

        var preprocessor = model?.Preprocessor ?? throw new InvalidOperationException("There is a value.");
        training = preprocessor.Encode(train);
        validation = split.Validation.RowCount == 0 ? null : preprocessor.Encode(split.Validation);
        test = preprocessor.Encode(split.Test);
        Task = model.Task;
    }

    /// <summary>What is learnt; it says what an error is.</summary>
    public LearningTask Task { get; }

    /// <summary>Runs in all: values times repetitions.</summary>
    public int Total => plan.Values.Count * plan.Repetitions;

    /// <summary>What decides the result of a run, beside its value and seed: a journal is of one description.</summary>
    public IReadOnlyDictionary<string, string> Description
    {
        get
        {
            var (settings, options, culture) = (plan.Settings, plan.Settings.Training, CultureInfo.InvariantCulture);
            var description = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["experiment"] = plan.Experiment.Name,
                ["data"] = plan.Data.Name,
                ["target"] = plan.Target,
                ["rows"] = string.Create(culture, $"{training.Rows}/{validation?.Rows ?? 0}/{test.Rows}"),
                ["checksum of the rows"] = Checksum(),
                ["hidden layers"] = settings.Hidden.Count == 0 ? "none" : string.Join(',', settings.Hidden),
                ["activation"] = settings.Activation.Name,
                ["first weights"] = settings.Weights?.Name ?? "by activation",
                ["loss"] = plan.Loss?.Name ?? "by task",
                ["optimiser"] = string.Create(culture, $"{options.Optimizer.Name} at {options.Optimizer.LearningRate:R}"),
                ["schedule"] = options.Schedule.Name,
                ["batch size"] = options.BatchSize?.ToString(culture) ?? "all",
                ["epochs"] = options.Epochs.ToString(culture),
                ["patience"] = options.Patience == int.MaxValue ? "none" : options.Patience.ToString(culture),
                ["seed of the split"] = plan.Seed.ToString(culture),
            };
            if (plan.Experiment.IsTimed)
            {
                description["threads"] = plan.ThreadCount.ToString(culture);
                description["machine"] = Environment.MachineName;
            }

            return description;
        }
    }

    /// <summary>Trains what the journal does not hold yet.</summary>
    /// <param name="journal">Takes each run as it ends; null for none.</param>
    /// <param name="progress">Hears of each run as it ends.</param>
    /// <param name="cancellation">Ends after the current batches; runs that have not ended are dropped.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ExperimentResult Run(ExperimentJournal? journal = null, IProgress<ExperimentRun>? progress = null, CancellationToken cancellation = default)
    {
        var done = new ConcurrentDictionary<(string X, ulong Seed), ExperimentRun>();
        foreach (var run in journal?.Runs ?? [])
            done[(run.X, run.Seed)] = run;
        // Seed by seed, so that an experiment that is stopped early has every value.
        var wanted = Enumerable.Range(0, plan.Repetitions).SelectMany(i => plan.Values.Select(value => (X: value, Seed: plan.Seed + (ulong)i))).ToArray();
        ExceptionDispatchInfo? failure = null;
        var options = new ParallelOptions { MaxDegreeOfParallelism = plan.Experiment.IsTimed ? 1 : plan.ThreadCount };
        Parallel.ForEach(
            Partitioner.Create(wanted.Where(each => !done.ContainsKey(each)), EnumerablePartitionerOptions.NoBuffering), options, (each, state) =>
            {
                try
                {
                    if (cancellation.IsCancellationRequested || Train(each.X, each.Seed, cancellation) is not { } run)
                    {
                        state.Stop();
                        return;
                    }

                    done[each] = run;
                    journal?.Add(run);
                    progress?.Report(run);
                }
#pragma warning disable CA1031 // Whatever a run meets is thrown again on the caller's thread, as it was.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    failure ??= ExceptionDispatchInfo.Capture(e);
                    state.Stop();
                }
            });
        failure?.Throw();
        cancellation.ThrowIfCancellationRequested();
        var points = plan.Values.Select(value => new ExperimentPoint(value, [.. wanted.Where(each => each.X == value).Select(each => done[each])]));
        return new ExperimentResult(plan, Task, (training.Rows, validation?.Rows ?? 0, test.Rows), [.. points]);
    }

    /// <summary>The share of wrong classes, or the RMSE.</summary>
    internal static double ErrorOf(Metrics metrics) => metrics switch
    {
        ClassificationMetrics classes => 1 - classes.Accuracy,
        _ => metrics.Values["rmse"],
    };

    private ExperimentRun? Train(string value, ulong seed, CancellationToken cancellation)
    {
        var settings = plan.Experiment.At(plan.Settings, value);
        var model = ModelOf(settings, seed);
        var options = settings.Training with { Seed = seed, Threads = plan.Experiment.IsTimed ? plan.ThreadCount : 1, Time = plan.Time };
        History history;
        bool diverged;
        try
        {
            (history, diverged) = (model.Train(training, validation, options, cancellation), false);
        }
        catch (DivergedException e)
        {
            (history, diverged) = (e.History, true);
        }

        if (history.StopReason == StopReason.Cancelled)
            return null;
        var batch = Math.Min(options.BatchSize ?? training.Rows, training.Rows);
        var updates = (training.Rows + batch - 1) / batch;
        var seconds = history.Epochs.Count == 0 ? 0 : training.Rows / history.ExamplesPerSecond;
        return new ExperimentRun(value, seed, model.Network.ToString(), model.Network.ParameterCount,
            diverged ? null : ErrorOf(model.Evaluate(training)), diverged ? null : ErrorOf(model.Evaluate(test)),
            seconds, seconds / updates * 1e6, history.BestEpoch, [.. history.Epochs.Select(epoch => epoch.Loss)]);
    }

    private Model ModelOf(ExperimentSettings settings, ulong seed) => Model.For(
        train, new ModelOptions { Target = plan.Target, Loss = plan.Loss, OutputWeights = settings.Weights, Seed = seed }, settings.Layers());

    // All targets, and the features of the first rows: enough to tell other data and another split.
    private string Checksum()
    {
        const int rows = 1_000;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in (EncodedTable?[])[training, validation, test])
        {
            if (part is null)
                continue;
            hash.AppendData(MemoryMarshal.AsBytes(part.Targets));
            var features = new float[Math.Min(rows, part.Rows) * part.Inputs.Columns];
            part.Inputs.CopyRows(0, Math.Min(rows, part.Rows), features);
            hash.AppendData(MemoryMarshal.AsBytes<float>(features));
        }

        return BinaryPrimitives.ReadUInt64BigEndian(hash.GetHashAndReset()).ToString("x16", CultureInfo.InvariantCulture);
    }
}
