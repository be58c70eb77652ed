namespace Gradus.Programs;

/// <summary>What changes from run to run beside the inputs.</summary>
internal sealed class RunState(ulong seed)
{
    public ulong Seed { get; } = seed;

    public ulong Step { get; set; }
}
