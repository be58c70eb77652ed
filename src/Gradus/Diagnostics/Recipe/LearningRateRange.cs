namespace Gradus;

/// <summary>A range test of the learning rate: a step at each of many rates, from 1e-8 up to 1e2, and what each did to the loss of
/// the same rows (Smith 2017, section 3.3).</summary>
public sealed record LearningRateRange
{
    /// <summary>Rates in the order of the steps, growing by the same factor.</summary>
    public required IReadOnlyList<double> Rates { get; init; }

    /// <summary>Mean loss of the probe rows after the step at each rate, the median of the runs; infinite after an explosion.</summary>
    public required IReadOnlyList<double> Losses { get; init; }

    /// <summary>Loss of the probe rows before the first step, the median of the runs.</summary>
    public required double Start { get; init; }

    /// <summary>The smallest rate at which the loss has fallen by 1 % of its start; null if it never does.</summary>
    public double? Smallest { get; private init; }

    /// <summary>The smallest rate at which the loss exceeds 3 times its start, or is no number; null if none does.</summary>
    public double? Exploding { get; private init; }

    /// <summary>The rate to begin with: the smallest at which the loss has fallen by nine tenths of what it falls at best. There
    /// it falls fast, and the place hardly depends on the seed, as the rate of the lowest loss does. Null if no rate lowers the
    /// loss.</summary>
    public double? Suggestion { get; private init; }

    private const double First = 1e-8;
    private const double Last = 1e2;
    private const int Steps = 240;
    private const int Runs = 9;
    private const int ProbeRows = 512;
    private const int MostBatch = 1_024;
    private const double Fallen = 0.99;
    private const double Exploded = 3;
    private const double MostOfTheFall = 0.9;

    /// <summary>Runs the test several times, each from other first weights and with other batches.</summary>
    /// <param name="network">The network.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="train">Training rows.</param>
    /// <param name="options">The optimiser, batch size, regularisation and seed of the training to come.</param>
    /// <param name="cancellation">Ends after the current run.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static LearningRateRange Measure(Network network, Loss loss, EncodedTable train, TrainOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(options);
        using var team = new WorkerTeam(options.Threads ?? Environment.ProcessorCount);
        var rates = new double[Steps];
        for (var i = 0; i < Steps; i++)
            rates[i] = First * Math.Pow(Last / First, (double)i / (Steps - 1));
        var runs = new List<(double Start, double[] Losses)>();
        for (var run = 0; run < Runs; run++)
        {
            cancellation.ThrowIfCancellationRequested();
            runs.Add(Once(network, loss, train, options, team, rates, options.Seed + (ulong)run));
        }

        var losses = new double[Steps];
        for (var i = 0; i < Steps; i++)
            losses[i] = Middle(runs.Select(run => run.Losses[i]));
        var start = Middle(runs.Select(run => run.Start));
        var smallest = Array.FindIndex(losses, value => value < Fallen * start);
        var exploding = Array.FindIndex(losses, value => !(value <= Exploded * start));
        return new LearningRateRange
        {
            Rates = rates,
            Losses = losses,
            Start = start,
            Smallest = smallest < 0 ? null : rates[smallest],
            Exploding = exploding < 0 ? null : rates[exploding],
            Suggestion = smallest < 0 ? null : rates[Array.FindIndex(losses, value => value <= start - (MostOfTheFall * (start - losses.Min())))],
        };
    }

    private static (double Start, double[] Losses) Once(
        Network network, Loss loss, EncodedTable train, TrainOptions options, WorkerTeam team, double[] rates, ulong seed)
    {
        var weights = network.Initialize(seed);
        var batch = Math.Min(Math.Min(options.BatchSize ?? train.Rows, train.Rows), MostBatch);
        var step = new TrainingStep(network, loss, batch, OptimizerState.OfBatches(options.Optimizer, weights), options, team);
        var order = Shuffle.Permutation(train.Rows, seed);
        var probe = train.Select(order.AsSpan(0, Math.Min(ProbeRows, order.Length)));
        var scorer = new Scorer(network, loss, weights, probe.Rows, team, withLoss: true);
        var answers = new float[probe.Rows * network.OutputCount];
        var start = scorer.Run(probe, answers);
        var losses = new double[rates.Length];
        Array.Fill(losses, double.PositiveInfinity);
        var rows = new int[batch];
        for (int i = 0, next = 0; i < rates.Length; i++)
        {
            for (var j = 0; j < batch; j++)
                rows[j] = order[next++ % order.Length];
            step.Run(train, rows, i + 1, rates[i]);
            var value = scorer.Run(probe, answers);
            if (!double.IsFinite(value) || value > 1e3 * Math.Max(start, 1e-3))
                break;
            losses[i] = value;
        }

        return (start, losses);
    }

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
