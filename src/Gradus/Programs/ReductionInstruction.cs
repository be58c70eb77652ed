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
        var region = axis == Axis.Columns ? new Region(start, count, 0, columns) : new Region(0, rows, start, count);
        switch (axis)
        {
            case Axis.Rows when isMaximum:
                Reductions.ColumnMax(x.Span, columns, region, y.Span);
                break;
            case Axis.Rows:
                Reductions.ColumnSums(x.Span, columns, region, y.Span);
                break;
            case Axis.Columns when isMaximum:
                Reductions.RowMax(x.Span, columns, region, y.Span);
                break;
            case Axis.Columns:
                Reductions.RowSums(x.Span, columns, region, y.Span);
                break;
            default:
                y.Span[0] = isMaximum ? Reductions.Max(x.Span) : (float)Reductions.Sum(x.Span);
                break;
        }
    }
}
