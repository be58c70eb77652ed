namespace Gradus;

/// <summary>Trials that train networks on the rows of a table, which is encoded once.</summary>
public sealed class NetworkTrials
{
    private const int MostGroups = 20;
    private const int LeastInGroup = 20;

    private readonly Table train;
    private readonly ModelOptions options;
    private readonly Func<StudyTrial, TrialSetup> setup;
    private readonly Table? validation;
    private readonly Part[] parts;   // one, or one for each fold

    /// <summary>Trials of one network each, which validation rows judge.</summary>
    /// <param name="train">Training rows.</param>
    /// <param name="validation">Validation rows, which say how good a network is.</param>
    /// <param name="options">Targets and preprocessing of all networks.</param>
    /// <param name="setup">What a trial trains; called from several threads.</param>
    /// <exception cref="GradusException">The data do not do, or there are no validation rows.</exception>
    public NetworkTrials(Table train, Table validation, ModelOptions options, Func<StudyTrial, TrialSetup> setup)
        : this(train, options, setup, start => Whole(start, train, validation)) => this.validation = validation;

    /// <summary>Trials of a network for each fold, which the rows of that fold judge: where rows are few.</summary>
    /// <param name="rows">Training and validation rows together.</param>
    /// <param name="folds">How many, at least 2.</param>
    /// <param name="options">Targets and preprocessing of all networks; its seed deals the folds.</param>
    /// <param name="setup">What a trial trains; called from several threads. The network of fold i, from 0, has its seed plus i.</param>
    /// <exception cref="GradusException">The data do not do, or there are fewer rows with a target than folds.</exception>
    public NetworkTrials(Table rows, int folds, ModelOptions options, Func<StudyTrial, TrialSetup> setup)
        : this(rows, options, setup, start => InFolds(start, rows, folds, options.Seed))
    {
    }

