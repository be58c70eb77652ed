namespace Gradus;

/// <summary>The runs of an experiment at one value of the varied setting.</summary>
/// <param name="X">The value.</param>
/// <param name="Runs">One a seed, at least one.</param>
public sealed record ExperimentPoint(string X, IReadOnlyList<ExperimentRun> Runs)
{
    /// <summary>Runs whose loss became NaN or infinite; they count in no mean.</summary>
    public int Diverged => Runs.Count(run => run.Diverged);

    /// <summary>Mean and deviation of the error of the training rows; null if all runs diverged.</summary>
    public MeanDeviation? TrainError => MeanDeviation.Of(Runs.Select(run => run.TrainError));

    /// <summary>Mean and deviation of the error of the test rows; null if all runs diverged.</summary>
    public MeanDeviation? TestError => MeanDeviation.Of(Runs.Select(run => run.TestError));

    /// <summary>Seconds of an epoch: the fastest run, for what else the machine does only adds; null if no run completed one.</summary>
    public double? SecondsPerEpoch => Fastest(run => run.SecondsPerEpoch);

    /// <summary>Microseconds of an update, likewise.</summary>
    public double? MicrosecondsPerUpdate => Fastest(run => run.MicrosecondsPerUpdate);

    /// <summary>Mean training loss of each epoch that every run completed; runs that diverged do not count, unless all did.</summary>
    public IReadOnlyList<double> Losses
    {
        get
        {
            var counted = Runs.Where(run => run.Diverged == (Diverged == Runs.Count)).ToArray();
            return [.. Enumerable.Range(0, counted.Min(run => run.Losses.Count)).Select(epoch => counted.Average(run => run.Losses[epoch]))];
        }
    }

    private double? Fastest(Func<ExperimentRun, double> time) =>
        Runs.Select(time).Where(value => value > 0).Order().Select(value => (double?)value).FirstOrDefault();
}
