using System.Globalization;

namespace Gradus;

/// <summary>Watches a training at next to no cost: the loss is compared with what it was at the start four times an epoch, and after
/// epochs 1, 2, 4, 8 … a few rows show which layers do nothing.</summary>
internal sealed class TrainingWatch
{
    private const double Explosion = 3;   // times the loss at the start
    private const int LooksAnEpoch = 4;
    private const int LeastRows = 256;    // the mean of fewer says little
    private const int StalledEpochs = 5;
    private const double Fallen = 0.99;
    private const double NearlyAll = 0.9;

    private readonly Network network;
    private readonly TrainOptions options;
    private readonly WatchSample sample;
    private readonly int rows;
    private readonly int every;
    private readonly List<WatchFinding> findings = [];
    private double start;

    /// <param name="network">The network.</param>
    /// <param name="sample">Rows to look at, with the weights of the start.</param>
    /// <param name="rows">Training rows.</param>
    /// <param name="options">Says what an explosion leads to, and takes findings.</param>
    public TrainingWatch(Network network, WatchSample sample, int rows, TrainOptions options)
    {
        (this.network, this.sample, this.rows, this.options) = (network, sample, rows, options);
        every = Math.Max(LeastRows, (rows + LooksAnEpoch - 1) / LooksAnEpoch);
        start = sample.LossAtStart();
    }

    private double Limit => start + ((Explosion - 1) * Math.Abs(start));   // a loss may be negative

    /// <summary>What has been found, in order.</summary>
    public IReadOnlyList<WatchFinding> Findings => findings;

    /// <summary>Takes a finding.</summary>
    public void Add(WatchFinding finding)
    {
        findings.Add(finding);
        options.OnFinding?.Invoke(finding);
    }

    /// <summary>Whether the mean loss of an epoch's rows so far is above 3 times that of the start: at each quarter of the epoch.
    /// </summary>
    /// <param name="before">Rows of the epoch before the step.</param>
    /// <param name="row">Rows after it.</param>
    /// <param name="lossSum">Sum of their losses.</param>
    public bool IsExploding(int before, int row, double lossSum)
    {
        if (before / every == row / every && row < rows)
            return false;
        // L-BFGS takes no step that makes the loss larger, and what it reports has penalties in it.
        return options.Optimizer is not Lbfgs && lossSum > row * Limit;
    }

    /// <summary>Whether the weights at the end of an epoch are those of an explosion: the losses of its batches are from before their steps,
    /// and tell nothing of the last ones. For training that would keep these weights, or go back to them.</summary>
    /// <param name="measured">The loss of these weights on other rows, which says at once when all is well; null if there is none.</param>
    /// <param name="loss">The loss on the sample; 0 if it was not measured.</param>
    public bool HasExploded(double? measured, out double loss)
    {
        loss = 0;
        if (options.OnExplosion == ExplosionPolicy.Warn || options.Optimizer is Lbfgs || measured <= Limit)
            return false;
        loss = sample.Loss();
        return loss > Limit || !double.IsFinite(loss);
    }

    /// <summary>Says that the loss has exploded.</summary>
    public WatchFinding Exploded(int epoch, long step, double loss, double learningRate) => new(WatchKind.Explosion, epoch, step, null,
        $"The loss rose to {Figure(loss)} in epoch {epoch}, step {step}, at learning rate {Figure(learningRate)}; at the start it was {Figure(start)}, and more than {Explosion} times that is an explosion.",
        $"Lower the learning rate, to {Figure(learningRate / 10)} say" + (options.OnExplosion == ExplosionPolicy.Warn ? ", or have it lowered with --on-explosion reduce." : "."));

    /// <summary>Says that the loss or a weight is not finite.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="step">Its step.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="learningRate">η of the step.</param>
    /// <param name="origin">Where the first such number arose; null if that was not found.</param>
    public static WatchFinding NotFinite(int epoch, long step, double loss, double learningRate, string? origin) => new(
        WatchKind.NonFinite, epoch, step, origin,
        FormattableString.Invariant($"The loss became {loss} in epoch {epoch}, step {step}, at learning rate {learningRate:G6}.")
            + (origin is null ? "" : $" The first number that is not finite arose in {origin}."),
        FormattableString.Invariant($"Lower the learning rate, to {learningRate / 10:G6} say."));

    /// <summary>Looks at an epoch that is done.</summary>
    /// <param name="reports">It and those before.</param>
    /// <param name="step">Its last step.</param>
    public void TakeEpoch(IReadOnlyList<EpochReport> reports, long step)
    {
        if (int.IsPow2(reports.Count))
            LookAtLayers(reports.Count, step);
        if (reports.Count == StalledEpochs)
            LookForProgress(reports, step);
    }

    /// <summary>Keeps what was found, and the loss of the start.</summary>
    public void Save(TrainingState state)
    {
        state.Findings = [.. findings];
        if (double.IsFinite(start))
            state.Numbers["watch.start"] = start;
    }

    /// <summary>Takes it back.</summary>
    public void Restore(TrainingState state)
    {
        findings.AddRange(state.Findings);
        start = state.Numbers.GetValueOrDefault("watch.start", double.NaN);
    }

    private void LookAtLayers(int epoch, long step)
    {
        foreach (var (index, units, states) in sample.Look(network))
        {
            var isDead = states.Constant >= NearlyAll * units;
            if (!isDead && states.Saturated < NearlyAll * units)
                continue;
            var (kind, layer) = (isDead ? WatchKind.DeadLayer : WatchKind.SaturatedLayer, DivergenceOrigin.NameOf(network, index));
            if (!findings.Any(finding => finding.Kind == kind && finding.Layer == layer))
            {
                Add(isDead
                    ? new(kind, epoch, step, layer, $"After epoch {epoch}, {states.Constant} of {units} units of {layer} give the same number for all of {sample.Rows} training rows.",
                        "They are dead: no gradient passes them. Lower the learning rate, scale the inputs (--preprocess standard), or take leaky-relu (--activation leaky-relu).")
                    : new(kind, epoch, step, layer, $"After epoch {epoch}, {states.Saturated} of {units} units of {layer} are at a limit of their activation on 95 % of {sample.Rows} training rows.",
                        "Next to no gradient passes them: lower the learning rate, scale the inputs (--preprocess standard), or take relu (--activation relu)."));
            }

            if (isDead)
                return;   // the layers behind a dead one have nothing to tell apart
        }
    }

    // A loss that stays where it is has converged, unless the answers are no better than their own mean.
    private void LookForProgress(IReadOnlyList<EpochReport> reports, long step)
    {
        var (first, least) = (reports[0].Loss, reports.Skip(1).Min(report => report.Loss));
        if (options.Optimizer is Lbfgs || least > Limit || first - least >= (1 - Fallen) * Math.Abs(first))
            return;   // a loss that has exploded is said to have
        var (own, ofMean) = sample.CompareWithMean(network.OutputCount);
        if (ofMean - own >= (1 - Fallen) * Math.Abs(ofMean))
            return;
        Add(new(WatchKind.StalledLoss, reports.Count, step, null,
            $"The loss was {Figure(first)} in epoch 1 and {Figure(least)} at best in the {StalledEpochs - 1} after it, and the answers are no better than their mean.",
            "Nothing has been learnt: look for a better learning rate and for faults of the data with 'gradus check'."));
    }

    private static string Figure(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
