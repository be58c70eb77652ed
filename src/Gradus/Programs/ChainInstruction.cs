using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>A chain of elementwise operations, and perhaps the sum of what one of them gives, cut by rows, or by columns where there is
/// one row.</summary>
internal sealed class ChainInstruction : Instruction
{
    private readonly Chain chain;
    private readonly Partition partition;
    private readonly Total? total;

    public ChainInstruction(Chain chain, Slot? total)
    {
        this.chain = chain;
        partition = chain.Rows == 1 ? Partition.ByGrain(chain.Columns, 1) : Partition.ByGrain(chain.Rows, chain.Columns);
        this.total = total is { } place ? new Total(place, partition.Parts) : null;
    }

    public override int Parts => partition.Parts;

    public override double Cost => chain.Cost;

    public override int ScratchLength => chain.ScratchLength;

    public override void Run(int part, int worker)
    {
        var (start, count) = partition[part];
        var share = chain.Run(
            chain.Rows == 1 ? new Region(0, 1, start, count) : new Region(start, count, 0, chain.Columns),
            Scratch[worker].Span);
        total?.Add(part, share);
    }
}
