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
        States = [.. Enumerable.Range(0, optimizer.StateCount).Select(_ => new ParameterBuffer([.. weights.Parameters.Select(Like)]))];
        values = new double[optimizer.CoefficientCount];
        Coefficients = [.. values.Select((_, i) => Expression.Input(1, 1, FormattableString.Invariant($"c{i}")))];
    }

    public Optimizer Optimizer { get; }

    public ParameterBuffer Weights { get; }

    /// <summary>The vectors kept from step to step, each with parameters of its own for the program to read.</summary>
    public IReadOnlyList<ParameterBuffer> States { get; }

    /// <summary>The inputs of a program that take the numbers of a step.</summary>
    public Expression[] Coefficients { get; }

    /// <summary>The placements that make a program take the step for one parameter.</summary>
    /// <param name="index">Which parameter of <see cref="Weights"/>.</param>
    /// <param name="gradient">Its gradient.</param>
    public IEnumerable<Placement> UpdateOf(int index, Expression gradient)
    {
        var w = Weights.Parameters[index];
        return Update(w, gradient, [.. States.Select(state => state.Parameters[index])],
            (buffer, value) => buffer.Place(value, buffer.Parameters[index]));
    }

    /// <summary>The placements that make a program take the step for the flat vector of all parameters.</summary>
    /// <param name="gradient">The flat gradient.</param>
    public IEnumerable<Placement> UpdateOfAll(Expression gradient)
    {
        var w = Like(gradient);
        return Update(w, gradient, [.. States.Select(_ => Like(gradient))], (buffer, value) => buffer.PlaceAll(value));
    }

    private IEnumerable<Placement> Update(
        Expression w, Expression g, Expression[] states, Func<ParameterBuffer, Expression, Placement> place)
    {
        var (next, nextStates) = Optimizer.Apply(w, g, states, Coefficients);
        yield return place(Weights, w);
        yield return place(Weights, next);
        for (var i = 0; i < states.Length; i++)
        {
            yield return place(States[i], states[i]);
            yield return place(States[i], nextStates[i]);
        }
    }

    private static Expression Like(Expression parameter) =>
        Expression.Parameter(parameter.Shape.Rows.Size, parameter.Shape.Columns.Size);

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
