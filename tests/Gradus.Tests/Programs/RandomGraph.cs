using static Gradus.Functions;

namespace Gradus.Tests.Programs;

/// <summary>A random graph of expressions over few shapes, square ones among them, with its gradient: the input of the
/// test that fusion, memory reuse and assignments change no bit.</summary>
/// <remarks>Operations are chosen so that values at most double from node to node: nothing overflows.</remarks>
internal sealed class RandomGraph
{
    private readonly Draw draw;
    private readonly List<Expression> pool = [];
    private readonly Dimension[] sides;

    public RandomGraph(ulong seed, int size)
    {
        draw = new Draw(seed);
        Batch = 1 + draw.Below(6);
        // Mostly tiny; sometimes wider than a narrow chain (128), sometimes than a block (1024).
        int[] widths = draw.Below(10) switch { 0 => [1, 2, 1100], 1 or 2 => [1, 3, 130], _ => [1, 3, 5] };
        // In some graphs almost everything is square: operands, results and parameters can take each other's memory.
        if (draw.Chance(0.4))
            widths = [4];
        sides = [Dimension.Batch, .. widths.Select(Dimension.Fixed), 1];
        for (var i = 0; i < 3; i++)
        {
            Leaves.Add(Expression.Input(Dimension.Batch, draw.Of(widths), $"x{i}"));
            var rows = draw.Of(widths);
            Leaves.Add(Expression.Parameter(rows, rows > 5 ? draw.Of(widths[..^1]) : draw.Of(widths), $"w{i}"));
        }

        pool.AddRange(Leaves);
        pool.Add(0.5);
        pool.Add(Expression.Constant(draw.Matrix(1, widths[^1])));
        while (pool.Count < size + Leaves.Count + 2)
        {
            var next = Next();
            if ((long)next.Shape.Rows.Resolve(Batch) * next.Shape.Columns.Resolve(Batch) <= 8_000)
                pool.Add(next);
        }

        Expression loss = 0;
        for (var i = 0; i < 1 + draw.Below(4); i++)
        {
            var output = pool[^(1 + draw.Below(Math.Min(size, pool.Count)))];
            Outputs.Add(output);
            loss += Mean(output * Sigmoid(output));
        }

        Outputs.Add(loss);
        if (draw.Chance(0.7))
            Outputs.AddRange(Gradient.Of(loss, [.. Leaves.Take(1 + draw.Below(Leaves.Count))]));
        foreach (var leaf in Leaves)
        {
            var (rows, columns) = (leaf.Shape.Rows.Resolve(Batch), leaf.Shape.Columns.Size);
            Values[leaf] = draw.Matrix(rows, columns);
        }

        foreach (var parameter in Leaves.Where(leaf => !leaf.Shape.Rows.IsBatch && draw.Chance(0.5)))
        {
            var fitting = pool.Concat(Outputs).Where(x => x.Shape == parameter.Shape && !Leaves.Contains(x)).ToList();
            if (fitting.Count > 0)
                Assigned.Add((parameter, draw.Of(fitting)));
        }
    }

    public int Batch { get; }

    public List<Expression> Leaves { get; } = [];

    public Dictionary<Expression, double[,]> Values { get; } = [];

    public List<Expression> Outputs { get; } = [];

    /// <summary>Parameters that the program replaces, each by a value of its shape.</summary>
    public List<(Expression Parameter, Expression Value)> Assigned { get; } = [];

