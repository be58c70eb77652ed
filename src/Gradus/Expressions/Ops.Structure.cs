using Gradus.Kernels;
using static Gradus.Functions;

namespace Gradus;

/// <summary>The op table: leaves, random numbers, matrix product, reductions, row functions, movement.</summary>
internal static partial class Ops
{
    public static readonly Op Input = Leaf("input");

    public static readonly Op Parameter = Leaf("parameter");

    public static readonly Op Constant = new("constant", NoShape,
        (y, _, _) => new Matrix(1, 1, [y.Arguments.Value]), (_, _) => [], new Lowering.Leaf());

    public static readonly Op ConstantMatrix = new("constant-matrix", NoShape,
        (y, _, _) => y.Data ?? throw new InvalidOperationException("A constant matrix has its elements."),
        (_, _) => [], new Lowering.Leaf());

    /// <summary>Uniform on [0, 1); First = purpose. Key: (seed, purpose, step), Philox 4×32-10.</summary>
    public static readonly Op Uniform = Random("uniform", (key, first, _, y) => Philox.Uniform(key, first, y));

    /// <summary>Standard normal; First = purpose.</summary>
    public static readonly Op Normal = Random("normal", (key, first, _, y) => Philox.Normal(key, first, y));

    /// <summary>1 with probability Value, else 0; First = purpose.</summary>
    public static readonly Op Bernoulli = Random("bernoulli",
        (key, first, arguments, y) => Philox.Bernoulli(key, first, arguments.Value, y));

    /// <summary>The input repeated to a shape; its own gradient is the sum over the repeated sides.</summary>
    public static readonly Op Broadcast = new("broadcast", NoShape,
        (y, inputs, context) =>
        {
            var x = inputs[0];
            return Matrix.Generate(context.RowsOf(y), context.ColumnsOf(y), x.Broadcast);
        },
        (_, g) => [g], new Lowering.Broadcast());

    /// <summary>Number of rows (First = 0), columns (1) or elements (2) of the input.</summary>
    public static readonly Op Extent = new("extent", (_, _, _) => Shape.Scalar,
        (y, inputs, _) => new Matrix(1, 1, [ExtentOf((Axis)y.Arguments.First, inputs[0].Rows, inputs[0].Columns)]),
        (_, _) => [null], new Lowering.Extent());

    /// <summary>op(A)·op(B). With G = ∂J/∂(A·B): ∂J/∂A = G·Bᵀ, ∂J/∂B = Aᵀ·G; transposed operands exchange the sides.
    /// </summary>
    public static readonly Op Dot = new("dot", DotShape, ReferenceDot,
        (y, g) =>
        {
            var (a, b, ta, tb) = (y.InputArray[0], y.InputArray[1], y.Arguments.TransposeLeft, y.Arguments.TransposeRight);
            return
            [
                ta ? Functions.Dot(b, g, tb, true) : Functions.Dot(g, b, false, !tb),
                tb ? Functions.Dot(g, a, true, ta) : Functions.Dot(a, g, !ta, false),
            ];
        },
        new Lowering.Product());

    /// <summary>Σ along an axis.</summary>
    public static readonly Op Sum = new("sum", ReducedShape,
        (y, inputs, _) => Reduce(inputs[0], y.Arguments.Axis, Total),
        (y, g) => [BroadcastTo(g, y.InputArray[0].Shape)], new Lowering.Reduction(IsMaximum: false));

    /// <summary>Σ over all elements, (m × n) → 1 × 1, in an order that may depend on what else a program computes: it is taken on the
    /// way where the terms are computed, which need not be written for it.</summary>
    public static readonly Op TotalOf = new("total", ReducedShape,
        (y, inputs, _) => Reduce(inputs[0], Axis.All, Total),
        (y, g) => [BroadcastTo(g, y.InputArray[0].Shape)], new Lowering.Reduction(IsMaximum: false));

    /// <summary>The largest along an axis; elements that share it share the gradient equally.</summary>
    public static readonly Op MaximumOf = new("maximum", ReducedShape,
        (y, inputs, _) => Reduce(inputs[0], y.Arguments.Axis, Reference.Maximum),
        (y, g) =>
        {
            var x = y.InputArray[0];
            var isLargest = Equal(x, y);
            return [isLargest * (g / Functions.Sum(isLargest, y.Arguments.Axis))];
        },
        new Lowering.Reduction(IsMaximum: true));

    /// <summary>log Σⱼ exp xᵢⱼ, (m × n) → (m × 1).</summary>
    public static readonly Op LogSumExp = new("log-sum-exp", (_, inputs, _) => new Shape(inputs[0].Rows, 1),
        (_, inputs, _) => Reduce(inputs[0], Axis.Columns, Reference.LogSumExp),
        (y, g) => [g * Functions.Exp(y.InputArray[0] - y)], new Lowering.RowWise(Rows.LogSumExp));

    /// <summary>exp xᵢⱼ / Σⱼ exp xᵢⱼ; Jacobian of a row: diag(y) − yᵀy.</summary>
    public static readonly Op Softmax = new("softmax", SameShape,
        (_, inputs, _) => MapRows(inputs[0], (x, lse) => Math.Exp(x - lse)),
        (y, g) => [y * (g - Functions.Sum(g * y, Axis.Columns))], new Lowering.RowWise(Rows.Softmax));

    /// <summary>xᵢⱼ − log Σⱼ exp xᵢⱼ; its exponential is the softmax.</summary>
    public static readonly Op LogSoftmax = new("log-softmax", SameShape,
        (_, inputs, _) => MapRows(inputs[0], (x, lse) => x - lse),
        (y, g) => [g - (Functions.Exp(y) * Functions.Sum(g, Axis.Columns))],
        new Lowering.RowWise(Rows.LogSoftmax));

