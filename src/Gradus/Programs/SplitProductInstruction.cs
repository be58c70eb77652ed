using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>A matrix product whose right side is a trained parameter, in two halves, and on each rectangle of which both are there, the
/// chain that follows. Whoever computes the later half of a rectangle adds the other.</summary>
/// <param name="product">The plan.</param>
/// <param name="a">Left side.</param>
/// <param name="b">Right side.</param>
/// <param name="c">The result.</param>
/// <param name="epilogue">What follows; null for nothing.</param>
internal sealed class SplitProductInstruction(SplitProduct product, Slot a, Slot b, Slot c, Chain? epilogue) : Instruction
{
    private const int Line = 16;   // counters of a cache line each

    private readonly AlignedBuffer others = new(product.Length);
    private readonly int[] halvesDone = new int[product.Regions * Line];

    public override int Parts => product.Parts;

    public override double Cost => (product.Flops / 100.0) + (epilogue?.Cost ?? 0);

    public override int ScratchLength => Math.Max(product.ScratchLength, epilogue?.ScratchLength ?? 0);

    public override void Run(int part, int worker)
    {
        var scratch = Scratch[worker].Span;
        product.Run(part, a.Span, b.Span, c.Span, others.Span, scratch);
        var region = product.RegionOf(part);
        if (Interlocked.Increment(ref halvesDone[region * Line]) % 2 != 0)
            return;
        product.Add(region, c.Span, others.Span);
        _ = epilogue?.Run(product.Region(region), scratch);
    }
}
