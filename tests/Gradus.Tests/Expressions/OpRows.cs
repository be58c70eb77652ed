using static Gradus.Functions;

namespace Gradus.Tests.Expressions;

/// <summary>One row an op: an expression of it on inputs that avoid its kinks. Every row runs against central differences in
/// double, and as a compiled float program against the double reference.</summary>
public sealed record OpRow(string Name, Expression Value, params Expression[] Inputs)
{
    /// <summary>Values are drawn from [Low, High].</summary>
    public double Low { get; init; } = -2;

    public double High { get; init; } = 2;

    /// <summary>Rounding of the op itself in units of the last place.</summary>
    public double Ulps { get; init; } = 4;

    /// <summary>Values for inputs that are indices.</summary>
    public Dictionary<Expression, double[,]> Fixed { get; init; } = [];

    public override string ToString() => Name;
}

public static class OpRows
{
    private static Expression P(int rows, int columns, string name) => Expression.Parameter(rows, columns, name);

    public static IEnumerable<OpRow> All()
    {
        foreach (var (name, function, low, high, ulps) in Unary())
        {
            var x = P(3, 5, "x");
            yield return new OpRow(name, function(x), x) { Low = low, High = high, Ulps = ulps };
        }

        foreach (var (name, function, low, high) in Binary())
        {
            foreach (var (suffix, rows, columns, otherRows, otherColumns) in new[]
            {
                ("", 3, 5, 3, 5), (" row", 3, 5, 1, 5), (" column", 3, 5, 3, 1), (" scalar", 3, 5, 1, 1),
                (" row left", 1, 5, 3, 5), (" column left", 3, 1, 3, 5), (" scalar left", 1, 1, 3, 5), (" outer", 3, 1, 1, 5),
                (" wide row", 2, 300, 1, 300), (" wide column", 2, 300, 2, 1), (" wide column left", 2, 1, 2, 300),
            })
            {
                var (a, b) = (P(rows, columns, "a"), P(otherRows, otherColumns, "b"));
                yield return new OpRow(name + suffix, function(a, b), a, b) { Low = low, High = high };
            }
        }

        foreach (var row in Structure())
            yield return row;
    }

    private static (string, Func<Expression, Expression>, double, double, double)[] Unary() =>
    [
        ("negate", x => -x, -2, 2, 0),
        ("exp", Exp, -2, 2, 4),
        ("log", Log, 0.1, 3, 4),
        ("log1p", Log1p, -0.9, 3, 4),
        ("square", Square, -2, 2, 1),
        ("sqrt", Sqrt, 0.1, 3, 1),
        ("abs", Abs, -2, 2, 0),
        ("sign", x => Sign(x) * x, -2, 2, 1),
        ("sigmoid", Sigmoid, -6, 6, 6),
        ("tanh", Tanh, -3, 3, 8),
        ("softplus", Softplus, -6, 6, 6),
        ("relu", Relu, -2, 2, 0),
        ("leaky-relu", x => LeakyRelu(x), -2, 2, 1),
        ("leaky-relu 0.3", x => LeakyRelu(x, 0.3), -2, 2, 2),
        ("sin", Sin, -3, 3, 8),
        ("cos", Cos, -3, 3, 8),
        ("erf", Erf, -3, 3, 8),
        ("transpose", Transpose, -2, 2, 0),
        ("sum", x => Sum(x), -2, 2, 0),
        ("total", Total, -2, 2, 0),
        ("sum rows", x => Sum(x, Axis.Rows), -2, 2, 0),
        ("sum columns", x => Sum(x, Axis.Columns), -2, 2, 0),
        ("mean", x => Mean(x), -2, 2, 1),
        ("mean rows", x => Mean(x, Axis.Rows), -2, 2, 1),
        ("mean columns", x => Mean(x, Axis.Columns), -2, 2, 1),
        ("maximum", x => Max(x, Axis.All), -2, 2, 0),
        ("maximum rows", x => Max(x, Axis.Rows), -2, 2, 0),
        ("maximum columns", x => Max(x, Axis.Columns), -2, 2, 0),
        ("log-sum-exp", LogSumExp, -2, 2, 8),
        ("softmax", Softmax, -2, 2, 8),
        ("log-softmax", LogSoftmax, -2, 2, 8),
        ("slice", x => SliceColumns(x, 1, 3), -2, 2, 0),
        ("slice first", x => SliceColumns(x, 0, 2), -2, 2, 0),
        ("slice last", x => x.Column(4), -2, 2, 0),
        ("reshape", x => Reshape(x, new Shape(5, 3)), -2, 2, 0),
        ("reshape between", x => Tanh(Reshape(x * x, new Shape(1, 15))), -2, 2, 8),
        ("reshape row", x => Reshape(Reshape(x, new Shape(15, 1)) + BroadcastTo(0.5, new Shape(15, 2)), new Shape(5, 6)), -2, 2, 1),
        ("repeat", x => RepeatColumns(x, 3), -2, 2, 0),
        ("fold", x => FoldColumns(ConcatenateColumns(x, x * x, x), 3), -2, 2, 2),
        ("fold columns", x => FoldColumns(x, 5), -2, 2, 2),
        ("broadcast", x => BroadcastTo(Sum(x, Axis.Rows), new Shape(4, 5)), -2, 2, 0),
        ("power constant", x => Power(x, 3), -2, 2, 8),
        ("reciprocal", x => 1 / x, 0.5, 2, 1),
        ("uniform", x => x * RandomUniform(3, 5, 1), -2, 2, 1),
        ("normal", x => x * RandomNormal(3, 5, 2), -2, 2, 1),
        ("bernoulli", x => x * RandomBernoulli(3, 5, 0.5, 3), -2, 2, 1),
    ];

