namespace Gradus.Programs;

internal enum ChainOperandKind
{
    /// <summary>A matrix of the domain's shape, in memory.</summary>
    Full,

    /// <summary>What comes before the chain, of which the worker's scratch memory holds the part that the chain runs on.</summary>
    Part,

    /// <summary>A row in memory, (1 × columns), of which a block of one row reads its columns.</summary>
    Row,

    /// <summary>A column in memory, (rows × 1); a number for a block of one row.</summary>
    Column,

    /// <summary>A 1 × 1 matrix in memory.</summary>
    Scalar,

    /// <summary>A number known when the program was compiled.</summary>
    Number,

    /// <summary>A result that lives only while its block is worked on.</summary>
    Register,

    /// <summary>A register filled once a run: a repeated number, or a row repeated for each row of a block.</summary>
    Repeated,
}

/// <summary>What a step of a chain reads or writes.</summary>
internal sealed record ChainOperand(ChainOperandKind Kind, Slot Slot = default, float Number = 0, int Register = -1)
{
    /// <summary>The elements of this operand that belong to a block.</summary>
    public Span<float> Vector(in ChainBlock block, Span<float> scratch) => Kind switch
    {
        ChainOperandKind.Full => Slot.Part(block.Start, block.IsRectangle ? ((block.Rows - 1) * block.Stride) + block.Width : block.Length),
        ChainOperandKind.Part => scratch.Slice(block.Part, block.Length),
        ChainOperandKind.Row => Slot.Part(block.Column, block.Width),
        ChainOperandKind.Repeated => scratch.Slice((Register * Chain.Block) + block.Column, block.Length),
        _ => scratch.Slice(Register * Chain.Block, block.Length),
    };

    /// <summary>Floats from one row of this operand to the next in a rectangle.</summary>
    public int RowStride(in ChainBlock block) => Kind switch
    {
        ChainOperandKind.Full => block.Stride,
        ChainOperandKind.Row => 0,
        _ => block.Width,
    };

    /// <summary>The number that this operand is for a whole block.</summary>
    public float Scalar(in ChainBlock block) => Kind switch
    {
        ChainOperandKind.Number => Number,
        ChainOperandKind.Column => Slot.Part(block.Row, 1)[0],
        _ => Slot.Part(0, 1)[0],
    };
}

/// <summary>The elements of one block: from flat index <paramref name="Start"/>, <paramref name="Rows"/> rows from
/// <paramref name="Row"/>, <paramref name="Width"/> columns from <paramref name="Column"/>; those of <see cref="ChainOperandKind.Part"/> at
/// <paramref name="Part"/> of the scratch memory. If it is a part of wider rows, <paramref name="Stride"/> floats lie from one to the next,
/// else they lie side by side and it is 0.</summary>
internal readonly record struct ChainBlock(int Start, int Row, int Rows, int Column, int Width, int Part, int Stride = 0)
{
    public int Length => Rows * Width;

    public bool IsRectangle => Stride > 0;
}
