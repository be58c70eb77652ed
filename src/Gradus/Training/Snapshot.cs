namespace Gradus;

/// <summary>Weights and what goes with them as they were between two epochs, to go back to: so that an epoch can be run again to the
/// same bits, or with smaller steps. One copy an epoch.</summary>
/// <param name="buffers">What is copied.</param>
internal sealed class Snapshot(params IReadOnlyList<ParameterBuffer> buffers)
{
    private readonly ParameterBuffer[] copies = [.. buffers.Select(buffer => buffer.Similar())];

    /// <summary>The number of the last step before.</summary>
    public long Step { get; private set; }

    public void Take(long step)
    {
        Step = step;
        for (var i = 0; i < copies.Length; i++)
            buffers[i].CopyTo(copies[i]);
    }

    public void Return()
    {
        for (var i = 0; i < copies.Length; i++)
            copies[i].CopyTo(buffers[i]);
    }

    /// <summary>Keeps the copies.</summary>
    public void Save(TrainingState state)
    {
        for (var i = 0; i < copies.Length; i++)
            state.Keep(FormattableString.Invariant($"before.{i}"), copies[i]);
        state.Numbers["before.step"] = Step;
    }

    /// <summary>Takes the copies back.</summary>
    public void Restore(TrainingState state)
    {
        for (var i = 0; i < copies.Length; i++)
            state.Restore(FormattableString.Invariant($"before.{i}"), copies[i]);
        Step = (long)state.NumberOf("before.step");
    }
}
