using System.Runtime.ExceptionServices;

namespace Gradus;

/// <summary>Trains as good a model as it can in a given time: finds a scaling and a learning rate, searches structures and settings, and
/// puts the best networks together as an ensemble.</summary>
/// <remarks>Where rows are few and the time bounds nothing (<see cref="AutoResult.IsRepeatable"/>), the same seed gives the same bits at any number of
/// threads, as everywhere in Gradus. Otherwise what it finds depends on how many trials the time allows, and so on the machine.</remarks>
public sealed partial class AutoTrainer
{
    /// <summary>Rows for training and validation below which folds judge better than validation rows.</summary>
    public const int FoldsBelow = 3_000;

    private const int Folds = 5;
    private const int MostEpochs = 60;
    private const int EpochsOfFolds = 100;     // where rows are few, and up to 300 where they are very few, so that there are steps enough
    private const int StepRows = 15_000;       // rows that a network is to see there, at least
    private const int LeastEpochs = 8;
    private const int PlainEpochs = 20;        // to compare scalings
    private const int MostNetworks = 30;       // of the ensemble
    private const int MostOfFolds = 60;        // the same, where rows are few
    private const int Repeated = 12;           // trials that are cross-validated again
    private const int Deals = 2;               // of the rows to folds, in all
    private const int MostKept = 40;           // trials whose weights are held
    private const double StrongShare = 0.1;    // of all time, for the largest of the first trials
    private const double LongestShare = 0.3;   // of all time, for any trial
    private const double VariedShare = 0.4;    // of all time, for variations of the best
    private const double VariedTrials = 0.2;   // the same, of all trials
    private const int Varied = 4;              // trials that are varied
    private const int MostBehind = 8;          // trials that one does not wait for, where rows are few: as many threads are busy, and one
    private const double AgainShare = 0.2;     // of all time, for training the best again: on validation rows as well, or with other folds
    private const double Reserve = 0.02;       // of all time, for putting them together

    private readonly AutoPlan plan;
    private readonly Table train;
    private readonly Table? validation;
    private readonly ModelOptions options;
    private readonly Func<StudyTrial, TrialSetup> setup;
    private readonly long started;
    private readonly Lock gate = new();
    private readonly List<TrainedTrial> kept = [];
    private int usualTrials;         // how many of the first trials are networks that usually do well on few rows
    private volatile bool isBound;   // by time, or ended by the caller

