using System.Diagnostics;

namespace Gradus.Programs;

/// <summary>Whether a program runs on its team or on the caller's thread alone: on what takes less time, measured as it runs.</summary>
/// <remarks>
/// How much a team gains from a small program depends on what no estimate knows: how far its cores are from each other (28 ns within a
/// cache, 165 ns between two of them, where a step of 64-192-192-10 takes more than twice as long on two threads as on one), and what
/// else the machine does. The results are the same, so now and then some runs go the other way and are timed, and the faster way is kept.
/// </remarks>
internal sealed class TeamChoice
{
    /// <summary>Runs before the first look: the runtime is still compiling.</summary>
    public const int RunsBefore = 64;

    /// <summary>Runs of a look, each way: the first only brings what is read into the caches.</summary>
    public const int RunsEachWay = 4;

    // The other way has to be so much faster: what is as fast stays.
    private const double Gain = 0.95;

    // From one look to the next; twice as long each time that nothing changes.
    private static readonly long ShortestPause = Stopwatch.Frequency / 100;
    private static readonly long LongestPause = Stopwatch.Frequency;

    private bool isTogether = true;
    private int runsBefore = RunsBefore;
    private int looked = -1;   // runs of the look that goes on; −1 if there is none
    private long leastOther;
    private long leastOwn;
    private long pause = ShortestPause;
    private long nextLook;

    /// <summary>Whether the next run is one of the team.</summary>
    public bool RunsTogether => looked is >= 0 and < RunsEachWay ? !isTogether : isTogether;

    /// <summary>Takes the times of a run, in ticks of <see cref="Stopwatch"/>.</summary>
    public void Take(long began, long ended)
    {
        if (looked < 0)
        {
            if (runsBefore > 0)
                runsBefore--;
            else if (ended >= nextLook)
                (looked, leastOther, leastOwn) = (0, long.MaxValue, long.MaxValue);
            return;
        }

        // First the other way, then its own, so that the caches are as they were.
        if (looked % RunsEachWay > 0)
        {
            ref var least = ref looked < RunsEachWay ? ref leastOther : ref leastOwn;
            least = Math.Min(least, ended - began);
        }

        if (++looked < 2 * RunsEachWay)
            return;
        looked = -1;
        if (leastOther < Gain * leastOwn)
            (isTogether, pause) = (!isTogether, ShortestPause);
        else
            pause = Math.Min(2 * pause, LongestPause);
        nextLook = ended + pause;
    }
}
