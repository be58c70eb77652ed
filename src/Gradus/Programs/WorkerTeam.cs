using Gradus.Programs;

namespace Gradus;

/// <summary>Threads that run the parts of an instruction together. Which thread runs which part is left to chance; what a
/// part computes is not, so results do not depend on the number of threads.</summary>
/// <remarks>A waiting worker spins for some tens of microseconds, the length of the gaps within a training step, and then
/// sleeps. A team serves one caller at a time.</remarks>
public sealed class WorkerTeam : IDisposable
{
    // A ticket is (generation << 32) | next part. Taking a part is a compare-and-swap of the whole ticket, so a worker that
    // was delayed since an earlier generation cannot take a part of a later one.
    private const int Spins = 2_000;

    private readonly Worker[] workers;
    private long ticket = Closed(0);
    private volatile Instruction? current;
    private int completed;
    private volatile bool stopping;
    private Exception? failure;

    /// <summary>Starts <paramref name="threads"/> − 1 background threads; the caller is the remaining one.</summary>
    /// <param name="threads">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1.</exception>
    public WorkerTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        workers = new Worker[threads - 1];
        for (var i = 0; i < workers.Length; i++)
            workers[i] = new Worker(this, i + 1);
    }

    /// <summary>Number of threads, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>Ends the background threads.</summary>
    public void Dispose()
    {
        if (stopping)
            return;
        stopping = true;
        foreach (var worker in workers)
            worker.Dispose();
    }

    /// <summary>Runs every part of an instruction and returns when all are done.</summary>
    internal void Run(Instruction instruction)
    {
        ObjectDisposedException.ThrowIf(stopping, this);
        var generation = (uint)(Volatile.Read(ref ticket) >> 32) + 1;
        current = instruction;
        completed = 0;
        Interlocked.Exchange(ref ticket, (long)generation << 32);
        foreach (var worker in workers)
            worker.Wake();
        Work(0);
        var spin = new SpinWait();
        while (Volatile.Read(ref completed) < instruction.Parts)
            spin.SpinOnce(sleep1Threshold: -1);
        Interlocked.Exchange(ref ticket, Closed(generation));
        if (failure is { } exception)
        {
            failure = null;
            throw new InvalidOperationException(exception.Message, exception);
        }
    }

    private static long Closed(uint generation) => ((long)generation << 32) | int.MaxValue;

    private bool HasWork()
    {
        var seen = Volatile.Read(ref ticket);
        return (int)seen != int.MaxValue && current is { } instruction && (int)seen < instruction.Parts;
    }

    private void Work(int worker)
    {
        while (true)
        {
            var seen = Volatile.Read(ref ticket);
            var part = (int)seen;
            if (part == int.MaxValue || current is not { } instruction || part >= instruction.Parts)
                return;
            if (Interlocked.CompareExchange(ref ticket, seen + 1, seen) != seen)
                continue;
            try
            {
                instruction.Run(part, worker);
            }
#pragma warning disable CA1031 // Whatever a worker meets is thrown again on the caller's thread.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
            }

            Interlocked.Increment(ref completed);
        }
    }

    private sealed class Worker : IDisposable
    {
        private readonly WorkerTeam team;
        private readonly AutoResetEvent wake = new(false);
        private readonly Thread thread;
        private int asleep;

        public Worker(WorkerTeam team, int index)
        {
            this.team = team;
            thread = new Thread(() => Loop(index)) { IsBackground = true, Name = $"Gradus worker {index}" };
            thread.Start();
        }

        public void Wake()
        {
            if (Volatile.Read(ref asleep) == 1)
                wake.Set();
        }

        public void Dispose()
        {
            wake.Set();
            thread.Join();
            wake.Dispose();
        }

        private void Loop(int index)
        {
            while (!team.stopping)
            {
                var idle = 0;
                while (!team.HasWork() && idle++ < Spins && !team.stopping)
                    Thread.SpinWait(10);
                if (!team.HasWork() && !team.stopping)
                {
                    Interlocked.Exchange(ref asleep, 1);
                    if (!team.HasWork() && !team.stopping)
                        wake.WaitOne();
                    Interlocked.Exchange(ref asleep, 0);
                }

                team.Work(index);
            }
        }
    }
}
