using System.Runtime.ExceptionServices;

namespace Gradus;

/// <summary>Runs the trials of a search: as many at a time as there are workers, each on a thread of its own.</summary>
public sealed class SearchRunner
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private readonly SearchPlan plan;
    private readonly Study study;
    private readonly SearchObjective objective;
    private readonly object ends = new();
    private int endings;   // of trials, here
    private ExceptionDispatchInfo? failure;

    /// <summary>Makes a runner; <see cref="Run"/> does the work.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="study">Holds the trials.</param>
    /// <param name="objective">Runs one; called from several threads.</param>
    public SearchRunner(SearchPlan plan, Study study, SearchObjective objective)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(objective);
        (this.plan, this.study, this.objective) = (plan, study, objective);
    }

    /// <summary>Runs trials until all are done, those of other processes included, the time is over, or the caller cancels. Trials that
    /// have not ended are given back: the next run takes them up.</summary>
    /// <param name="progress">Hears of each trial that ends here, from the workers' threads.</param>
    /// <param name="cancellation">Ends after the current batches.</param>
    /// <exception cref="GradusException">A trial cannot be trained, or the study cannot be reached.</exception>
    public void Run(IProgress<StudyTrial>? progress = null, CancellationToken cancellation = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var limit = plan.Limit is { } time ? new CancellationTokenSource(time, plan.Time) : new CancellationTokenSource();
        using var ended = limit.Token.Register(stop.Cancel);
        using var done = new ManualResetEventSlim();
        void Guarded(Action work)
        {
            try
            {
                work();
            }
#pragma warning disable CA1031 // Whatever a worker meets is thrown again on the caller's thread.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
                stop.Cancel();
            }
        }

        var heart = Start("Gradus heartbeat", () => Guarded(() =>
        {
            while (!done.Wait(Study.HeartBeat))
                study.Beat();
        }));
        var workers = plan.Workers ?? Environment.ProcessorCount;
        var others = Enumerable.Range(2, workers - 1).Select(i => Start(FormattableString.Invariant($"Gradus search {i}"), () => Guarded(() => Work(progress, stop.Token)))).ToArray();
        Guarded(() => Work(progress, stop.Token));
        foreach (var other in others)
            other.Join();
        done.Set();
        heart.Join();
        failure?.Throw();
    }

    private static Thread Start(string name, Action work)
    {
        var thread = new Thread(() => work()) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    private void Work(IProgress<StudyTrial>? progress, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var seen = Volatile.Read(ref endings);
            if (study.Take(plan.Trials, plan.Draw) is not { } trial)
            {
                if (study.Trials.Count >= plan.Trials && study.OthersAreDone)
                    return;
                AwaitEnd(seen);   // of a trial that the next is drawn from; or of another process' last one, which may die at it
                continue;
            }

            var rungs = plan.RungsOf(trial);
            TrialResult? result = null;
            try
            {
                result = objective(trial, (epoch, value) => GoesOn(trial, rungs, epoch, value), cancellation);
            }
            finally
            {
                if (result is null)
                    study.End(trial, new TrialResult(TrialState.Waiting, null, 0, 0, 0, new Dictionary<string, double>()));
            }

            if (study.End(trial, result) && result.State != TrialState.Waiting)
                progress?.Report(study.Trials[trial.Number - 1]);
            lock (ends)
            {
                endings++;
                Monitor.PulseAll(ends);
            }
        }
    }

    private void AwaitEnd(int seen)
    {
        lock (ends)
        {
            if (endings == seen)
                Monitor.Wait(ends, Poll);
        }
    }

    // Algorithm 2 of Li et al.: among the best ⌊n/η⌋ of the n that have reached the rung, or the best of all while n < η.
    private bool GoesOn(StudyTrial trial, IReadOnlyList<int> rungs, int epoch, double value)
    {
        if (plan.Halving is not { } factor || !rungs.Contains(epoch))
            return true;
        if (study.Reach(trial, epoch, value, plan.LastKnown(trial.Number)) is not { } reached)
            return false;   // taken over by another worker
        return plan.RunsToItsEnd(trial) || reached.Count(other => other < value) < Math.Max(1, reached.Count / factor);
    }
}
