using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>A sum or a maximum. Down the rows it is cut by columns, along the columns by rows; over all elements it is one
/// part, its order fixed.</summary>
internal sealed class ReductionInstruction(Axis axis, bool isMaximum, int rows, int columns, Slot x, Slot y) : Instruction
{
    private readonly Partition partition = axis switch
    {
        Axis.Rows => Partition.ByGrain(columns, rows),
        Axis.Columns => Partition.ByGrain(rows, columns),
        _ => new Partition(1, 1),
    };

    public override int Parts => partition.Parts;

    public override double Cost => (double)rows * columns * 0.1;

    public override void Run(int part, int worker)
    {
        var (start, count) = partition[part];
        switch (axis)
        {
            case Axis.Rows when isMaximum:
                Reductions.ColumnMaxima(x.Span, rows, columns, start, count, y.Part(start, count));
                break;
            case Axis.Rows:
                Reductions.ColumnSums(x.Span, rows, columns, start, count, y.Part(start, count));
                break;
            case Axis.Columns when isMaximum:
                Reductions.RowMaxima(x.Part(start * columns, count * columns), count, columns, y.Part(start, count));
                break;
            case Axis.Columns:
                Reductions.RowSums(x.Part(start * columns, count * columns), count, columns, y.Part(start, count));
                break;
            default:
                y.Span[0] = isMaximum ? Reductions.Maximum(x.Span) : (float)Reductions.Sum(x.Span);
                break;
        }
    }
}
