namespace Gradus;

/// <summary>Weights and what the optimiser keeps as they were at the beginning of an epoch, so that the epoch can be run again to
/// the same bits. One copy an epoch.</summary>
internal sealed class EpochStart
{
    private readonly ParameterBuffer[] buffers;
    private readonly ParameterBuffer[] copies;

    public EpochStart(ParameterBuffer weights, OptimizerState optimizer)
    {
        buffers = [weights, .. optimizer.States];
        copies = [.. buffers.Select(buffer => buffer.Similar())];
    }

    /// <summary>The number of the last step before.</summary>
    public long Step { get; private set; }

    public void Take(long step)
    {
        Step = step;
        for (var i = 0; i < buffers.Length; i++)
            buffers[i].CopyTo(copies[i]);
    }

    public void Restore()
    {
        for (var i = 0; i < buffers.Length; i++)
            copies[i].CopyTo(buffers[i]);
    }
}
