using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>‖AᵀB‖² of two matrices with the same rows. Parts write their sums; whoever ends last adds them, in their order.</summary>
internal sealed class ProductSquaresInstruction(Node a, Node b, Slot y) : Instruction
{
    private readonly ProductSquares squares = new(a.Rows);
    private readonly double[] sums = new double[new ProductSquares(a.Rows).Parts];
    private readonly Slot left = a.Memory;
    private readonly Slot right = b.Memory;
    private readonly (int Left, int Right) columns = (a.Columns, b.Columns);
    private int done;

    public override int Parts => squares.Parts;

    // As a product: about 100 FLOP/ns.
    public override double Cost => (double)left.Length / columns.Left * (left.Length + right.Length) / 100;

    public override void Run(int part, int worker)
    {
        sums[part] = squares.Part(part, left.Span, columns.Left, right.Span, columns.Right);
        if (Interlocked.Increment(ref done) < sums.Length)
            return;
        done = 0;
        var total = 0.0;
        foreach (var sum in sums)
            total += sum;
        y.Span[0] = (float)total;
    }
}
