namespace Gradus;

/// <summary>The optimiser's expressions compiled for one flat vector of all parameters.</summary>
internal sealed class OptimizerStep
{
    private readonly Optimizer optimizer;
    private readonly Program program;
    private readonly Expression[] coefficients;
    private readonly double[] values;

    public OptimizerStep(Optimizer optimizer, ParameterBuffer weights, ParameterBuffer gradients, WorkerTeam? team)
    {
        this.optimizer = optimizer;
        Expression Vector(string name) => Expression.Parameter(1, weights.Length, name);
        var (w, g) = (Vector("w"), Vector("g"));
        var states = Enumerable.Range(0, optimizer.StateCount).Select(i => Vector($"s{i}")).ToArray();
        States = [.. states.Select(_ => weights.Similar())];
        values = new double[optimizer.CoefficientCount];
        coefficients = [.. values.Select((_, i) => Expression.Input(1, 1, $"c{i}"))];

        var (next, nextStates) = optimizer.Apply(w, g, states, coefficients);
        var placements = new List<Placement> { weights.PlaceAll(w), gradients.PlaceAll(g), weights.PlaceAll(next) };
        for (var i = 0; i < states.Length; i++)
        {
            placements.Add(States[i].PlaceAll(states[i]));
            placements.Add(States[i].PlaceAll(nextStates[i]));
        }

        program = Program.Compile([], new ProgramOptions { Placements = placements, Team = team });
    }

    /// <summary>The vectors kept from step to step.</summary>
    public IReadOnlyList<ParameterBuffer> States { get; }

    /// <summary>Changes the weights by their gradients.</summary>
    /// <param name="step">From 1.</param>
    /// <param name="learningRate">η of this step.</param>
    public void Run(long step, double learningRate)
    {
        optimizer.Coefficients(step, learningRate, values);
        for (var i = 0; i < values.Length; i++)
            program[coefficients[i]][0] = (float)values[i];
        program.Run((ulong)step);
    }
}
