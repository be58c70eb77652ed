using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>What all parts of a matrix product need of its right side, made ready before it.</summary>
internal sealed class PreparationInstruction(MatrixProduct product, Slot a, Slot b, AlignedBuffer prepared) : Instruction
{
    public override int Parts => product.PreparationParts;

    // Some 4 floats/ns are turned, and the zeros found.
    public override double Cost => 0.25 * product.K * product.N;

    public override void Run(int part, int worker) => product.Prepare(part, a.Span, b.Span, prepared.Span);
}
