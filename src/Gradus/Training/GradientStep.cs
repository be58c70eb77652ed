namespace Gradus;

/// <summary>The loss of a batch and its gradient, compiled for one batch size.</summary>
internal sealed class GradientStep
{
    private readonly Program program;
    private readonly Expression input;
    private readonly Expression target;
    private readonly Expression rowLosses;

    public GradientStep(Network network, Loss loss, int batch, ParameterBuffer weights, ParameterBuffer gradients, ulong seed, WorkerTeam? team)
    {
        input = network.Input;
        target = TargetOf(network, loss);
        rowLosses = loss.OfRows(network.Output, target);
        var of = Gradient.Of(Functions.Mean(rowLosses), [.. weights.Parameters]);
        // The last layer's gradient comes first, as backpropagation goes: what a layer needs is then not kept for long.
        var placements = weights.Parameters.Select((parameter, i) => gradients.Place(of[i], parameter)).Reverse();
        program = Program.Compile([rowLosses], new ProgramOptions
        {
            Batch = batch,
            Seed = seed,
            Team = team,
            Placements = [.. weights.PlaceEach(), .. placements],
        });
    }

    /// <summary>Sum of the losses of the rows, and the gradient of their mean into the gradient buffer.</summary>
    public double Run(FeatureMatrix inputs, EncodedTable table, ReadOnlySpan<int> rows, long step)
    {
        inputs.Gather(rows, program[input]);
        table.GatherTargets(rows, program[target]);
        program.Run((ulong)step);
        var sum = 0.0;
        foreach (var value in program[rowLosses])
            sum += value;
        return sum;
    }

    /// <summary>The target of a loss on a network: a class index for cross-entropy, else one value an output.</summary>
    public static Expression TargetOf(Network network, Loss loss) => Expression.Input(
        Dimension.Batch, loss.ReadOut == ReadOut.Softmax ? 1 : network.OutputCount, "D");
}
