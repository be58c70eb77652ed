using System.Diagnostics;

namespace Gradus.Programs;

/// <summary>The parts of one instruction at a time. Each worker begins with a section of its own, the same whenever the instruction
/// runs, so that what it wrote is still in its caches, and then takes what others have left: but the last part of a section only when
/// its worker has let others wait for <see cref="Patience"/>. It will mostly come to it soon, and its caches hold what the part needs.</summary>
/// <remarks>
/// Affinity scheduling: Markatos and LeBlanc, Using processor affinity in loop scheduling on shared-memory multiprocessors, 1994.
/// A ticket is (generation &lt;&lt; 32) | next part of the section. Taking a part is a compare-and-swap of the whole ticket, so a worker
/// that was delayed since an earlier generation cannot take a part of a later one.
/// </remarks>
/// <param name="workers">At least 1.</param>
internal sealed class Round(int workers)
{
    // Nanoseconds that a part takes: shorter ones need little that lies in the other's caches.
    private const double ShortPart = 10_000;
    private const double MostPatience = 100_000;

    private const int Line = 16;   // longs between tickets: two cache lines, which are fetched as a pair

    private readonly long[] tickets = ClosedTickets(workers);
    private volatile Instruction? current;
    private uint generation;
    private int completed;
    private Exception? failure;

    /// <summary>Ticks of <see cref="Stopwatch"/> that a worker without work waits for the others before it takes their last parts: about as
    /// long as two parts take; none if they are short.</summary>
    public long Patience { get; private set; }

    /// <summary>Whether a part waits to be taken.</summary>
    public bool HasPart
    {
        get
        {
            for (var section = 0; section < workers; section++)
            {
                var next = (int)Volatile.Read(ref tickets[section * Line]);
                if (next != int.MaxValue && current is { } instruction && next < SectionOf(instruction).Start(section + 1))
                    return true;
            }

            return false;
        }
    }

    /// <summary>Offers the parts of an instruction, the one before being finished.</summary>
    public void Open(Instruction instruction)
    {
        generation++;
        current = instruction;
        completed = 0;
        var part = instruction.Cost / instruction.Parts;
        Patience = part < ShortPart ? 0 : (long)(Math.Min(MostPatience, 2 * part) * Stopwatch.Frequency / 1e9);
        var sections = SectionOf(instruction);
        for (var section = 0; section < workers; section++)
            Interlocked.Exchange(ref tickets[section * Line], Ticket(generation, sections.Start(section)));
    }

    /// <summary>Takes a part and runs it; false if there is none to take.</summary>
    /// <param name="worker">Who.</param>
    /// <param name="takesLast">Whether also the last part of another's section may be taken.</param>
    public bool RunPart(int worker, bool takesLast)
    {
        for (var i = 0; i < workers; i++)
        {
            var section = worker + i < workers ? worker + i : worker + i - workers;
            while (true)
            {
                ref var ticket = ref tickets[section * Line];
                var seen = Volatile.Read(ref ticket);
                var part = (int)seen;
                if (part == int.MaxValue || current is not { } instruction || part + (i > 0 && !takesLast ? 1 : 0) >= SectionOf(instruction).Start(section + 1))
                    break;
                if (Interlocked.CompareExchange(ref ticket, seen + 1, seen) != seen)
                    continue;
                Run(instruction, part, worker);
                return true;
            }
        }

        return false;
    }

    /// <summary>Runs what is left on the caller's thread, worker 0, and returns when every part is done.</summary>
    /// <exception cref="InvalidOperationException">A part failed.</exception>
    public void Finish()
    {
        if (current is not { } instruction)
            return;
        while (RunPart(0, takesLast: Patience == 0))
        {
        }

        var spin = new SpinWait();
        var idleSince = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref completed) < instruction.Parts)
        {
            if (Stopwatch.GetTimestamp() - idleSince < Patience || !RunPart(0, takesLast: true))
                spin.SpinOnce(sleep1Threshold: -1);
        }

        for (var section = 0; section < workers; section++)
            Interlocked.Exchange(ref tickets[section * Line], Ticket(generation, int.MaxValue));
        current = null;
        if (failure is { } exception)
        {
            failure = null;
            throw new InvalidOperationException(exception.Message, exception);
        }
    }

    private void Run(Instruction instruction, int part, int worker)
    {
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

    private Partition SectionOf(Instruction instruction) => new(instruction.Parts, workers);

    private static long Ticket(uint generation, int part) => ((long)generation << 32) | (uint)part;

    private static long[] ClosedTickets(int workers)
    {
        var tickets = new long[workers * Line];
        Array.Fill(tickets, Ticket(0, int.MaxValue));
        return tickets;
    }
}
