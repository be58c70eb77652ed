namespace Gradus;

/// <summary>Shape rules and reference values that rows of the op table share.</summary>
internal static partial class Ops
{
    private delegate double RowFunction(ReadOnlySpan<double> x);

    private static Shape NoShape(string op, ReadOnlySpan<Shape> inputs, OpArguments arguments) =>
        throw new InvalidOperationException($"{op}: the shape is given, not derived.");

    private static Shape DotShape(string op, ReadOnlySpan<Shape> inputs, OpArguments arguments)
    {
        var left = arguments.TransposeLeft ? inputs[0].Transposed : inputs[0];
        var right = arguments.TransposeRight ? inputs[1].Transposed : inputs[1];
        return left.Columns == right.Rows ? new Shape(left.Rows, right.Columns) : throw new ArgumentException(
            $"{op}: ({left}) · ({right}): the columns of the left side, {left.Columns}, must equal the rows of the right, {right.Rows}.");
    }

    private static Shape ReducedShape(string op, ReadOnlySpan<Shape> inputs, OpArguments arguments) =>
        Reduced(inputs[0], arguments.Axis);

    internal static Shape Reduced(Shape x, Axis axis) => axis switch
    {
        Axis.Rows => new Shape(1, x.Columns),
        Axis.Columns => new Shape(x.Rows, 1),
        _ => Shape.Scalar,
    };

    private static Shape ConcatenatedShape(string op, ReadOnlySpan<Shape> inputs, OpArguments arguments)
    {
        var columns = 0;
        foreach (var x in inputs)
        {
            if (x.Rows != inputs[0].Rows || x.Columns.IsBatch)
                throw new ArgumentException($"{op}: a matrix of {x} does not fit beside one of {inputs[0]}; rows must be equal and columns fixed.");
            columns += x.Columns.Size;
        }

        return new Shape(inputs[0].Rows, columns);
    }

    private static Shape SlicedShape(string op, ReadOnlySpan<Shape> inputs, OpArguments arguments)
    {
        var (start, count, columns) = (arguments.First, arguments.Second, inputs[0].Columns.Size);
        return start >= 0 && count >= 0 && start <= columns - count ? new Shape(inputs[0].Rows, count)
            : throw new ArgumentException($"{op}: columns {start} to {start + count - 1} of a matrix that has {columns} columns.");
    }

    private static Shape FoldedShape(string op, ReadOnlySpan<Shape> inputs, OpArguments arguments) =>
        inputs[0].Columns.Factor % arguments.First == 0 && !inputs[0].Columns.IsBatch
            ? new Shape(inputs[0].Rows, inputs[0].Columns.Size / arguments.First)
            : throw new ArgumentException($"{op}: {inputs[0].Columns} columns do not make {arguments.First} equal blocks.");

    private static Shape GatheredShape(string op, ReadOnlySpan<Shape> inputs, OpArguments arguments) =>
        IndexIsColumn(op, inputs[1], inputs[1].Rows, new Shape(inputs[1].Rows, inputs[0].Columns));

    private static Shape IndexIsColumn(string op, Shape index, Dimension rows, Shape result) =>
        index == new Shape(rows, 1) ? result : throw new ArgumentException($"{op}: the index must be {rows} × 1, it is {index}.");

    private static int RowIndex(double index, int rows) =>
        index >= 0 && index < rows && index == Math.Floor(index) ? (int)index
            : throw new ArgumentOutOfRangeException(nameof(index), $"Row index {index} of a table that has {rows} rows.");

    private static Matrix ReferenceDot(Expression y, ReadOnlySpan<Matrix> inputs, ReferenceContext context)
    {
        var (a, b, ta, tb) = (inputs[0], inputs[1], y.Arguments.TransposeLeft, y.Arguments.TransposeRight);
        var inner = ta ? a.Rows : a.Columns;
        return Matrix.Generate(ta ? a.Columns : a.Rows, tb ? b.Rows : b.Columns, (i, j) =>
        {
            var sum = 0.0;
            for (var p = 0; p < inner; p++)
                sum += (ta ? a[p, i] : a[i, p]) * (tb ? b[j, p] : b[p, j]);
            return sum;
        });
    }

    private static Matrix ReferenceConcatenate(Expression y, ReadOnlySpan<Matrix> inputs, ReferenceContext context)
    {
        var result = new Matrix(context.RowsOf(y), context.ColumnsOf(y));
        var start = 0;
        foreach (var x in inputs)
        {
            for (var i = 0; i < x.Rows; i++)
                for (var j = 0; j < x.Columns; j++)
                    result[i, start + j] = x[i, j];
            start += x.Columns;
        }

        return result;
    }

    private static Matrix Reduce(Matrix x, Axis axis, RowFunction function) => axis switch
    {
        Axis.Rows => Matrix.Generate(1, x.Columns, (_, j) =>
        {
            var column = new double[x.Rows];
            for (var i = 0; i < column.Length; i++)
                column[i] = x[i, j];
            return function(column);
        }),
        Axis.Columns => Matrix.Generate(x.Rows, 1, (i, _) => function(x.Values.AsSpan(i * x.Columns, x.Columns))),
        _ => new Matrix(1, 1, [function(x.Values)]),
    };

    private static double Total(ReadOnlySpan<double> x)
    {
        var sum = 0.0;
        foreach (var v in x)
            sum += v;
        return sum;
    }

    private static Matrix MapRows(Matrix x, Func<double, double, double> value)
    {
        var logSumExp = Reduce(x, Axis.Columns, Reference.LogSumExp);
        return Matrix.Generate(x.Rows, x.Columns, (i, j) => value(x[i, j], logSumExp[i, 0]));
    }
}
