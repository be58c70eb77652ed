using Gradus.Programs;

namespace Gradus.Tests.Optimizers;

/// <summary>An optimiser compiled for the flat vector of all parameters, with gradients that the test writes.</summary>
internal sealed class OptimizerRun
{
    private readonly OptimizerState state;
    private readonly CompiledProgram program;
    private readonly Slot[] coefficients;

    public OptimizerRun(ElementwiseOptimizer optimizer, ParameterBuffer weights, ParameterBuffer gradients, WorkerTeam? team = null)
    {
        state = new OptimizerState(optimizer, weights);
        var g = Expression.Parameter(1, weights.Length, "g");
        program = CompiledProgram.Compile([], new ProgramOptions { Placements = [gradients.PlaceAll(g), .. state.UpdateOfAll(g)], Team = team });
        coefficients = Array.ConvertAll(state.Coefficients, program.SlotOf);
    }

    public IReadOnlyList<ParameterBuffer> States => state.States;

    public void Run(long step, double learningRate)
    {
        state.Prepare(coefficients, step, learningRate);
        program.Run((ulong)step);
    }
}
