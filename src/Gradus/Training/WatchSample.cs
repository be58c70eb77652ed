using Gradus.Programs;

namespace Gradus;

/// <summary>A few training rows, the same throughout, on which the watch looks at what a network gives: programs that run forward only.
/// </summary>
internal sealed class WatchSample
{
    private const int MostRows = 256;
    private const int LeastRows = 32;
    private const int MostNumbers = 1 << 24;   // that layers give, which are all kept: 64 MB

    private readonly EncodedTable training;
    private readonly float[] rowWeights;
    private readonly int[] rows;
    private readonly CompiledProgram forward;
    private readonly Slot output;
    private readonly Slot outputInTraining;
    private readonly (int Layer, Slot Values, int Units)[] hidden;
    private readonly CompiledProgram losses;   // of any outputs
    private readonly Slot given;
    private readonly Slot targets;
    private readonly Slot rowLosses;

    /// <param name="network">The network.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="weights">The parameters, read at each look.</param>
    /// <param name="training">All training rows.</param>
    /// <param name="options">Label smoothing and seed.</param>
    /// <param name="team">Threads.</param>
    /// <param name="classWeights">As for <see cref="TrainingStep"/>.</param>
    /// <param name="rowWeights">What the loss of each row is multiplied by; empty for 1.</param>
    public WatchSample(
        Network network, Loss loss, ParameterBuffer weights, EncodedTable training, TrainOptions options, WorkerTeam? team,
        IReadOnlyList<double[,]?>? classWeights, float[] rowWeights)
    {
        (this.training, this.rowWeights) = (training, rowWeights);
        int[] layers = [.. Enumerable.Range(0, network.Layers.Count - 1).Where(i => network.Layers[i] is Dense or MemberDense or Residual or BatchNormalization or LayerNormalization)];
        var numbers = layers.Sum(i => (long)network.LayerOutputs[i].Shape.Rows.Factor * network.LayerOutputs[i].Shape.Columns.Size);
        var count = (int)Math.Clamp(MostNumbers / Math.Max(1, numbers), LeastRows, MostRows);
        count = Math.Min(count, training.Rows);
        rows = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * training.Rows / count))];   // spread over all
        var settings = new ProgramOptions { Batch = count, Seed = options.Seed, Team = team };
        forward = CompiledProgram.Compile(
            [.. layers.Select(i => network.LayerOutputs[i]), network.Output, network.TrainingOutput], settings with { Placements = [.. weights.PlaceEach()] });
        (output, outputInTraining) = (forward.SlotOf(network.Output), forward.SlotOf(network.TrainingOutput));
        hidden = [.. layers.Select(i => (i, forward.SlotOf(network.LayerOutputs[i]), network.LayerOutputs[i].Shape.Columns.Size))];
        training.Inputs.Gather(rows, forward[network.Input]);

        var (y, d) = (Expression.Input(network.Output.Shape.Rows, network.Output.Shape.Columns, "Y"), TrainingObjective.TargetOf(network, loss));
        var each = loss.OfRows(y, d, options.LabelSmoothing, classWeights);
        losses = CompiledProgram.Compile([each], settings);
        (given, targets, rowLosses) = (losses.SlotOf(y), losses.SlotOf(d), losses.SlotOf(each));
    }

    /// <summary>Number of rows.</summary>
    public int Rows => rows.Length;

    /// <summary>What the loss is before training: that of the network on these rows, or that of the output 0 on all rows if it is
    /// larger, for a few rows may lack the targets that are far away.</summary>
    public double LossAtStart()
    {
        var own = Loss();
        given.Span.Clear();
        var (sum, some) = (0.0, new int[rows.Length]);
        for (var first = 0; first < training.Rows; first += rows.Length)
        {
            var count = Math.Min(rows.Length, training.Rows - first);
            for (var i = 0; i < rows.Length; i++)
                some[i] = first + Math.Min(i, count - 1);
            sum += count * MeanLoss(some, count);
        }

        return Math.Max(own, sum / training.Rows);   // NaN if the network's is
    }

    /// <summary>The loss of the network on these rows now, as in training.</summary>
    public double Loss()
    {
        forward.Run();
        outputInTraining.Span.CopyTo(given.Span);
        return MeanLoss(rows);
    }

    /// <summary>What the hidden layers give now: for each its index, its number of units and how many do nothing. Empty where the
    /// rows do not differ.</summary>
    public IEnumerable<(int Layer, int Units, UnitStates States)> Look(Network network)
    {
        forward.Run();
        if (UnitStates.Of(forward[network.Input], network.InputCount, null).Constant == network.InputCount)
            yield break;
        foreach (var (layer, values, units) in hidden)
            yield return (layer, units, UnitStates.Of(values.Span, units, DivergenceOrigin.ActivationOf(network.Layers[layer])));
    }

    /// <summary>The loss of the network's outputs, and that of their mean in place of each.</summary>
    public (double Own, double OfMean) CompareWithMean(int outputs)
    {
        forward.Run();
        output.Span.CopyTo(given.Span);
        var own = MeanLoss(rows);
        var means = new double[outputs];
        for (var i = 0; i < output.Span.Length; i++)
            means[i % outputs] += output.Span[i];
        for (var i = 0; i < given.Span.Length; i++)
            given.Span[i] = (float)(means[i % outputs] * outputs / given.Span.Length);
        return (own, MeanLoss(rows));
    }

    // Of the first rows that are named, with the outputs as given.
    private double MeanLoss(int[] some, int? count = null)
    {
        training.GatherTargets(some, targets.Span);
        losses.Run();
        var sum = 0.0;
        for (var i = 0; i < (count ?? some.Length); i++)
            sum += rowWeights.Length == 0 ? rowLosses.Span[i] : rowWeights[some[i]] * rowLosses.Span[i];
        return sum / (count ?? some.Length);
    }
}
