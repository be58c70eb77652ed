namespace Gradus.Programs;

/// <summary>A function of each row: softmax, log-sum-exp, sum of squares.</summary>
internal sealed class RowInstruction(RowKernel kernel, int rows, int columns, int resultColumns, Slot x, Slot y) : Instruction
{
    private readonly Partition partition = Partition.ByGrain(rows, columns);

    public override int Parts => partition.Parts;

    public override double Cost => (double)rows * columns;

    public override void Run(int part, int worker)
    {
        var (start, count) = partition[part];
        kernel(x.Part(start * columns, count * columns), count, columns, y.Part(start * resultColumns, count * resultColumns));
    }
}
