using Gradus.Programs;

namespace Gradus;

/// <summary>An elementwise optimiser at work on the parameters of a network: the vectors that it keeps, and the numbers of a step.
/// </summary>
internal sealed class OptimizerState
{
    private readonly double[] values;
    private readonly Expression? decay;              // ηλ
    private readonly ParameterBuffer? decaying;      // 1 where weight decay works, else 0
    private readonly Func<Expression, bool> isWeight;
    private long stepsBefore;   // those that it has forgotten

    /// <param name="optimizer">The optimiser.</param>
    /// <param name="weights">The parameters that it changes.</param>
    /// <param name="isWeight">Which of them weight decay shrinks; null for all.</param>
    public OptimizerState(ElementwiseOptimizer optimizer, ParameterBuffer weights, Func<Expression, bool>? isWeight = null)
    {
        Optimizer = optimizer;
        Weights = weights;
        States = [.. Enumerable.Range(0, optimizer.StateCount).Select(_ => new ParameterBuffer([.. weights.Parameters.Select(Like)]))];
        this.isWeight = isWeight ?? (_ => true);
        var own = optimizer.CoefficientCount;
        values = new double[optimizer.WeightDecay > 0 ? own + 1 : own];
        Coefficients = [.. values.Select((_, i) => Expression.Input(1, 1, FormattableString.Invariant($"c{i}")))];
        if (optimizer.WeightDecay == 0)
            return;
        decay = Coefficients[own];
        decaying = weights.Similar();
        foreach (var parameter in weights.Parameters.Where(this.isWeight))
            decaying[parameter].Fill(1);
    }

    /// <summary>At work, if the optimiser takes steps of batches.</summary>
    /// <exception cref="GradusException">It is L-BFGS, which searches along a line over all rows.</exception>
    public static OptimizerState OfBatches(Optimizer optimizer, ParameterBuffer weights) => new(
        optimizer as ElementwiseOptimizer ?? throw new GradusException(
            $"This measures steps of batches with a learning rate; '{optimizer.Name}' takes all rows and finds the length of its steps. Take another optimiser, such as adam."),
        weights);

    public ElementwiseOptimizer Optimizer { get; }

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
        return Update(w, decay is not null && isWeight(w) ? w - (decay * w) : w, gradient, [.. States.Select(state => state.Parameters[index])],
            (buffer, value) => buffer.Place(value, buffer.Parameters[index]));
    }

    /// <summary>The placements that make a program take the step for the flat vector of all parameters.</summary>
    /// <param name="gradient">The flat gradient.</param>
    public IEnumerable<Placement> UpdateOfAll(Expression gradient)
    {
        var w = Like(gradient);
        var placements = Enumerable.Empty<Placement>();
        var decayed = w;
        if (decay is not null && decaying is not null)
        {
            var mask = Like(gradient);
            placements = [decaying.PlaceAll(mask)];
            decayed = w - (decay * mask * w);   // w ← w − ηλw
        }

        return placements.Concat(
            Update(w, decayed, gradient, [.. States.Select(_ => Like(gradient))], (buffer, value) => buffer.PlaceAll(value)));
    }

    private IEnumerable<Placement> Update(
        Expression w, Expression decayed, Expression g, Expression[] states, Func<ParameterBuffer, Expression, Placement> place)
    {
        var (next, nextStates) = Optimizer.Apply(decayed, g, states, Coefficients);
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
    /// <param name="step">From 1, of all that training has taken.</param>
    /// <param name="learningRate">η of this step.</param>
    public void Prepare(Slot[] places, long step, double learningRate)
    {
        Optimizer.Coefficients(step - stepsBefore, learningRate, values.AsSpan(0, Optimizer.CoefficientCount));
        if (decay is not null)
            values[^1] = learningRate * Optimizer.WeightDecay;
        for (var i = 0; i < values.Length; i++)
            places[i].Span[0] = (float)values[i];
    }

    /// <summary>Forgets what was kept from step to step: the next step is the first.</summary>
    /// <param name="step">The number of the last step before.</param>
    public void BeginAfter(long step)
    {
        stepsBefore = step;
        foreach (var state in States)
            state.All.Clear();
    }

    /// <summary>Keeps the vectors.</summary>
    public void Save(TrainingState state)
    {
        for (var i = 0; i < States.Count; i++)
            state.Keep(FormattableString.Invariant($"optimizer.{i}"), States[i]);
        state.Numbers["optimizer.stepsBefore"] = stepsBefore;
    }

    /// <summary>Takes the vectors back.</summary>
    public void Restore(TrainingState state)
    {
        for (var i = 0; i < States.Count; i++)
            state.Restore(FormattableString.Invariant($"optimizer.{i}"), States[i]);
        stepsBefore = (long)state.NumberOf("optimizer.stepsBefore");
    }
}
