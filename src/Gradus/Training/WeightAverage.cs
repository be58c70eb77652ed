using Gradus.Programs;

namespace Gradus;

/// <summary>The running average of the weights: a ← d a + (1 − d) w after each step t, with d at most (1 + t) / (10 + t), so that
/// the start is soon forgotten.</summary>
internal sealed class WeightAverage
{
    private readonly double decay;
    private readonly CompiledProgram program;
    private readonly Slot share;

    public WeightAverage(ParameterBuffer weights, double decay, WorkerTeam? team)
    {
        this.decay = decay;
        Values = weights.Similar();
        weights.CopyTo(Values);
        var (w, a) = (Expression.Parameter(1, weights.Length, "w"), Expression.Parameter(1, weights.Length, "a"));
        var taken = Expression.Input(1, 1, "1 − d");
        program = CompiledProgram.Compile([], new ProgramOptions
        {
            Team = team,
            Placements = [weights.PlaceAll(w), Values.PlaceAll(a), Values.PlaceAll(a + (taken * (w - a)))],   // a + (1 − d)(w − a)
        });
        share = program.SlotOf(taken);
    }

    /// <summary>The average.</summary>
    public ParameterBuffer Values { get; }

    /// <param name="step">From 1.</param>
    public void Take(long step)
    {
        share.Span[0] = (float)(1 - Math.Min(decay, (1.0 + step) / (10.0 + step)));
        program.Run();
    }

    /// <summary>Keeps the average.</summary>
    public void Save(TrainingState state) => state.Keep("ema", Values);

    /// <summary>Takes the average back.</summary>
    public void Restore(TrainingState state) => state.Restore("ema", Values);
}
