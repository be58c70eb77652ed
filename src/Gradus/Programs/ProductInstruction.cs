using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>A matrix product and, on each rectangle of it that has just been written, the chain that follows.</summary>
internal sealed class ProductInstruction(MatrixProduct product, Slot a, Slot b, Slot c, Chain? epilogue) : Instruction
{
    public override int Parts => product.Parts;

    // About 100 FLOP/ns on one core with wide vectors; small products run below that.
    public override double Cost => (product.Flops / 100.0) + (epilogue?.Cost ?? 0);

    public override int ScratchLength => Math.Max(product.ScratchLength, epilogue?.ScratchLength ?? 0);

    public override void Run(int part, int worker)
    {
        var scratch = Scratch[worker].Span;
        product.Run(part, a.Span, b.Span, c.Span, scratch);
        epilogue?.Run(product.Part(part), scratch);
    }
}