    public static readonly Op Transpose = new("transpose", (_, inputs, _) => inputs[0].Transposed,
        (_, inputs, _) =>
        {
            var x = inputs[0];
            return Matrix.Generate(x.Columns, x.Rows, (i, j) => x[j, i]);
        },
        (_, g) => [Functions.Transpose(g)], new Lowering.Movement(MovementKind.Transpose));

    /// <summary>Columns of several matrices side by side.</summary>
    public static readonly Op Concatenate = new("concatenate", ConcatenatedShape, ReferenceConcatenate,
        (y, g) =>
        {
            var start = 0;
            return Array.ConvertAll(y.InputArray, x =>
            {
                var width = x.Shape.Columns.Size;
                start += width;
                return (Expression?)SliceColumns(g, start - width, width);
            });
        },
        new Lowering.Movement(MovementKind.ConcatenateColumns));

    /// <summary>Columns First … First + Second − 1.</summary>
    public static readonly Op Slice = new("slice", SlicedShape,
        (y, inputs, _) =>
        {
            var x = inputs[0];
            return Matrix.Generate(x.Rows, y.Arguments.Second, (i, j) => x[i, y.Arguments.First + j]);
        },
        (y, g) => [PadColumns(g, y.Arguments.First, y.InputArray[0].Shape.Columns.Size)],
        new Lowering.Movement(MovementKind.SliceColumns));

    /// <summary>The elements in the same row-major order under another shape: no element moves.</summary>
    public static readonly Op Reshape = new("reshape", NoShape,
        (y, inputs, context) => new Matrix(context.RowsOf(y), context.ColumnsOf(y), inputs[0].Values),
        (y, g) => [Functions.Reshape(g, y.InputArray[0].Shape)], new Lowering.View());

    /// <summary>First copies of all columns side by side: (m × n) → (m × kn).</summary>
    public static readonly Op Repeat = new("repeat",
        (_, inputs, arguments) => new Shape(inputs[0].Rows, arguments.First * inputs[0].Columns),
        (y, inputs, context) =>
        {
            var x = inputs[0];
            return Matrix.Generate(x.Rows, context.ColumnsOf(y), (i, j) => x[i, j % x.Columns]);
        },
        (y, g) => [FoldColumns(g, y.Arguments.First)], new Lowering.RowWise(Layout.RepeatColumns));

    /// <summary>The sum of First blocks of columns: (m × kn) → (m × n); the adjoint of <see cref="Repeat"/>.</summary>
    public static readonly Op Fold = new("fold", FoldedShape,
        (y, inputs, context) =>
        {
            var (x, columns) = (inputs[0], context.ColumnsOf(y));
            return Matrix.Generate(x.Rows, columns, (i, j) =>
            {
                var sum = 0.0;
                for (var c = j; c < x.Columns; c += columns)
                    sum += x[i, c];
                return sum;
            });
        },
        (y, g) => [RepeatColumns(g, y.Arguments.First)], new Lowering.RowWise(Layout.FoldColumns));

    /// <summary>Row i of the result is row index[i] of the table: an embedding. Inputs: table (v × n), index (m × 1).
    /// </summary>
    public static readonly Op Gather = new("gather", GatheredShape,
        (_, inputs, _) =>
        {
            var (table, index) = (inputs[0], inputs[1]);
            return Matrix.Generate(index.Rows, table.Columns, (i, j) => table[RowIndex(index[i, 0], table.Rows), j]);
        },
        (y, g) => [ScatterAddRows(g, y.InputArray[1], y.InputArray[0].Shape.Rows.Size), null],
        new Lowering.Movement(MovementKind.GatherRows));

    /// <summary>Row index[i] of the result (First rows) gathers row i of the values, rows with the same index added in
    /// order. Inputs: values (m × n), index (m × 1).</summary>
    public static readonly Op ScatterAdd = new("scatter-add",
        (op, inputs, arguments) => IndexIsColumn(op, inputs[1], inputs[0].Rows, new Shape(arguments.First, inputs[0].Columns)),
        (y, inputs, _) =>
        {
            var (values, index) = (inputs[0], inputs[1]);
            var sum = new Matrix(y.Arguments.First, values.Columns);
            for (var i = 0; i < values.Rows; i++)
                for (var j = 0; j < values.Columns; j++)
                    sum[RowIndex(index[i, 0], sum.Rows), j] += values[i, j];
            return sum;
        },
        (y, g) => [GatherRows(g, y.InputArray[1]), null], new Lowering.Movement(MovementKind.ScatterAddRows));

    public static bool IsConstant(this Expression x) => x.Op == Constant || x.Op == ConstantMatrix;

    public static bool IsConstant(this Expression x, double value) => x.Op == Constant && x.Arguments.Value == value;

    public static int ExtentOf(Axis axis, int rows, int columns) =>
        axis switch { Axis.Rows => rows, Axis.Columns => columns, _ => checked(rows * columns) };

    private static Op Leaf(string name) => new(name, NoShape,
        (y, _, _) => throw new ArgumentException($"No value was given for {y.Operation} '{y.Name ?? "unnamed"}' ({y.Shape})."),
        (_, _) => [], new Lowering.Leaf());

    private static Op Random(string name, RandomKernel kernel) => new(name, NoShape,
        (y, _, context) =>
        {
            var matrix = new Matrix(context.RowsOf(y), context.ColumnsOf(y));
            var values = new float[matrix.Values.Length];
            kernel(new RandomKey(context.Seed, (uint)y.Arguments.First, context.Step), 0, y.Arguments, values);
            return new Matrix(matrix.Rows, matrix.Columns, Array.ConvertAll(values, v => (double)v));
        },
        (_, _) => [], new Lowering.Random(kernel));
}