    private NetworkTrials(Table train, ModelOptions options, Func<StudyTrial, TrialSetup> setup, Func<Model, Deal> deal)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(setup);
        (this.train, this.options, this.setup) = (train, options, setup);
        Start = Model.For(train, options);
        (Training, Judged, parts) = deal(Start);
    }

    /// <summary>What is learnt.</summary>
    public LearningTask Task => Start.Task;

    /// <summary>The training rows; with folds, all rows.</summary>
    public EncodedTable Training { get; }

    /// <summary>The rows that say how good a network is: the validation rows; with folds, all rows.</summary>
    public EncodedTable Judged { get; }

    /// <summary>Networks that a trial trains: 1, or the number of folds.</summary>
    public int Folds => parts.Length;

    /// <summary>Hears of each trial that has weights to show: one that was stopped early as well, if it has completed an epoch, but
    /// with folds only one that was trained on all. Called from the workers' threads.</summary>
    public Action<TrainedTrial>? OnTrained { get; set; }

    /// <summary>Tells these rows from others.</summary>
    public string Checksum => $"{Training.Checksum()[..16]} {Judged.Checksum()[..16]}";

    /// <summary>Preprocessing and read-out of all trials, with a linear network.</summary>
    internal Model Start { get; }

    /// <summary>Trains the network of a trial, with one thread: a <see cref="SearchObjective"/>.</summary>
    /// <exception cref="GradusException">The network cannot be made or trained so; the message names the trial's values.</exception>
    public TrialResult Run(StudyTrial trial, Func<int, double, bool> goesOn, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(goesOn);
        try
        {
            return Train(trial, setup(trial), goesOn, cancellation);
        }
        catch (GradusException e)
        {
            throw new GradusException($"Trial {trial.Number} ({string.Join(", ", trial.Parameters.Select(each => $"{each.Key} {each.Value}"))}) cannot be trained: {e.Message}", e);
        }
    }

    /// <summary>The learning rate that a range test suggests for a network on the training rows; null if at no rate the loss falls.</summary>
    /// <param name="given">The network, and how it is trained.</param>
    /// <param name="cancellation">Ends the test.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public double? SuggestRate(TrialSetup given, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(given);
        var model = Make(given.Layers);
        return LearningRateRange.Measure(model.Network, model.Loss, Training, given.Training, cancellation).Suggestion;
    }

    /// <summary>Training and validation rows together, encoded as each of them is; null with folds, which use all rows.</summary>
    internal EncodedTable? Together() => validation is null ? null : Start.Encode(train.Joined(validation));

    /// <summary>The same trials, with the rows dealt to folds in another way.</summary>
    internal NetworkTrials Redealt(ulong deal) => new(train, Folds, options with { Seed = unchecked(options.Seed + deal) }, setup);

    /// <summary>Two cross-validations of a trial, with the same rows dealt in different ways, as one: the networks of both, judged by
    /// their mean answers.</summary>
    internal TrainedTrial Joined(TrainedTrial first, TrainedTrial second)
    {
        var (own, other) = (first.Weights.Count, second.Weights.Count);
        var answers = new float[first.Answers.Length];
        for (var i = 0; i < answers.Length; i++)
            answers[i] = ((own * first.Answers.Span[i]) + (other * second.Answers.Span[i])) / (own + other);
        var weights = second.Weights.Select(each =>
        {
            var copy = first.Weights[0].Similar();
            each.CopyTo(copy);
            return copy;
        });
        return first with
        {
            Weights = [.. first.Weights, .. weights],
            Histories = [.. first.Histories, .. second.Histories],
            Answers = answers,
            Metrics = Start.Score(Judged, answers),
        };
    }

    /// <summary>The metrics of answers for each of up to twenty groups of the rows that judge, of twenty rows or more.</summary>
    internal IEnumerable<Metrics> ByGroup(ReadOnlyMemory<float> answers)
    {
        var (outputs, count) = (answers.Length / Judged.Rows, Math.Clamp(Judged.Rows / LeastInGroup, 2, MostGroups));
        for (var i = 0; i < count; i++)
        {
            var (first, end) = (Judged.Rows * i / count, Judged.Rows * (i + 1) / count);
            yield return Start.Score(Judged.RowsFrom(first, end - first), answers[(first * outputs)..(end * outputs)].ToArray());
        }
    }

    /// <summary>The network of a trial trained anew on other rows, with one thread, for as many epochs as gave its best weights: with new
    /// weights; null if it was ended before, or did not converge.</summary>
    internal TrainedTrial? Refit(TrainedTrial trained, EncodedTable rows, CancellationToken cancellation)
    {
        var model = Make(setup(trained.Trial).Layers);
        var last = trained.Histories[0].BestEpoch;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var training = trained.Training with
        {
            Threads = 1,
            Checkpoint = null,
            StopOn = StopRule.Loss,
            OnExplosion = ExplosionPolicy.Stop,
            OnEpoch = report =>
            {
                if (report.Epoch == last)
                    stop.Cancel();
            },
        };
        try
        {
            return new Trainer(model.Network, model.Loss, model.Weights, training).Train(rows, null, cancellation: stop.Token).BestEpoch == last
                ? trained with { Network = model.Network, Weights = [model.Weights] } : null;
        }
        catch (DivergedException)
        {
            return null;
        }
    }

    /// <summary>A model of some layers, as trials begin with it.</summary>
    internal Model Make(IReadOnlyList<Layer> layers) => Model.For(Start.Preprocessor, train, options, [.. layers]);

    private TrialResult Train(StudyTrial trial, TrialSetup given, Func<int, double, bool> goesOn, CancellationToken cancellation)
    {
        var model = Make(given.Layers);
        var (weights, runs) = (new List<ParameterBuffer>(), new List<Outcome>());
        for (var i = 0; i < parts.Length && (i == 0 || runs[^1].State == TrialState.Complete); i++)
        {
            var training = given.Training with { Seed = unchecked(given.Training.Seed + (ulong)i), Threads = 1, Checkpoint = null };
            weights.Add(i == 0 ? model.Weights : model.Network.Initialize(training.Seed));
            // The first fold says whether the others are worth it.
            runs.Add(Train(model, weights[i], training, parts[i], i == 0 ? goesOn : (_, _) => true, cancellation));
        }

        var last = runs[^1];
        var isWhole = runs.Count == parts.Length && last.State == TrialState.Complete;
        if (OnTrained is not null && runs.Count == parts.Length && last.History.BestEpoch > 0 && (isWhole || parts.Length == 1) && last.State != TrialState.Exploded)
            OnTrained(Judge(trial, given, model, weights, runs));
        double? value = isWhole ? runs.Average(run => run.Best) : parts.Length == 1 || runs.Count == 1 ? last.Best : null;
        return new TrialResult(last.State, last.State == TrialState.Exploded || value is not { } number || !double.IsFinite(number) ? null : value, runs[0].History.BestEpoch,
            runs[0].History.Epochs.Count, runs.Sum(run => run.History.Seconds), last.State == TrialState.Exploded ? new Dictionary<string, double>() : Mean(runs));
    }

    private static Outcome Train(
        Model model, ParameterBuffer weights, TrainOptions training, Part part, Func<int, double, bool> goesOn, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (state, best) = (TrialState.Complete, double.PositiveInfinity);
        void OnEpoch(EpochReport report)
        {
            best = training.StopOn == TrainOptions.StopOnNone ? ValueOf(report, StopRule.Loss) : Math.Min(best, ValueOf(report, training.StopOn));
            if (goesOn(report.Epoch, best))
                return;
            state = TrialState.Pruned;
            stop.Cancel();
        }

        History history;
        try
        {
            history = new Trainer(model.Network, model.Loss, weights, training with { OnEpoch = OnEpoch, OnExplosion = ExplosionPolicy.Stop })
                .Train(part.Training, part.Validation, model.Score, stop.Token);
        }
        catch (DivergedException e)
        {
            (history, state) = (e.History, TrialState.Exploded);
        }

        if (history.StopReason == StopReason.Exploded)
            state = TrialState.Exploded;
        else if (state == TrialState.Complete && history.StopReason == StopReason.Cancelled)
            state = TrialState.Waiting;
        return new Outcome(state, best, history);
    }

    private static Deal Whole(Model start, Table train, Table validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        var training = start.Encode(train);
        var judged = validation.RowCount > 0 && start.Encode(validation) is { Rows: > 0 } rows ? rows
            : throw new GradusException("A search compares networks on validation rows, and there are none. Give them a share, such as --split 64/16/20.");
        return new Deal(training, judged, [new Part(training, judged, null)]);
    }

    private static Deal InFolds(Model start, Table rows, int folds, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        var all = start.Encode(rows);
        if (all.Rows < rows.RowCount)
        {
            rows = rows.SelectRows([.. Enumerable.Range(0, all.Rows).Select(all.SourceRow)]);
            all = start.Encode(rows);
        }

        var foldOf = Splitter.Folds(rows, folds, seed, start.Task == LearningTask.Regression ? null : start.Target);
        int[] Of(int fold, bool isInside) => [.. Enumerable.Range(0, foldOf.Length).Where(row => foldOf[row] == fold == isInside)];
        return new Deal(all, all, [.. Enumerable.Range(0, folds).Select(fold =>
            new Part(start.Encode(rows.SelectRows(Of(fold, isInside: false))), start.Encode(rows.SelectRows(Of(fold, isInside: true))), Of(fold, isInside: true)))]);
    }

    private TrainedTrial Judge(StudyTrial trial, TrialSetup given, Model model, List<ParameterBuffer> weights, List<Outcome> runs)
    {
        var outputs = model.Network.OutputCount;
        var answers = new float[Judged.Rows * outputs];
        for (var i = 0; i < parts.Length; i++)
        {
            var (own, rows) = (new float[parts[i].Validation.Rows * outputs], parts[i].Rows);
            new Scorer(model.Network, model.Loss, weights[i], parts[i].Validation.Rows, team: null, withLoss: false).Run(parts[i].Validation, own);
            for (var row = 0; row < parts[i].Validation.Rows; row++)
                own.AsSpan(row * outputs, outputs).CopyTo(answers.AsSpan((rows?[row] ?? row) * outputs));
        }

        return new TrainedTrial(trial, given.Training, model.Network, weights, [.. runs.Select(run => run.History)], answers, model.Score(Judged, answers));
    }

    private static Dictionary<string, double> Mean(List<Outcome> runs)
    {
        var all = runs.Select(run => run.History.Best?.ValidationMetrics?.Values).OfType<IReadOnlyDictionary<string, double>>().ToArray();
        return all.Length == 0 ? [] : all[0].Keys.ToDictionary(name => name, name => all.Average(metrics => metrics.GetValueOrDefault(name, double.NaN)));
    }

    private static double ValueOf(EpochReport report, string stopOn) => stopOn == StopRule.Loss
        ? report.ValidationLoss ?? throw new InvalidOperationException("There are validation rows.")
        : (Metrics.IsScore(stopOn) ? -1 : 1) * (report.ValidationMetrics?.Values.GetValueOrDefault(stopOn, double.NaN) ?? double.NaN);

    /// <param name="Training">What is learnt from.</param>
    /// <param name="Validation">What stops training and judges.</param>
    /// <param name="Rows">The place of each of these among the rows that judge; null if they are all of them.</param>
    private sealed record Part(EncodedTable Training, EncodedTable Validation, int[]? Rows);

    private sealed record Deal(EncodedTable Training, EncodedTable Judged, Part[] Parts);

    private sealed record Outcome(TrialState State, double Best, History History);
}
