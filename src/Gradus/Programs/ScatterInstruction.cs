using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>Rows added into the rows of a table, and the chain that follows on each block of the table that has just been written.
/// </summary>
/// <remarks>Cut by rows of the table: every part reads all indices, in order, and adds what falls to its rows. A table that only a
/// step of gradient descent reads, w ← w − η · table, is never written as a whole: rows without an index are zero, and w − η · 0
/// is w to the bit, so only rows with an index are worked on.</remarks>
internal sealed class ScatterInstruction : Instruction
{
    private readonly Slot values;
    private readonly Slot index;
    private readonly Slot y;
    private readonly int rows;
    private readonly int columns;
    private readonly int blockRows;
    private readonly Chain? epilogue;
    private readonly bool touchedOnly;
    private readonly Partition partition;

    private ScatterInstruction(Node head, Chain? epilogue, bool touchedOnly)
    {
        (values, index, y) = (head.Inputs[0].Memory, head.Inputs[1].Memory, head.Memory);
        (rows, columns) = (head.Rows, head.Columns);
        (this.epilogue, this.touchedOnly) = (epilogue, touchedOnly);
        partition = Partition.ByGrain(rows, columns);
        // Large enough that reading all indices for each block costs less than the block itself.
        blockRows = Math.Max(1, Math.Max(Partition.Grain, index.Length) / Math.Max(1, columns));
    }

    public override int Parts => partition.Parts;

    public override double Cost => touchedOnly ? (double)index.Length * (columns + Parts)
        : ((double)rows * columns * 0.1) + ((double)index.Length * columns) + (epilogue?.Cost ?? 0);

    public override int ScratchLength => epilogue?.ScratchLength ?? 0;

    public static ScatterInstruction Of(Group group, Node head, RunState state) => new(
        head, group.Nodes.Count > 1 ? ChainBuilder.Build(group, state) : null, IsStepOfDescent(group, head));

    public override void Run(int part, int worker)
    {
        var (first, count) = partition[part];
        var scratch = Scratch[worker].Span;
        if (touchedOnly)
        {
            RunTouched(first, count, scratch);
            return;
        }

        for (var row = first; row < first + count; row += blockRows)
        {
            var block = Math.Min(blockRows, first + count - row);
            y.Part(row * columns, block * columns).Clear();
            Layout.ScatterAddRows(values.Span, columns, index.Span, rows, row, block, y.Span);
            epilogue?.Run(new Region(row, block, 0, columns), scratch);
        }
    }

    // A row that has had its step is cleared: where its index comes again, the step subtracts zero.
    private void RunTouched(int first, int count, Span<float> scratch)
    {
        var indices = index.Span;
        for (var i = 0; i < indices.Length; i++)
        {
            var row = Layout.Row(indices[i], i, rows);
            if (row >= first && row < first + count)
                y.Part(row * columns, columns).Clear();
        }

        Layout.ScatterAddRows(values.Span, columns, indices, rows, first, count, y.Span);
        for (var i = 0; i < indices.Length; i++)
        {
            var row = (int)indices[i];
            if (row < first || row >= first + count)
                continue;
            epilogue?.Run(new Region(row, 1, 0, columns), scratch);
            y.Part(row * columns, columns).Clear();
        }
    }

    /// <summary>Whether all that follows is w ← w − c · table, with a number c, and nothing else reads the table.</summary>
    private static bool IsStepOfDescent(Group group, Node head) =>
        group.Elementwise.ToArray() is [{ } product, { } difference]
        && !head.IsKept && head.Users.Count == 1 && head.Users[0] == product
        && product.Op == Ops.Multiply && product.Inputs.Contains(head) && Array.Exists(product.Inputs, x => x != head && x.Length == 1)
        && !product.IsKept && product.Users.Count == 1 && product.Slot is null
        && difference.Op == Ops.Subtract && difference.Inputs[1] == product
        && difference.Inputs[0] is { IsLeaf: true, Slot: { } w } && difference.Slot == w;
}
