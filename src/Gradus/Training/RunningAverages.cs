using Gradus.Programs;

namespace Gradus;

/// <summary>Moves the running averages of batch normalisation to what weights that are themselves an average need: one pass over
/// training rows, forward only (Izmailov et al. 2018, section 3.2).</summary>
internal sealed class RunningAverages
{
    private readonly CompiledProgram program;
    private readonly Slot input;

    public RunningAverages(Network network, ParameterBuffer values, int batch, TrainOptions options, WorkerTeam? team)
    {
        program = CompiledProgram.Compile([], new ProgramOptions
        {
            Batch = batch,
            Seed = options.Seed,
            Team = team,
            Placements = [.. values.PlaceEach(), .. network.ForTraining(options.Freeze).Averages.Select(each => values.Place(each.Next, each.Average))],
        });
        input = program.SlotOf(network.Input);
    }

    /// <param name="table">The rows.</param>
    /// <param name="order">Their order; a last batch that is not full is left out.</param>
    /// <param name="step">Number of the run, for what layers draw.</param>
    public void Run(EncodedTable table, ReadOnlySpan<int> order, long step)
    {
        for (var first = 0; first + program.Batch <= order.Length; first += program.Batch)
        {
            table.Inputs.Gather(order.Slice(first, program.Batch), input.Span);
            program.Run((ulong)step);
        }
    }
}
