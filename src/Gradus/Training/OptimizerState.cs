using Gradus.Programs;

namespace Gradus;

/// <summary>An optimiser at work on the parameters of a network: the vectors that it keeps, and the numbers of a step.
/// </summary>
internal sealed class OptimizerState
{
    private readonly double[] values;

    public OptimizerState(Optimizer optimizer, ParameterBuffer weights)
    {
        Optimizer = optimizer;
        Weights = weights;
        States = [.. Enumerable.Range(0, optimizer.StateCount).Select(_ => weights.Similar())];
        values = new double[optimizer.CoefficientCount];
        Coefficients = [.. values.Select((_, i) => Expression.Input(1, 1, FormattableString.Invariant($"c{i}")))];
    }

    public Optimizer Optimizer { get; }

    public ParameterBuffer Weights { get; }

    /// <summary>The vectors kept from step to step.</summary>
    public IReadOnlyList<ParameterBuffer> States { get; }

    /// <summary>The inputs of a program that take the numbers of a step.</summary>
    public Expression[] Coefficients { get; }

    /// <summary>Builds the step for one parameter, or for the flat vector of all of them.</summary>
    /// <param name="w">The parameters.</param>
    /// <param name="g">Their gradient.</param>
    /// <param name="place">Where a value lies in a buffer: the parameter's place, or all of it.</param>
    /// <returns>The placements that make a program take the step.</returns>
    public IEnumerable<Placement> Update(Expression w, Expression g, Func<ParameterBuffer, Expression, Placement> place)
    {
        var (rows, columns) = (w.Shape.Rows.Size, w.Shape.Columns.Size);
        var states = States.Select((_, i) => Expression.Parameter(rows, columns, FormattableString.Invariant($"s{i}"))).ToArray();
        var (next, nextStates) = Optimizer.Apply(w, g, states, Coefficients);
        yield return place(Weights, w);
        yield return place(Weights, next);
        for (var i = 0; i < states.Length; i++)
        {
            yield return place(States[i], states[i]);
            yield return place(States[i], nextStates[i]);
        }
    }

    /// <summary>Puts the numbers of a step where a program reads them.</summary>
    /// <param name="places">Where <see cref="Coefficients"/> lie in the program.</param>
    /// <param name="step">From 1.</param>
    /// <param name="learningRate">η of this step.</param>
    public void Prepare(Slot[] places, long step, double learningRate)
    {
        Optimizer.Coefficients(step, learningRate, values);
        for (var i = 0; i < values.Length; i++)
            places[i].Span[0] = (float)values[i];
    }
}
