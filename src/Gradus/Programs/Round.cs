namespace Gradus.Programs;

/// <summary>The parts of one instruction at a time, taken by whoever comes for them.</summary>
/// <remarks>A ticket is (generation &lt;&lt; 32) | next part. Taking a part is a compare-and-swap of the whole ticket, so a worker
/// that was delayed since an earlier generation cannot take a part of a later one.</remarks>
internal sealed class Round
{
    private long ticket = Closed(0);
    private volatile Instruction? current;
    private int completed;
    private Exception? failure;

    /// <summary>Whether a part waits to be taken.</summary>
    public bool HasPart
    {
        get
        {
            var seen = Volatile.Read(ref ticket);
            return (int)seen != int.MaxValue && current is { } instruction && (int)seen < instruction.Parts;
        }
    }

    /// <summary>Offers the parts of an instruction, the one before being finished.</summary>
    public void Open(Instruction instruction)
    {
        var generation = (uint)(Volatile.Read(ref ticket) >> 32) + 1;
        current = instruction;
        completed = 0;
        Interlocked.Exchange(ref ticket, (long)generation << 32);
    }

    /// <summary>Takes a part and runs it; false if there is none to take.</summary>
    public bool RunPart(int worker)
    {
        while (true)
        {
            var seen = Volatile.Read(ref ticket);
            var part = (int)seen;
            if (part == int.MaxValue || current is not { } instruction || part >= instruction.Parts)
                return false;
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
            return true;
        }
    }

    /// <summary>Runs what is left on the caller's thread, worker 0, and returns when every part is done.</summary>
    /// <exception cref="InvalidOperationException">A part failed.</exception>
    public void Finish()
    {
        if (current is not { } instruction)
            return;
        while (RunPart(0))
        {
        }

        var spin = new SpinWait();
        while (Volatile.Read(ref completed) < instruction.Parts)
            spin.SpinOnce(sleep1Threshold: -1);
        Interlocked.Exchange(ref ticket, Closed((uint)(Volatile.Read(ref ticket) >> 32)));
        current = null;
        if (failure is { } exception)
        {
            failure = null;
            throw new InvalidOperationException(exception.Message, exception);
        }
    }

    private static long Closed(uint generation) => ((long)generation << 32) | int.MaxValue;
}
