namespace Gradus;

/// <summary>How a network is trained.</summary>
public sealed record TrainOptions
{
    /// <summary>The <see cref="StopOn"/> that neither stops nor chooses: all epochs are trained, and the last weights kept.</summary>
    public const string StopOnNone = "none";

    /// <summary>Passes over the training rows at most; at least 1.</summary>
    public int Epochs
    {
        get;
        init => field = AtLeastOne(value, nameof(Epochs));
    } = 200;

    /// <summary>Rows a step; null for all: 1 is stochastic, all is batch gradient descent.</summary>
    public int? BatchSize
    {
        get;
        init => field = value is { } size ? AtLeastOne(size, nameof(BatchSize)) : null;
    } = 64;

    /// <summary>The step.</summary>
    public Optimizer Optimizer { get; init; } = new Adam();

    /// <summary>How the learning rate changes over the epochs. The default takes it to 0: late epochs with small steps are worth
    /// more than any other setting (MNIST, 784-512-512-10, 5 epochs: 98.4 % against 97.7 % with a constant rate).</summary>
    public Schedule Schedule { get; init; } = Schedule.Cosine;

    /// <summary>Epochs without a better validation loss, or metric (<see cref="StopOn"/>), after which training stops; at least 1.
    /// Without validation rows it is not used.</summary>
    public int Patience
    {
        get;
        init => field = AtLeastOne(value, nameof(Patience));
    } = 20;

    /// <summary>What <see cref="Patience"/> watches, and the best weights are the best of: <c>loss</c>, or a metric of the task on the
    /// validation rows, such as <c>accuracy</c> (<see cref="Metrics.NamesOf"/>), or <see cref="StopOnNone"/>.</summary>
    public string StopOn { get; init; } = StopRule.Loss;

    /// <summary>λ of the penalty λ/2 Σw² on weights, biases left out, that is added to the loss: one for all layers, or one for each
    /// that has weights. Its gradient is λw (Hoerl and Kennard 1970).</summary>
    public PerLayer L2 { get; init; } = 0;

    /// <summary>λ of the penalty λ Σ|w| on weights, biases left out, that is added to the loss: one for all layers, or one for each
    /// that has weights. Its gradient is λ sign w, 0 at 0 (Tibshirani 1996). With <see cref="L2"/> it makes the elastic net (Zou and
    /// Hastie 2005).</summary>
    public PerLayer L1 { get; init; } = 0;

    /// <summary>ε: training takes (1 − ε) d + ε / classes for a target d (Szegedy et al. 2016, section 7); in [0, 1).</summary>
    public double LabelSmoothing
    {
        get;
        init => field = value is >= 0 and < 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(LabelSmoothing), value, "LabelSmoothing must be from 0 up to below 1.");
    }

    /// <summary>c: after each step the weights into a unit are shrunk to ‖w‖ ≤ c (Srivastava et al. 2014, section 5.1); above 0,
    /// null for no bound.</summary>
    public double? MaxNorm
    {
        get;
        init => field = AboveZero(value, nameof(MaxNorm));
    }

    /// <summary>c: g ← g · c / max(‖g‖, c), with the norm of all gradients together (Pascanu, Mikolov and Bengio 2013); above 0,
    /// null for no bound.</summary>
    public double? ClipNorm
    {
        get;
        init => field = AboveZero(value, nameof(ClipNorm));
    }

    /// <summary>c: every element of a gradient is cut to [−c, c], before <see cref="ClipNorm"/>; above 0, null for no bound.
    /// </summary>
    public double? ClipValue
    {
        get;
        init => field = AboveZero(value, nameof(ClipValue));
    }

    /// <summary>Whether the loss of a row is multiplied by rows / (classes · rows of its class), so that rare classes count as
    /// much as frequent ones (King and Zeng 2001).</summary>
    public bool Balance { get; init; }

    /// <summary>d: validation, and the weights at the end, take the running average a ← d a + (1 − d) w of the weights after each
    /// step (Polyak and Juditsky 1992; Tarvainen and Valpola 2017), with d at most (1 + t) / (10 + t) at step t; in (0, 1), null for
    /// the weights themselves.</summary>
    public double? Ema
    {
        get;
        init => field = value is null or (> 0 and < 1) ? value
            : throw new ArgumentOutOfRangeException(nameof(Ema), value, "Ema must be above 0 and below 1; 0.999 is usual.");
    }

    /// <summary>Whether validation, and the weights at the end, take the mean of the weights at the ends of the last quarter of the
    /// epochs (stochastic weight averaging, Izmailov et al. 2018); before that quarter, the weights themselves. It is for steps that
    /// stay large: <see cref="Schedule.Constant"/>. Running averages of batch normalisation are moved to the mean by a pass over the
    /// training rows after each of these epochs. Excludes <see cref="Ema"/>.</summary>
    public bool Swa { get; init; }

    /// <summary>What a loss above 3 times its start leads to.</summary>
    public ExplosionPolicy OnExplosion { get; init; }

    /// <summary>How images are changed, anew in each epoch; null to take them as they are.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>Names of layers that training leaves as they are, to the bit, such as <c>layer1</c>: as <see cref="Network.ParameterLayers"/>
    /// and model files have them. Weight decay, bounds of norms and running averages leave them alone too, and normalisation
    /// within them works as in prediction. At least one layer must be trained.</summary>
    public IReadOnlyList<string> Freeze { get; init; } = [];

    /// <summary>Seed of the order of rows and of the random numbers in the network.</summary>
    public ulong Seed { get; init; }

    /// <summary>Threads, from 1 to <see cref="WorkerTeam.MaxThreads"/>; null for one a core. The result does not depend on it.</summary>
    public int? Threads
    {
        get;
        init => field = value is null or (>= 1 and <= WorkerTeam.MaxThreads) ? value
            : throw new ArgumentOutOfRangeException(nameof(Threads), value, $"Threads must be from 1 to {WorkerTeam.MaxThreads}.");
    }

    /// <summary>Where training writes what it takes to go on after an interruption; null for nowhere. For <see cref="Model.Train(EncodedTable, EncodedTable?, TrainOptions?, CancellationToken)"/>.</summary>
    public CheckpointOptions? Checkpoint { get; init; }

    /// <summary>Called after every epoch; of an ensemble from the members' threads, but never from two at a time:
    /// <see cref="EpochReport.Member"/> says whose epoch it was.</summary>
    public Action<EpochReport>? OnEpoch { get; init; }

    /// <summary>Called after every step, with the number of training rows seen in this epoch; of an ensemble from the members'
    /// threads, several at a time.</summary>
    public Action<int>? OnStep { get; init; }

    /// <summary>Called when the watch finds something (<see cref="History.Watch"/>); of an ensemble from the members' threads, but never
    /// from two at a time.</summary>
    public Action<WatchFinding>? OnFinding { get; init; }

    /// <summary>Measures time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    private static int AtLeastOne(int value, string name) => value >= 1 ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 1.");

    // As float32 too, in which networks compute.
    private static double? AboveZero(double? value, string name) => value is null || (float.IsFinite((float)value.Value) && (float)value > 0) ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be a number above 0 that float32 can hold.");
}