    private static (string, Func<Expression, Expression, Expression>, double, double)[] Binary() =>
    [
        ("add", (a, b) => a + b, -2, 2),
        ("subtract", (a, b) => a - b, -2, 2),
        ("multiply", (a, b) => a * b, -2, 2),
        ("divide", (a, b) => a / b, 0.5, 2),
        ("power", Power, 0.5, 2),
        ("min", Min, -2, 2),
        ("max", Max, -2, 2),
        ("greater", (a, b) => (a > b) * a, -2, 2),
        ("less", (a, b) => (a < b) * a, -2, 2),
        ("greater-or-equal", (a, b) => (a >= b) * a, -2, 2),
        ("less-or-equal", (a, b) => (a <= b) * a, -2, 2),
        ("equal", (a, b) => Equal(a, b) + (a * b), -2, 2),
        ("gate", Gate, -2, 2),
        ("select", (a, b) => Select(a > 0.1, a, b), -2, 2),
    ];

    private static IEnumerable<OpRow> Structure()
    {
        foreach (var (ta, tb) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            var a = ta ? P(4, 3, "a") : P(3, 4, "a");
            var b = tb ? P(5, 4, "b") : P(4, 5, "b");
            yield return new OpRow($"dot {ta} {tb}", Dot(a, b, ta, tb), a, b);
        }

        var (x, y, z) = (P(3, 2, "x"), P(3, 1, "y"), P(3, 4, "z"));
        yield return new OpRow("concatenate", ConcatenateColumns(x, y, z), x, y, z);
        var (table, index) = (P(4, 3, "table"), Expression.Input(6, 1, "index"));
        var rows = new double[,] { { 3 }, { 0 }, { 3 }, { 1 }, { 3 }, { 0 } };
        yield return new OpRow("gather", GatherRows(table, index), table) { Fixed = new() { [index] = rows } };
        var values = P(6, 3, "values");
        yield return new OpRow("scatter-add", ScatterAddRows(values, index, 5), values) { Fixed = new() { [index] = rows } };
        var label = P(6, 4, "logits");
        yield return new OpRow("one-hot", OneHot(index, 4) * label, label) { Fixed = new() { [index] = rows } };
        var (p, q) = (P(2, 3, "p"), P(1, 3, "q"));
        yield return new OpRow("constant matrix", (p * Expression.Constant(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } })) + q, p, q);
    }
}
