using Gradus.Programs;

namespace Gradus;

/// <summary>Copies the rows of a batch, wherever in a table they lie; all workers do, some of the columns each.</summary>
/// <param name="batch">Rows.</param>
/// <param name="columns">Features of a row.</param>
/// <param name="destination">(batch, columns).</param>
internal sealed class GatherInstruction(int batch, int columns, Slot destination) : Instruction
{
    private const int ManyParts = 4;

    private readonly int[] rows = new int[batch];
    private readonly Partition partition = new(columns, (long)batch * columns >= 2 * Partition.Grain ? Math.Min(ManyParts, columns) : 1);
    private FeatureMatrix? source;

    public override int Parts => partition.Parts;

    // From the memory of the machine some 3 floats/ns.
    public override double Cost => 0.3 * batch * columns;

    /// <summary>Copies, on all threads of a team if that pays.</summary>
    /// <param name="inputs">From where.</param>
    /// <param name="indices">The rows of the batch.</param>
    /// <param name="team">Threads; null for the caller's alone.</param>
    public void Run(FeatureMatrix inputs, ReadOnlySpan<int> indices, WorkerTeam? team)
    {
        if (team is not { Threads: > 1 } || Parts == 1)
        {
            inputs.Gather(indices, destination.Span);
            return;
        }

        indices.CopyTo(rows);
        source = inputs;
        team.Run(this);
    }

    public override void Run(int part, int worker)
    {
        var (first, count) = partition[part];
        source?.Gather(rows, first, count, destination.Span);
    }
}
