using Gradus.Programs;
using static Gradus.Functions;

namespace Gradus;

/// <summary>A step of training compiled for one batch size: the losses of the rows, the gradient of their mean, and the
/// optimiser's step.</summary>
/// <remarks>The optimiser's step is elementwise. For a small network it is one loop over the flat vector of all parameters,
/// after the gradients. For a large one it is part of each gradient's epilogue: a gradient is used while it is in cache and
/// is never written to memory, unless the norm of all gradients is needed first. Both give the same
/// bits, but for the last digits of that norm, which is a total.</remarks>
internal sealed class TrainingStep
{
    /// <summary>Parameters from which the step joins the gradients: gradient, weight and moments no longer fit in a second
    /// cache level of 1 MB.</summary>
    private const int FusedFrom = 1 << 16;

    private readonly Network network;
    private readonly TrainingObjective objective;
    private readonly ProgramOptions settings;
    private readonly OptimizerState optimizer;
    private readonly CompiledProgram gradient;
    private readonly CompiledProgram? update;
    private readonly CompiledProgram? constraint;
    private readonly GatherInstruction gather;
    private readonly Slot input;
    private readonly Slot target;
    private readonly Slot rowLosses;
    private readonly Slot? rowWeights;
    private readonly Slot[] coefficients;
    private readonly Slot? computedScale;   // what clipping by norm multiplies gradients by
    private readonly Slot? usedScale;

    /// <param name="network">The network.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="batch">Rows.</param>
    /// <param name="optimizer">Takes the step.</param>
    /// <param name="options">Regularisation and seed.</param>
    /// <param name="team">Threads.</param>
    /// <param name="classWeights">For each target (classes × 1): what the loss of a row of each class is multiplied by; null for 1.</param>
    /// <param name="hasRowWeights">Whether <see cref="Weigh"/> is called before each step.</param>
    public TrainingStep(
        Network network, Loss loss, int batch, OptimizerState optimizer, TrainOptions options, WorkerTeam? team,
        IReadOnlyList<double[,]?>? classWeights = null, bool hasRowWeights = false)
    {
        (this.network, this.optimizer) = (network, optimizer);
        objective = new TrainingObjective(network, loss, options, classWeights, hasRowWeights);
        var (weights, losses, trained, of) = (optimizer.Weights, objective.Losses, objective.Trained, objective.Gradients);
        settings = new ProgramOptions { Batch = batch, Seed = options.Seed, Team = team };
        var averages = objective.Averages.Select(each => weights.Place(each.Next, each.Average));

        // The last layer's gradient comes first, as backpropagation goes: what a layer needs is then not kept for long.
        var backwards = Enumerable.Range(0, of.Count).Reverse();
        Expression[] clipped = [.. of.Select(each => Regularization.Clip(each, options))];
        var scale = options.ClipNorm is { } most ? Regularization.Scale(clipped.Select(g => Total(Square(g))), most) : null;
        if (weights.Length >= FusedFrom)
        {
            if (scale is not null)
                clipped = Array.ConvertAll(clipped, g => scale * g);
            var placements = backwards.SelectMany(i => optimizer.UpdateOf(trained[i], clipped[i]));
            gradient = CompiledProgram.Compile([losses], settings with
            {
                Placements = [.. Enumerable.Range(0, weights.Parameters.Count).Except(trained).Select(i => weights.Place(weights.Parameters[i], weights.Parameters[i])), .. placements, .. averages],
            });
        }
        else
        {
            var gradients = weights.Similar();
            gradient = CompiledProgram.Compile(scale is null ? [losses] : [losses, scale], settings with
            {
                Placements = [.. weights.PlaceEach(), .. backwards.Select(i => gradients.Place(clipped[i], weights.Parameters[trained[i]])), .. averages],
            });
            var g = Expression.Parameter(1, weights.Length, "g");
            var factor = Expression.Input(1, 1, "c / max(‖g‖, c)");
            update = CompiledProgram.Compile([], settings with
            {
                Placements = [gradients.PlaceAll(g), .. optimizer.UpdateOfAll(scale is null ? g : factor * g)],
            });
            if (scale is not null)
                (computedScale, usedScale) = (gradient.SlotOf(scale), update.SlotOf(factor));
        }

        if (options.MaxNorm is { } bound)
            constraint = CompiledProgram.Compile([], settings with { Placements = [.. Regularization.MaxNorm(network, weights, options, bound)] });
        (input, target, rowLosses) = (gradient.SlotOf(network.Input), gradient.SlotOf(objective.Targets), gradient.SlotOf(losses));
        gather = new GatherInstruction(batch, network.InputCount, input);
        rowWeights = objective.RowWeights is null ? null : gradient.SlotOf(objective.RowWeights);
        coefficients = Array.ConvertAll(optimizer.Coefficients, (update ?? gradient).SlotOf);
    }

    /// <summary>Says what the losses of the next step's rows are multiplied by.</summary>
    /// <param name="all">A number for each row of the table.</param>
    /// <param name="rows">The rows of the batch.</param>
    public void Weigh(ReadOnlySpan<float> all, ReadOnlySpan<int> rows)
    {
        if (rowWeights is not { } slot)
            return;
        var own = slot.Span;
        for (var i = 0; i < rows.Length; i++)
            own[i] = all[rows[i]];
    }

    /// <summary>Takes a step.</summary>
    /// <param name="table">Features and targets.</param>
    /// <param name="rows">The rows of the batch.</param>
    /// <param name="step">From 1.</param>
    /// <param name="learningRate">η of this step.</param>
    /// <returns>Sum of the losses of the rows before the step.</returns>
    public double Run(EncodedTable table, ReadOnlySpan<int> rows, long step, double learningRate)
    {
        gather.Run(table.Inputs, rows, gradient.TeamOfNextRun);
        table.GatherTargets(rows, target.Span);
        return Run(step, learningRate);
    }

    /// <summary>Takes a step on the next batch of changed pictures.</summary>
    /// <returns>Sum of the losses of the rows before the step.</returns>
    public double Run(AugmentedBatches batches, long step, double learningRate)
    {
        batches.Take(input.Span, target.Span);
        return Run(step, learningRate);
    }

    /// <summary>Where the first number that is not finite arose in the step just taken; null if it is not in what the loss and its
    /// gradient need.</summary>
    /// <param name="step">Its number.</param>
    /// <param name="before">The parameters before it.</param>
    public string? FindOrigin(long step, ParameterBuffer before) =>
        DivergenceOrigin.Find(network, objective, before, input.Span, target.Span, rowWeights is { } own ? own.Span : [], settings, step);

    private double Run(long step, double learningRate)
    {
        optimizer.Prepare(coefficients, step, learningRate);
        gradient.Run((ulong)step);
        var sum = 0.0;
        foreach (var value in rowLosses.Span)
            sum += value;
        if (computedScale is { } computed && usedScale is { } used)
            used.Span[0] = computed.Span[0];
        update?.Run((ulong)step);
        constraint?.Run((ulong)step);
        return sum;
    }
}
