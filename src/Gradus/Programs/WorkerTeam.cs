using System.Diagnostics;
using Gradus.Programs;

namespace Gradus;

/// <summary>Threads that run the parts of an instruction together. Each begins with a section of its own and then takes what others
/// have left; which thread runs a part changes nothing that it computes, so results do not depend on the number of threads.</summary>
/// <remarks>A waiting worker spins for some tens of microseconds, the length of the gaps within a training step, and then
/// sleeps. A team serves one caller at a time.</remarks>
public sealed class WorkerTeam : IDisposable
{
    /// <summary>Threads at most: more than any machine's cores, and few enough to be started.</summary>
    public const int MaxThreads = 1_024;

    private const int Spins = 2_000;

    private readonly Worker[] workers;
    private readonly Round now;
    private readonly Round ahead;
    private volatile bool stopping;

    /// <summary>Starts <paramref name="threads"/> − 1 background threads; the caller is the remaining one.</summary>
    /// <param name="threads">From 1 to <see cref="MaxThreads"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is out of range.</exception>
    public WorkerTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MaxThreads);
        Threads = threads;
        (now, ahead) = (new Round(threads), new Round(threads));
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
        now.Open(instruction);
        WakeWorkers();
        now.Finish();
    }

    /// <summary>Offers an instruction whose parts workers run while they wait for those of <see cref="Run"/>: work ahead of time.
    /// </summary>
    internal void Begin(Instruction instruction)
    {
        ObjectDisposedException.ThrowIf(stopping, this);
        ahead.Finish();
        ahead.Open(instruction);
        WakeWorkers();
    }

    /// <summary>Returns when every part of the instruction of <see cref="Begin"/> is done, if there is one; the caller helps.
    /// </summary>
    internal void Finish() => ahead.Finish();

    private void WakeWorkers()
    {
        foreach (var worker in workers)
            worker.Wake();
    }

    private bool HasWork() => now.HasPart || ahead.HasPart;

    // Until there is nothing left to take.
    private void Work(int worker)
    {
        var idleSince = 0L;
        while (HasWork())
        {
            var waited = idleSince == 0 ? 0 : Stopwatch.GetTimestamp() - idleSince;
            if (now.RunPart(worker, waited >= now.Patience) || ahead.RunPart(worker, waited >= ahead.Patience))
            {
                idleSince = 0;
                continue;
            }

            if (idleSince == 0)
                idleSince = Stopwatch.GetTimestamp();
            Thread.SpinWait(10);
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
