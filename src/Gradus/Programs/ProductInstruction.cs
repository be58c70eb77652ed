using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>A matrix product and, on each rectangle of it that has just been written, the chain that follows.</summary>
/// <param name="product">The plan.</param>
/// <param name="a">Left side.</param>
/// <param name="b">Right side.</param>
/// <param name="c">The result; null if each part of it goes to the epilogue alone, and only the worker's scratch memory holds it.</param>
/// <param name="epilogue">What follows; null for nothing.</param>
/// <param name="total">Where the sum of one of the epilogue's results goes; null for none.</param>
/// <param name="isPacked">Whether the right side stays as it is and is packed once.</param>
/// <param name="prepared">Where what all parts need of the right side is made ready before, by a <see cref="PreparationInstruction"/>; null
/// if the product needs nothing.</param>
internal sealed class ProductInstruction(
    MatrixProduct product, Slot a, Slot b, Slot? c, Chain? epilogue, Slot? total, bool isPacked, AlignedBuffer? prepared) : Instruction
{
    private readonly Total? total = total is { } place ? new Total(place, product.Parts) : null;
    private readonly AlignedBuffer? packed = isPacked && product.PackedLength > 0 ? new AlignedBuffer(product.PackedLength) : null;

    public override int Parts => product.Parts;

    // About 100 FLOP/ns on one core with wide vectors; small products run below that. With one row the product is as fast
    // as its weights come from the third cache level, about 100 bytes/ns.
    public override double Cost => Math.Max(product.Flops / 100.0, sizeof(float) * (double)product.K * product.N / 100) + (epilogue?.Cost ?? 0);

    public override int ScratchLength => PartStart + (c is null ? product.LargestPart : 0);

    // Where the part of the result begins in the scratch memory, after what product and epilogue need themselves.
    private int PartStart { get; } = Slot.Aligned(Math.Max(product.ScratchLength, epilogue?.ScratchLength ?? 0));

    /// <summary>Packs the right side, if that is to be done once.</summary>
    public void Pack()
    {
        if (packed is not null)
            product.Pack(b.Span, packed.Span);
    }

    public override void Run(int part, int worker)
    {
        var scratch = Scratch[worker].Span;
        var ready = prepared is null ? default : prepared.Span;
        if (c is not { } whole)
            product.RunAlone(part, a.Span, b.Span, scratch[PartStart..], scratch, ready);
        else if (packed is null)
            product.Run(part, a.Span, b.Span, whole.Span, scratch, ready);
        else
            product.RunPacked(part, a.Span, b.Span, packed.Span, whole.Span, scratch);
        var share = epilogue?.Run(product.Part(part), scratch, PartStart) ?? 0;
        total?.Add(part, share);
    }
}
