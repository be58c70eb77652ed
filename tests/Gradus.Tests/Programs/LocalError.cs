using Gradus.Tests.Expressions;

namespace Gradus.Tests.Programs;

/// <summary>Checks a program compiled with KeepAll node by node: the rule of each op, applied in double to the floats that
/// the program itself holds for the node's inputs, against the floats that it holds for the node. Errors of earlier nodes
/// do not count, so the bound is that of one op.</summary>
internal static class LocalError
{
    private const double Epsilon = 1.0 / (1 << 24);   // half a unit in the last place of 1

    public static int Check(CompiledProgram program, IEnumerable<Expression> roots, ulong seed = 0, ulong step = 0)
    {
        var held = new Dictionary<Expression, Matrix>(ReferenceEqualityComparer.Instance);
        var context = new ReferenceContext(program.Batch, seed, step);
        var check = 0;
        foreach (var node in Graph.Order(roots))
        {
            var inputs = Array.ConvertAll(node.InputArray, x => held[x]);
            var (rows, columns) = (context.RowsOf(node), context.ColumnsOf(node));
            if (!program.Uses(node))
            {
                // Repetition that an elementwise op does by itself, and what only its size is asked of, have no memory.
                held[node] = IsFed(node) ? new Matrix(rows, columns) : node.Op.Reference(node, inputs, context);
                continue;
            }

            var actual = Matrix.From(Numeric.ToMatrix(program[node], rows, columns));
            held[node] = actual;
            if (IsFed(node))
                continue;
            var expected = node.Op.Reference(node, inputs, context);
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++)
                {
                    var bound = Bound(node, inputs, i, j, expected[i, j]) * Epsilon;
                    var difference = Math.Abs(expected[i, j] - actual[i, j]);
                    Assert.True(difference <= bound + 1e-37, FormattableString.Invariant(
                        $"{node.Operation} {node.Shape} ({i}, {j}): {actual[i, j]:R}, reference {expected[i, j]:R}, bound {bound:G3}.\n{node}"));
                }
            }

            check++;
        }

        return check;
    }

    private static bool IsFed(Expression node) => node.Op == Ops.Input || node.Op == Ops.Parameter;

    // In units of Epsilon. Sums of n terms: n·Σ|x|. Row functions: an exponent of size x carries a relative error of x.
    private static double Bound(Expression node, Matrix[] inputs, int i, int j, double y)
    {
        var magnitude = Math.Abs(y);
        switch (node.Op.Lowering)
        {
            case Lowering.Leaf or Lowering.Extent:
                return magnitude;
            case Lowering.Movement when node.Op != Ops.ScatterAdd:
            case Lowering.Broadcast or Lowering.Random or Lowering.View:
            case Lowering.RowWise when node.Op == Ops.Repeat:
            case Lowering.Reduction { IsMaximum: true }:
                return 0;
            case Lowering.Product:
                var (a, b, ta, tb) = (inputs[0], inputs[1], node.Arguments.TransposeLeft, node.Arguments.TransposeRight);
                var (terms, sum) = (ta ? a.Rows : a.Columns, 0.0);
                for (var p = 0; p < terms; p++)
                    sum += Math.Abs((ta ? a[p, i] : a[i, p]) * (tb ? b[j, p] : b[p, j]));
                return (terms + 1) * sum;
            case Lowering.Reduction:
                var x = inputs[0];
                var (count, total) = (0, 0.0);
                for (var r = 0; r < x.Rows; r++)
                {
                    for (var c = 0; c < x.Columns; c++)
                    {
                        var isTerm = node.Arguments.Axis switch { Axis.Rows => c == j, Axis.Columns => r == i, _ => true };
                        (count, total) = isTerm ? (count + 1, total + Math.Abs(x[r, c])) : (count, total);
                    }
                }

                return (count + 1) * total;
            case Lowering.RowWise when node.Op == Ops.Fold:
                var (blocks, magnitudes) = (node.Arguments.First, 0.0);
                for (var c = j; c < inputs[0].Columns; c += inputs[0].Columns / blocks)
                    magnitudes += Math.Abs(inputs[0][i, c]);
                return (blocks + 1) * magnitudes;
            case Lowering.RowWise:
                var largest = 0.0;
                for (var c = 0; c < inputs[0].Columns; c++)
                    largest = Math.Max(largest, Math.Abs(inputs[0][i, c]));
                return node.Op == Ops.Softmax ? magnitude * (inputs[0].Columns + (2 * largest) + 16)
                    : inputs[0].Columns + 16 + (4 * largest) + (2 * magnitude);
            default:
                // The row's own rounding, as OpRows has it; a unary function near 0 is measured against its argument.
                var argument = inputs.Max(input => Math.Abs(input.Broadcast(i, j)));
                return 16 * (node.Op.Lowering is Lowering.Unary ? Math.Max(magnitude, Math.Min(1, argument)) : magnitude);
        }
    }
}
