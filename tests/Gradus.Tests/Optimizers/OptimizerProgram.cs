namespace Gradus.Tests.Optimizers;

/// <summary>An optimiser's step on the flat vector of all parameters, as a program of its own.</summary>
internal sealed class OptimizerProgram
{
    private readonly OptimizerState state;
    private readonly Program program;
    private readonly Gradus.Programs.Slot[] places;

    public OptimizerProgram(Optimizer optimizer, ParameterBuffer weights, ParameterBuffer gradients, WorkerTeam? team)
    {
        state = new OptimizerState(optimizer, weights);
        var g = Expression.Parameter(1, weights.Length);
        program = Program.Compile([], new ProgramOptions
        {
            Team = team,
            Placements = [gradients.PlaceAll(g), .. state.UpdateOfAll(g)],
        });
        places = Array.ConvertAll(state.Coefficients, program.SlotOf);
    }

    public void Run(long step, double learningRate)
    {
        state.Prepare(places, step, learningRate);
        program.Run((ulong)step);
    }
}
