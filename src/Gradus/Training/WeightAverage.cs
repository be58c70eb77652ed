using Gradus.Programs;

namespace Gradus;

/// <summary>An average of the weights over training: a ← a + s (w − a), with a share s that the caller gives each time.</summary>
internal sealed class WeightAverage
{
    private readonly ParameterBuffer weights;
    private readonly CompiledProgram program;
    private readonly Slot share;

    public WeightAverage(ParameterBuffer weights, WorkerTeam? team)
    {
        this.weights = weights;
        Values = weights.Similar();
        weights.CopyTo(Values);
        var (w, a) = (Expression.Parameter(1, weights.Length, "w"), Expression.Parameter(1, weights.Length, "a"));
        var taken = Expression.Input(1, 1, "s");
        program = CompiledProgram.Compile([], new ProgramOptions
        {
            Team = team,
            Placements = [weights.PlaceAll(w), Values.PlaceAll(a), Values.PlaceAll(a + (taken * (w - a)))],   // a + s (w − a)
        });
        share = program.SlotOf(taken);
    }

    /// <summary>The average.</summary>
    public ParameterBuffer Values { get; }

    /// <summary>The exponential average after a step: s = 1 − d, with d at most (1 + t) / (10 + t), so that the start is soon
    /// forgotten.</summary>
    /// <param name="decay">d.</param>
    /// <param name="step">t, from 1.</param>
    public void TakeStep(double decay, long step) => Take(1 - Math.Min(decay, (1.0 + step) / (10.0 + step)));

    /// <summary>The mean of the weights at the ends of the last quarter of the epochs; before that, the weights themselves.</summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="epochs">All that there will be.</param>
    /// <returns>Whether it is a mean of several.</returns>
    public bool TakeEpoch(int epoch, int epochs)
    {
        var count = epoch - (int)(epochs * 3L / 4);
        if (count > 1)
            Take(1.0 / count);
        else
            weights.CopyTo(Values);
        return count > 1;
    }

    private void Take(double part)
    {
        share.Span[0] = (float)part;
        program.Run();
    }

    /// <summary>Keeps the average.</summary>
    public void Save(TrainingState state) => state.Keep("average", Values);

    /// <summary>Takes the average back.</summary>
    public void Restore(TrainingState state) => state.Restore("average", Values);
}
