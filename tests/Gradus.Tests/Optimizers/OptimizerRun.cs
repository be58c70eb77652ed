namespace Gradus.Tests.Optimizers;

/// <summary>An optimiser compiled for the flat vector of all parameters, with gradients that the test writes.</summary>
internal sealed class OptimizerRun
{
    private readonly OptimizerState state;
    private readonly CompiledProgram program;
    private readonly double[] values;

    public OptimizerRun(Optimizer optimizer, ParameterBuffer weights, ParameterBuffer gradients, WorkerTeam? team = null)
    {
        state = new OptimizerState(optimizer, weights);
        values = new double[optimizer.CoefficientCount];
        var g = Expression.Parameter(1, weights.Length, "g");
        program = CompiledProgram.Compile([], new ProgramOptions { Placements = [gradients.PlaceAll(g), .. state.UpdateOfAll(g)], Team = team });
    }

    public IReadOnlyList<ParameterBuffer> States => state.States;

    public void Run(long step, double learningRate)
    {
        state.Optimizer.Coefficients(step, learningRate, values);
        for (var i = 0; i < values.Length; i++)
            program[state.Coefficients[i]][0] = (float)values[i];
        program.Run((ulong)step);
    }
}