    /// <summary>Makes a trainer; <see cref="Run"/> does the work. The time begins here.</summary>
    /// <param name="plan">What it may spend.</param>
    /// <param name="train">Training rows.</param>
    /// <param name="validation">Rows that judge; null to cross-validate each trial with five networks, which is better where there are
    /// fewer than <see cref="FoldsBelow"/> rows.</param>
    /// <param name="options">Targets and preprocessing. Where it leaves the scaling of numbers open, standardised ones are compared with
    /// their quantiles.</param>
    /// <param name="setup">What a trial trains, from its values; called from several threads.</param>
    public AutoTrainer(AutoPlan plan, Table train, Table? validation, ModelOptions options, Func<StudyTrial, TrialSetup> setup)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(setup);
        (this.plan, this.train, this.validation, this.options, this.setup) = (plan, train, validation, options, validation is null ? ToTheEnd(setup) : setup);
        started = plan.Time.GetTimestamp();
    }

    /// <summary>Called when a part of the work begins, with what it does.</summary>
    public Action<string>? OnStage { get; init; }

    /// <summary>Trains.</summary>
    /// <param name="progress">Hears of each trial that ends, from the workers' threads.</param>
    /// <param name="cancellation">Ends the search after the current batches; the best so far are put together.</param>
    /// <exception cref="GradusException">The data do not do, or no network completed an epoch.</exception>
    public AutoResult Run(IProgress<StudyTrial>? progress = null, CancellationToken cancellation = default)
    {
        var (networks, scaling, epochSeconds) = Prepare();
        var isSmall = networks.Folds > 1;
        double? suggestion = SpaceFor(networks, null).Parameters.Any(each => each.Name == "lr") ? Rate(networks, cancellation) : null;
        var space = SpaceFor(networks, suggestion);
        var (usual, others) = FirstOf(networks, space);
        IReadOnlyList<IReadOnlyDictionary<string, string>> first = [.. usual, .. others];
        usualTrials = isSmall ? usual.Count : 0;
        var workers = plan.Workers ?? Environment.ProcessorCount;
        var epochs = EpochsWithin(networks, first, epochSeconds, workers);
        var trials = plan.Trials ?? (isSmall ? 200 : 1_000);
        var search = new SearchPlan
        {
            Space = space,
            First = first,
            Vary = there => BestToVary(there, trials),
            Trials = trials,
            Seed = plan.Seed,
            Workers = workers,
            Epochs = epochs,
            Unlike = trial => trial.Parameters.GetValueOrDefault(AutoSpace.Optimizer) == AutoSpace.OnAllRows,
            // On many rows, trials take long and the time decides how many there are.
            Behind = isSmall ? Math.Min(MostBehind, trials / 10) : null,
            Limit = Later(Left() - Kept),
            Time = plan.Time,
        };
        OnStage?.Invoke(FormattableString.Invariant($"searching: {first.Count} networks that often do well, then others, {epochs} epochs at most"));
        networks.OnTrained = Keep;
        var study = Study.Open(new StudyMemory(plan.Time), space, new Dictionary<string, string>());
        new SearchRunner(search, study, (trial, goesOn, stop) => networks.Run(trial, WithinTime(trial, goesOn), stop)).Run(progress, cancellation);
        isBound |= !isSmall || study.Trials.Count(trial => trial.HasEnded) < trials;
        return Together(networks, scaling, study.Trials, space, epochs, suggestion, cancellation);
    }

    // What follows the search is given this time.
    private TimeSpan Kept => plan.Limit * (Reserve + AgainShare);

    private TimeSpan Left() => plan.Limit - plan.Time.GetElapsedTime(started);

    private static TimeSpan Later(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(1);

    // The scaling with which the plain network does better, and the seconds of one of its epochs on one thread.
    private (NetworkTrials Networks, Scaling? Scaling, double EpochSeconds) Prepare()
    {
        OnStage?.Invoke("encoding the rows");
        var all = new List<NetworkTrials> { Encode(options) };
        var isOpen = options.Preprocessing is { Scaling: null, ColumnScaling.Count: 0 } && all[0].Start.Preprocessor.Inputs is var inputs
            && inputs.Any(input => input.Kind == ColumnKind.Number) && inputs.All(input => input.Columns.Count == 1);
        if (isOpen)
        {
            OnStage?.Invoke("comparing numbers that are standardised with their quantiles");
            all.Add(Encode(options with { Preprocessing = options.Preprocessing with { Scaling = Scaling.Quantile } }));
        }

        var trained = new TrainedTrial?[all.Count];
        using var limit = new CancellationTokenSource(Later(plan.Limit * (StrongShare / 2)), plan.Time);
        InParallel(all.Count, plan.Workers ?? Environment.ProcessorCount, i =>
        {
            all[i].OnTrained = trial => trained[i] = trial;
            all[i].Run(Plain(all[i]), (_, _) => true, limit.Token);
        });
        isBound |= limit.IsCancellationRequested;
        var best = Enumerable.Range(0, all.Count).MinBy(i => trained[i] is { } trial ? ErrorOf(trial.Metrics, trial.Training.StopOn) : double.PositiveInfinity);
        // The median of its epochs: the first ones wait for the compiler. None of all rows was completed where they are very many.
        var rate = trained[best]?.Histories[0].ExamplesPerSecond ?? 0;
        if (trained[best] is { } plain)
            Keep(plain);   // should there be no time for another
        return (all[best], !isOpen ? options.Preprocessing.Scaling : best == 0 ? Scaling.Standardize : Scaling.Quantile,
            rate > 0 ? all[best].Training.Rows / rate : plan.Limit.TotalSeconds * StrongShare);
    }

    // The rows of a fold that choose an epoch would flatter it as judges, most where the losses of epochs differ most.
    private static Func<StudyTrial, TrialSetup> ToTheEnd(Func<StudyTrial, TrialSetup> setup)
    {
        var usual = new TrainOptions();
        return trial => setup(trial) is var given && given.Training.StopOn == usual.StopOn && given.Training.Patience == usual.Patience
            ? given with { Training = given.Training with { StopOn = TrainOptions.StopOnNone } } : given;
    }

    private NetworkTrials Encode(ModelOptions model) => validation is null
        ? new NetworkTrials(train, Folds, model, setup) : new NetworkTrials(train, validation, model, setup);

    // The network that compares scalings, before a learning rate is known.
    private StudyTrial Plain(NetworkTrials networks)
    {
        var (usual, others) = FirstOf(networks, SpaceFor(networks, null));
        return new(0, others.Concat(usual).First(), plan.Epochs ?? PlainEpochs, StudyTrial.OnlyPhase);
    }

    private (IReadOnlyList<IReadOnlyDictionary<string, string>> Usual, IReadOnlyList<IReadOnlyDictionary<string, string>> Others) FirstOf(
        NetworkTrials networks, SearchSpace space) =>
        (OptimizersOf(networks).Contains(AutoSpace.OnAllRows) ? AutoSpace.Usual(space, networks.Start.Task != LearningTask.Regression) : [], AutoSpace.First(space));

    // Where rows are few, also linear networks, if the caller's options go with them.
    private SearchSpace SpaceFor(NetworkTrials networks, double? suggestion)
    {
        var isSmall = networks.Folds > 1;
        return AutoSpace.For(networks.Start, isSmall, isSmall && Takes(networks, _ => true, ("depth", "0")), OptimizersOf(networks), suggestion, plan.Fixed);
    }

    // Where rows are few, also L-BFGS, if the caller's options go with it.
    private string[] OptimizersOf(NetworkTrials networks) =>
        plan.Fixed.Contains(AutoSpace.Optimizer) ? [Given().Training.Optimizer is Lbfgs ? AutoSpace.OnAllRows : AutoSpace.InBatches]
            : networks.Folds > 1 && Takes(networks, given => given.Training.Optimizer is Lbfgs { LearningRate: 1 }, (AutoSpace.Optimizer, AutoSpace.OnAllRows))
                ? [AutoSpace.InBatches, AutoSpace.OnAllRows] : [AutoSpace.InBatches];

    private TrialSetup Given(params (string Name, string Value)[] values) =>
        setup(new StudyTrial(0, values.ToDictionary(each => each.Name, each => each.Value), plan.Epochs ?? PlainEpochs, StudyTrial.OnlyPhase));

    private bool Takes(NetworkTrials networks, Func<TrialSetup, bool> isSo, params (string Name, string Value)[] values)
    {
        try
        {
            var given = Given(values);
            var model = networks.Make(given.Layers);
            _ = new Trainer(model.Network, model.Loss, model.Weights, given.Training);
            return isSo(given);
        }
        catch (GradusException)
        {
            return false;   // some option is not for it
        }
    }

    private double? Rate(NetworkTrials networks, CancellationToken cancellation)
    {
        OnStage?.Invoke("finding a learning rate");
        try
        {
            return networks.SuggestRate(setup(Plain(networks)), cancellation);
        }
        catch (OperationCanceledException)
        {
            isBound = true;
            return null;
        }
    }

    // As many epochs as give the largest of the first trials its share of the time, on one of the threads.
    private int EpochsWithin(NetworkTrials networks, IReadOnlyList<IReadOnlyDictionary<string, string>> first, double plainSeconds, int workers)
    {
        if (plan.Epochs is { } given)
            return given;
        double[] work = [.. first.Select(values =>
        {
            var network = networks.Make(setup(new StudyTrial(1, values, MostEpochs, StudyTrial.OnlyPhase)).Layers).Network;
            return (double)network.ParameterCount * network.Members;
        })];
        var isSmall = networks.Folds > 1;
        // Measured only where rows are few, as it could take long. Products of large matrices run at about twice the rate of small ones.
        var seconds = isSmall ? networks.Folds * EpochSeconds(networks, first[Array.IndexOf(work, work.Max())]) : plainSeconds * Math.Max(1, work.Max() / work[0] / 2);
        var most = isSmall ? Math.Clamp(StepRows / networks.Training.Rows, EpochsOfFolds, 3 * EpochsOfFolds) : MostEpochs;
        var affordable = (int)(plan.Limit.TotalSeconds * workers * StrongShare / seconds);
        isBound |= affordable < most;
        return Math.Clamp(affordable, LeastEpochs, most);
    }

    // The shortest of three epochs of a trial's first fold.
    private double EpochSeconds(NetworkTrials networks, IReadOnlyDictionary<string, string> values)
    {
        var (begun, least) = (plan.Time.GetTimestamp(), double.PositiveInfinity);
        networks.Run(new StudyTrial(0, values, 4, StudyTrial.OnlyPhase), (epoch, _) =>
        {
            least = Math.Min(least, plan.Time.GetElapsedTime(begun).TotalSeconds);
            begun = plan.Time.GetTimestamp();
            return epoch < 3;
        }, CancellationToken.None);
        return least;
    }

    // In the last part of the search the best in turn, as far as there is time for another of their kind.
    private StudyTrial? BestToVary(IReadOnlyList<StudyTrial> trials, int most)
    {
        var isLate = plan.Time.GetElapsedTime(started) >= plan.Limit * (1 - VariedShare);
        if (trials.Count < most * (1 - VariedTrials) && !isLate)
            return null;
        var left = (Left() - Kept).TotalSeconds;
        var best = trials.Where(trial => trial.State == TrialState.Complete).Order(StudyTrial.BestFirst).Take(Varied).ToArray();
        var fitting = best.Where(trial => 1.1 * trial.Seconds < left).ToArray();
        isBound |= fitting.Length < best.Length || trials.Count < most * (1 - VariedTrials);
        return fitting.Length == 0 ? null : fitting[trials.Count % fitting.Length];
    }

    private Func<int, double, bool> WithinTime(StudyTrial trial, Func<int, double, bool> goesOn)
    {
        var begun = plan.Time.GetTimestamp();
        return (epoch, value) =>
        {
            if (!goesOn(epoch, value))
                return false;
            var isShort = trial.Number == 1 || plan.Time.GetElapsedTime(begun) / epoch * trial.Epochs < plan.Limit * LongestShare;
            isBound |= !isShort;
            return isShort;
        };
    }

    // As Parallel.For, but what fails is thrown as it is.
    private static void InParallel(int count, int workers, Action<int> work)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = workers }, work);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
