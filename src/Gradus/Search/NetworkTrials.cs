namespace Gradus;

/// <summary>Trials that train networks on the rows of a table, which is encoded once.</summary>
public sealed class NetworkTrials
{
    private readonly Table train;
    private readonly ModelOptions options;
    private readonly Model first;
    private readonly Func<StudyTrial, TrialSetup> setup;
    private readonly EncodedTable training;
    private readonly EncodedTable validation;

    /// <summary>Encodes the rows.</summary>
    /// <param name="train">Training rows.</param>
    /// <param name="validation">Validation rows, which say how good a network is.</param>
    /// <param name="options">Targets and preprocessing of all networks.</param>
    /// <param name="setup">What a trial trains; called from several threads.</param>
    /// <exception cref="GradusException">The data do not do, or there are no validation rows.</exception>
    public NetworkTrials(Table train, Table validation, ModelOptions options, Func<StudyTrial, TrialSetup> setup)
    {
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(setup);
        (this.train, this.options, this.setup) = (train, options, setup);
        first = Model.For(train, options);
        training = first.Encode(train);
        this.validation = validation.RowCount > 0 && first.Encode(validation) is { Rows: > 0 } rows ? rows
            : throw new GradusException("A search compares networks on validation rows, and there are none. Give them a share, such as --split 64/16/20.");
    }

    /// <summary>What is learnt.</summary>
    public LearningTask Task => first.Task;

    /// <summary>The training rows.</summary>
    public EncodedTable Training => training;

    /// <summary>The validation rows.</summary>
    public EncodedTable Validation => validation;

    /// <summary>Tells these rows from others.</summary>
    public string Checksum => $"{training.Checksum()[..16]} {validation.Checksum()[..16]}";

    /// <summary>Trains the network of a trial, with one thread: a <see cref="SearchObjective"/>.</summary>
    /// <exception cref="GradusException">The network cannot be made or trained so; the message names the trial's values.</exception>
    public TrialResult Run(StudyTrial trial, Func<int, double, bool> goesOn, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(goesOn);
        try
        {
            return Train(setup(trial), goesOn, cancellation);
        }
        catch (GradusException e)
        {
            throw new GradusException($"Trial {trial.Number} ({string.Join(", ", trial.Parameters.Select(each => $"{each.Key} {each.Value}"))}) cannot be trained: {e.Message}", e);
        }
    }

    private TrialResult Train(TrialSetup given, Func<int, double, bool> goesOn, CancellationToken cancellation)
    {
        var model = Model.For(first.Preprocessor, train, options, [.. given.Layers]);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (state, best) = (TrialState.Complete, double.PositiveInfinity);
        void OnEpoch(EpochReport report)
        {
            best = Math.Min(best, ValueOf(report, given.Training.StopOn));
            if (goesOn(report.Epoch, best))
                return;
            state = TrialState.Pruned;
            stop.Cancel();
        }

        History history;
        try
        {
            history = new Trainer(model.Network, model.Loss, model.Weights, given.Training with { Threads = 1, OnEpoch = OnEpoch, Checkpoint = null, OnExplosion = ExplosionPolicy.Stop })
                .Train(training, validation, model.Score, stop.Token);
        }
        catch (DivergedException e)
        {
            (history, state) = (e.History, TrialState.Exploded);
        }

        if (history.StopReason == StopReason.Exploded)
            state = TrialState.Exploded;
        else if (state == TrialState.Complete && history.StopReason == StopReason.Cancelled)
            state = TrialState.Waiting;
        return new TrialResult(state, state == TrialState.Exploded || !double.IsFinite(best) ? null : best, history.BestEpoch, history.Epochs.Count, history.Seconds,
            state == TrialState.Exploded ? new Dictionary<string, double>() : history.Best?.ValidationMetrics?.Values ?? new Dictionary<string, double>());
    }

    private static double ValueOf(EpochReport report, string stopOn) => stopOn == StopRule.Loss
        ? report.ValidationLoss ?? throw new InvalidOperationException("There are validation rows.")
        : (Metrics.IsScore(stopOn) ? -1 : 1) * (report.ValidationMetrics?.Values.GetValueOrDefault(stopOn, double.NaN) ?? double.NaN);
}
