namespace Gradus;

/// <summary>What an experiment gave.</summary>
/// <param name="Plan">What was asked for.</param>
/// <param name="Task">What was learnt; it says what an error is.</param>
/// <param name="Rows">Training, validation and test rows.</param>
/// <param name="Points">In the order of <see cref="ExperimentPlan.Values"/>.</param>
public sealed record ExperimentResult(
    ExperimentPlan Plan, LearningTask Task, (int Train, int Validation, int Test) Rows, IReadOnlyList<ExperimentPoint> Points)
{
    /// <summary>Whether several networks were trained at the same time, so that times are longer than those of one alone.</summary>
    public bool IsTimedAmongOthers => !Plan.Experiment.IsTimed && Plan.ThreadCount > 1;

    /// <summary>The point of the lowest mean test error; null if all diverged.</summary>
    public ExperimentPoint? Best => Points.Where(point => point.TestError is not null).MinBy(point => point.TestError?.Mean);
}
