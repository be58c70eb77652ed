using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>Elements moved, not computed: transpose, columns joined or cut, rows gathered. A gather is cut by rows.</summary>
internal sealed class MovementInstruction(Node node) : Instruction
{
    private readonly MovementKind kind = ((Lowering.Movement)node.Op.Lowering).Kind;
    private readonly Slot[] inputs = Array.ConvertAll(node.Inputs, x => x.Memory);
    private readonly int[] widths = Array.ConvertAll(node.Inputs, x => x.Columns);
    private readonly int inputRows = node.Inputs[0].Rows;
    private readonly OpArguments arguments = node.Arguments;
    private readonly Slot y = node.Memory;
    private readonly int rows = node.Rows;
    private readonly int columns = node.Columns;

    private readonly Partition partition = node.Op == Ops.Gather ? Partition.ByGrain(node.Rows, node.Columns) : new Partition(node.Rows, 1);

    public override int Parts => partition.Parts;

    public override double Cost => (double)rows * columns;

    public override void Run(int part, int worker)
    {
        var x = inputs[0].Span;
        var result = y.Span;
        switch (kind)
        {
            case MovementKind.Transpose:
                Transposition.Transpose(x, inputRows, widths[0], result);
                break;
            case MovementKind.ConcatenateColumns:
                var start = 0;
                for (var i = 0; i < inputs.Length; start += widths[i++])
                    Layout.CopyColumns(inputs[i].Span, widths[i], 0, widths[i], result, columns, start);
                break;
            case MovementKind.SliceColumns:
                Layout.CopyColumns(x, widths[0], arguments.First, columns, result, columns, 0);
                break;
            default:
                var (first, count) = partition[part];
                Layout.GatherRows(x, inputRows, columns, inputs[1].Part(first, count), y.Part(first * columns, count * columns));
                break;
        }
    }
}
