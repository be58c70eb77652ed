using System.Numerics.Tensors;
using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>One operation of a chain on one block.</summary>
internal abstract class ChainStep
{
    /// <summary>What it costs, in passes over the block.</summary>
    public virtual double Passes => 1;

    public abstract void Run(in ChainBlock block, Span<float> scratch);

    /// <summary>Runs, and returns what the block adds to the chain's total.</summary>
    public virtual double RunAndSum(in ChainBlock block, Span<float> scratch)
    {
        Run(block, scratch);
        return 0;
    }
}

internal sealed class UnaryStep(UnaryKernel kernel, ChainOperand x, ChainOperand y) : ChainStep
{
    public override void Run(in ChainBlock block, Span<float> scratch) =>
        kernel(x.Vector(block, scratch), y.Vector(block, scratch));
}

internal sealed class BinaryStep(BinaryKernel kernel, ChainOperand a, ChainOperand b, ChainOperand y) : ChainStep
{
    public override void Run(in ChainBlock block, Span<float> scratch) =>
        kernel(a.Vector(block, scratch), b.Vector(block, scratch), y.Vector(block, scratch));
}

internal sealed class VectorScalarStep(VectorScalarKernel kernel, ChainOperand a, ChainOperand b, ChainOperand y) : ChainStep
{
    public override void Run(in ChainBlock block, Span<float> scratch) =>
        kernel(a.Vector(block, scratch), b.Scalar(block), y.Vector(block, scratch));
}

internal sealed class ScalarVectorStep(ScalarVectorKernel kernel, ChainOperand a, ChainOperand b, ChainOperand y) : ChainStep
{
    public override void Run(in ChainBlock block, Span<float> scratch) =>
        kernel(a.Scalar(block), b.Vector(block, scratch), y.Vector(block, scratch));
}

internal sealed class TernaryStep(TernaryKernel kernel, ChainOperand a, ChainOperand b, ChainOperand c, ChainOperand y)
    : ChainStep
{
    public override void Run(in ChainBlock block, Span<float> scratch) =>
        kernel(a.Vector(block, scratch), b.Vector(block, scratch), c.Vector(block, scratch), y.Vector(block, scratch));
}

/// <summary>y = a · s + c, or c − s · a.</summary>
internal sealed class MultiplyNumberAddStep(ChainOperand a, ChainOperand s, ChainOperand c, ChainOperand y, bool negate)
    : ChainStep
{
    public override void Run(in ChainBlock block, Span<float> scratch)
    {
        var number = s.Scalar(block);
        TensorPrimitives.MultiplyAdd(
            a.Vector(block, scratch), negate ? -number : number, c.Vector(block, scratch), y.Vector(block, scratch));
    }
}

/// <summary>y = a ⊙ b + s.</summary>
internal sealed class MultiplyAddNumberStep(ChainOperand a, ChainOperand b, ChainOperand s, ChainOperand y) : ChainStep
{
    public override void Run(in ChainBlock block, Span<float> scratch) => TensorPrimitives.MultiplyAdd<float>(
        a.Vector(block, scratch), b.Vector(block, scratch), s.Scalar(block), y.Vector(block, scratch));
}

/// <summary>Several operations in one pass over the block.</summary>
internal sealed class FormulaStep(Formula formula, ChainOperand[] vectors, ChainOperand[] numbers) : ChainStep
{
    public override double Passes => 2;

    /// <summary>Whether no operand changes from row to row but by lying elsewhere.</summary>
    public bool TakesRectangles { get; } = Array.TrueForAll(numbers, number => number.Kind != ChainOperandKind.Column);

    public override void Run(in ChainBlock block, Span<float> scratch) => RunAndSum(block, scratch);

    public override double RunAndSum(in ChainBlock block, Span<float> scratch)
    {
        Span<nint> addresses = stackalloc nint[vectors.Length];
        Span<float> values = stackalloc float[numbers.Length];
        for (var i = 0; i < vectors.Length; i++)
            addresses[i] = Formula.AddressOf(vectors[i].Vector(block, scratch));
        for (var i = 0; i < numbers.Length; i++)
            values[i] = numbers[i].Scalar(block);
        if (!block.IsRectangle)
            return formula.Run(addresses, values, block.Length);
        Span<int> strides = stackalloc int[vectors.Length];
        for (var i = 0; i < vectors.Length; i++)
            strides[i] = vectors[i].RowStride(block);
        return formula.Run(addresses, strides, values, block.Rows, block.Width);
    }
}

/// <summary>Element i of a matrix of random numbers depends on (seed, purpose, step, i) alone.</summary>
internal sealed class RandomStep(RandomKernel kernel, OpArguments arguments, RunState state, ChainOperand y) : ChainStep
{
    public override void Run(in ChainBlock block, Span<float> scratch) => kernel(
        new RandomKey(state.Seed, (uint)arguments.First, state.Step), block.Start, arguments, y.Vector(block, scratch));
}

internal sealed class CopyStep(ChainOperand x, ChainOperand y) : ChainStep
{
    public override void Run(in ChainBlock block, Span<float> scratch) =>
        x.Vector(block, scratch).CopyTo(y.Vector(block, scratch));
}

internal sealed class FillStep(ChainOperand x, ChainOperand y) : ChainStep
{
    public override void Run(in ChainBlock block, Span<float> scratch) => y.Vector(block, scratch).Fill(x.Scalar(block));
}

/// <summary>A row repeated for each row of a block.</summary>
internal sealed class RepeatRowStep(ChainOperand row, ChainOperand y) : ChainStep
{
    public override void Run(in ChainBlock block, Span<float> scratch)
    {
        var source = row.Slot.Part(block.Column, block.Width);
        var destination = y.Vector(block, scratch);
        Layout.ExpandRow(source, block.Rows, destination);
    }
}

/// <summary>The elements of a column, each repeated along its row of a block.</summary>
internal sealed class RepeatColumnStep(ChainOperand column, ChainOperand y) : ChainStep
{
    public override void Run(in ChainBlock block, Span<float> scratch)
    {
        var source = column.Slot.Part(block.Row, block.Rows);
        var destination = y.Vector(block, scratch);
        Layout.ExpandColumn(source, block.Width, destination);
    }
}
