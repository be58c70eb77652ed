using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>A chain of elementwise operations on a domain of rows × columns, run block by block: every operation on a block
/// that fits in L1 before the next block. Made by <see cref="ChainBuilder"/>.</summary>
/// <remarks>Wide domains go row by row: a row operand is cut, a column operand is a number. Narrow domains take many rows to
/// a block: row operands are repeated once a run, column operands once a block.</remarks>
internal sealed class Chain(
    int rows, int columns, ChainTraversal traversal, ChainStep[] prologue, ChainStep[] steps, int registers)
{
    /// <summary>Elements of a block: 4 KiB of floats, so that about ten operands fit in L1.</summary>
    public const int Block = 1024;

    /// <summary>Elements of a block of formulas alone.</summary>
    public const int FormulaBlock = 4096;

    /// <summary>Domains up to this width take several rows to a block.</summary>
    public const int NarrowColumns = 128;

    // Formulas that leave nothing between them: few passes, for which the second cache level is fast enough.
    private readonly int block = registers == 0 && Array.TrueForAll(steps, step => step is FormulaStep) ? FormulaBlock : Block;

    // Formulas run through the rows of a rectangle by themselves.
    private readonly bool takesRectangles = prologue.Length == 0 && Array.TrueForAll(steps, step => step is FormulaStep { TakesRectangles: true });

    public int ScratchLength { get; } = registers * Block;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    /// <summary>Estimated nanoseconds for all elements.</summary>
    public double Cost { get; } = (double)rows * columns * steps.Sum(step => step.Passes) * 0.1;

    public static ChainTraversal TraversalOf(int columns, bool hasRowsOrColumns) =>
        !hasRowsOrColumns ? ChainTraversal.Flat : columns <= NarrowColumns ? ChainTraversal.Narrow : ChainTraversal.RowByRow;

    /// <summary>Runs every step on a part of the domain.</summary>
    /// <param name="region">The part.</param>
    /// <param name="scratch">The worker's scratch memory.</param>
    /// <param name="part">Where in it the part lies of what comes before the chain, row after row, if the chain reads that from there
    /// (<see cref="ChainOperandKind.Part"/>).</param>
    /// <returns>The part's share of the total, if the chain has one (<see cref="Group.Total"/>); else 0.</returns>
    public double Run(in Region region, Span<float> scratch, int part = 0)
    {
        if (region.Rows == 0 || region.Columns == 0)
            return 0;
        var total = 0.0;
        var isWide = region.Columns == Columns;
        var end = region.Row + region.Rows;
        var rowsPerBlock = traversal == ChainTraversal.Narrow && isWide ? Math.Min(Block / Columns, region.Rows) : 1;
        if (prologue.Length > 0)
        {
            var tile = new ChainBlock(0, 0, 1, 0, Math.Min(Block, region.Rows * Columns), part);
            if (traversal == ChainTraversal.Narrow)
                tile = new ChainBlock(0, 0, rowsPerBlock, 0, Columns, part);
            _ = RunAll(prologue, tile, scratch);
        }

        if (traversal == ChainTraversal.Flat && isWide)
        {
            // No operand changes by row: one contiguous run of elements.
            for (var start = region.Row * Columns; start < end * Columns; start += block)
                total += RunAll(steps, new ChainBlock(start, 0, 1, 0, Math.Min(block, (end * Columns) - start), part + start - (region.Row * Columns)), scratch);
        }
        else if (traversal == ChainTraversal.Narrow && isWide)
        {
            for (var row = region.Row; row < end; row += rowsPerBlock)
                total += RunAll(steps, new ChainBlock(row * Columns, row, Math.Min(rowsPerBlock, end - row), 0, Columns, part + ((row - region.Row) * Columns)), scratch);
        }
        else if (takesRectangles && region.Columns <= block)
        {
            var most = block / region.Columns;
            for (var row = region.Row; row < end; row += most)
                total += RunAll(steps, new ChainBlock((row * Columns) + region.Column, row, Math.Min(most, end - row), region.Column, region.Columns, part + ((row - region.Row) * region.Columns), Columns), scratch);
        }
        else
        {
            total = RunRowByRow(region, scratch, part);
        }

        return total;
    }

    private double RunRowByRow(in Region region, Span<float> scratch, int part)
    {
        var total = 0.0;
        for (var row = region.Row; row < region.Row + region.Rows; row++)
        {
            for (var column = region.Column; column < region.Column + region.Columns; column += Block)
            {
                var width = Math.Min(Block, region.Column + region.Columns - column);
                total += RunAll(steps, new ChainBlock((row * Columns) + column, row, 1, column, width, part), scratch);
                part += width;
            }
        }

        return total;
    }

    private static double RunAll(ChainStep[] steps, in ChainBlock block, Span<float> scratch)
    {
        var total = 0.0;
        foreach (var step in steps)
            total += step.RunAndSum(block, scratch);
        return total;
    }
}

internal enum ChainTraversal
{
    /// <summary>Every operand is a matrix or a number: the domain is one run of elements.</summary>
    Flat,

    /// <summary>Several rows to a block.</summary>
    Narrow,

    /// <summary>One row, or a part of one, to a block.</summary>
    RowByRow,
}