    private Expression Next()
    {
        // Late nodes are preferred, so that chains become long; early ones occur, so that values live for long.
        var a = draw.Chance(0.6) ? pool[^(1 + draw.Below(Math.Min(4, pool.Count)))] : draw.Of(pool);
        switch (draw.Below(19))
        {
            case 0 or 1 or 2:
                return Unary(a);
            case 3 or 4 or 5 or 6 when Fitting(a) is { } b:
                return draw.Chance(0.5) ? Binary(a, b) : Binary(b, a);
            case 7 when Factor(a) is { } b:
                return b.Left ? Tanh(b.Factor).Dot(a) / Count(b.Factor, Axis.Columns) : a.Dot(Tanh(b.Factor)) / Count(a, Axis.Columns);
            case 8:
                var axis = draw.Of(Enum.GetValues<Axis>());
                return draw.Chance(0.5) ? Mean(a, axis) : Max(a, axis);
            case 9:
                return draw.Below(3) switch { 0 => Softmax(a), 1 => LogSumExp(a), _ => LogSoftmax(a) };
            case 10 when !a.Shape.Columns.IsBatch && a.Shape.Columns.Size > 1:
                var (width, start) = (a.Shape.Columns.Size, draw.Below(a.Shape.Columns.Size));
                return SliceColumns(a, start, 1 + draw.Below(width - start));
            case 11 when !a.Shape.Columns.IsBatch && a.Shape.Columns.Size < 600:
                var beside = pool.Where(x => x.Shape.Rows == a.Shape.Rows && !x.Shape.Columns.IsBatch && x.Shape.Columns.Size < 600).ToList();
                return ConcatenateColumns(a, draw.Of(beside));
            case 12:
                return draw.Chance(0.5) ? Transpose(a) : BroadcastTo(a, new Shape(
                    a.Shape.Rows == Dimension.One ? draw.Of(sides) : a.Shape.Rows,
                    a.Shape.Columns == Dimension.One ? draw.Of(sides) : a.Shape.Columns));
            case 13 or 14 when Fitting(a) is { } b:
                // A product and its sum with a result between them that others read too.
                var factor = Sigmoid(b);
                pool.Add(Unary(b));
                return (a * factor) + pool[^1];
            case 15 when Reshaped(a) is { } shape:
                return Reshape(a, shape);
            case 16 when Reshaped(a) is { } shape:
                // Work on both sides of a view, and on the view together with what it is made of.
                var plain = Unary(a);
                pool.Add(Reshape(plain, shape));
                return draw.Chance(0.5) ? Reshape(Binary(pool[^1], Sigmoid(pool[^1])), a.Shape) + plain : Unary(pool[^1]);
            case 17 when !a.Shape.Columns.IsBatch && a.Shape.Columns.Size < 600:
                return RepeatColumns(a, 2 + draw.Below(2));
            case 18 when !a.Shape.Columns.IsBatch && Divisors(a.Shape.Columns.Size) is { Count: > 0 } divisors:
                return FoldColumns(a, draw.Of(divisors));
            default:
                return a * RandomBernoulli(a.Shape.Rows, a.Shape.Columns, 0.6, draw.Below(3));
        }
    }

    private Shape? Reshaped(Expression a)
    {
        var (rows, columns) = (a.Shape.Rows, a.Shape.Columns);
        var shapes = new List<Shape>();
        if (!columns.IsBatch)
            shapes.AddRange(Divisors(columns.Size).Select(k => new Shape(k * rows, columns.Size / k)));
        if (rows.Factor > 1 && !columns.IsBatch)
            shapes.AddRange(Divisors(rows.Factor).Select(k => new Shape(rows.IsBatch ? rows.Factor / k * Dimension.Batch : rows.Factor / k, k * columns)));
        return shapes.Count > 0 ? draw.Of(shapes) : null;
    }

    private static List<int> Divisors(int n) => [.. Enumerable.Range(2, Math.Max(0, Math.Min(n, 64) - 1)).Where(k => n % k == 0)];

    private Expression Unary(Expression a) => draw.Below(12) switch
    {
        0 => -a,
        1 => Relu(a),
        2 => LeakyRelu(a, 0.1),
        3 => Sigmoid(a),
        4 => Tanh(a),
        5 => Softplus(a),
        6 => Exp(-Abs(a)),
        7 => Square(Tanh(a)),
        8 => 1.5 * a,
        9 => a - 0.25,
        10 => Sqrt(Abs(a) + 0.01),
        _ => Sign(a),
    };

    private Expression Binary(Expression a, Expression b) => draw.Below(10) switch
    {
        0 or 1 => a + b,
        2 => a - b,
        3 or 4 => a * Sigmoid(b),
        5 => a / (1 + Square(Tanh(b))),
        6 => Max(a, b),
        7 => Min(a, b),
        8 => Gate(a, b),
        _ => Select(a > b, b, 0.5 * a),
    };

    private Expression? Fitting(Expression a)
    {
        var fitting = pool.Where(b => Shape.Broadcast(a.Shape, b.Shape) is not null).ToList();
        return fitting.Count > 0 ? draw.Of(fitting) : null;
    }

    private (Expression Factor, bool Left)? Factor(Expression a)
    {
        var factors = pool.Where(b => b.Shape.Rows == a.Shape.Columns).Select(b => (b, false))
            .Concat(pool.Where(b => b.Shape.Columns == a.Shape.Rows).Select(b => (b, true))).ToList();
        return factors.Count > 0 ? draw.Of(factors) : null;
    }
}
