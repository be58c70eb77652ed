using static Gradus.Functions;

namespace Gradus.Tests.Expressions;

public sealed class OpTests
{
    private static readonly Dictionary<string, OpRow> Rows = OpRows.All().ToDictionary(row => row.Name);

    public static TheoryData<string> Names() => [.. Rows.Keys];

    [Fact]
    public void Every_op_of_the_table_has_a_row()
    {
        var tested = Rows.Values.SelectMany(row => Graph.Order([row.Value]).Concat(Graph.Order(Gradients(row))))
            .Select(node => node.Operation).ToHashSet();
        var fields = typeof(Ops).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public);
        var ops = fields.Select(field => field.GetValue(null)).OfType<Op>().Select(op => op.Name).ToList();
        Assert.True(ops.Count > 40, $"only {ops.Count} ops found");
        // The extent is a constant wherever the shape is fixed; ProgramTests use it with a batch.
        Assert.Empty(ops.Except(tested).Except(["extent"]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_equals_central_difference(string name)
    {
        var row = Rows[name];
        var loss = Loss(row);
        AssertGradient(loss, row);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_of_gradient_equals_central_difference(string name)
    {
        var row = Rows[name];
        Expression sum = 0;
        foreach (var gradient in Gradients(row))
            sum += Sum(Square(gradient));
        AssertGradient(sum, row);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Program_equals_reference(string name)
    {
        var row = Rows[name];
        var outputs = Gradients(row).Prepend(row.Value).ToList();
        var values = Bindings(row, 3);
        foreach (var keepAll in new[] { false, true })
        {
            var program = CompiledProgram.Compile(outputs, new ProgramOptions { KeepAll = keepAll });
            foreach (var (leaf, value) in values)
            {
                if (program.Uses(leaf))
                    Numeric.CopyTo(value, program[leaf]);
            }

            program.Run();
            for (var i = 0; i < outputs.Count; i++)
            {
                var expected = outputs[i].Evaluate(values);
                var actual = Numeric.ToMatrix(program[outputs[i]], expected.GetLength(0), expected.GetLength(1));
                // A handful of roundings of values of size 1: each op adds at most Ulps + the terms of its sums.
                var terms = Graph.Order([outputs[i]]).Count + (expected.Length > 20 ? 300 : 20);
                var bound = (row.Ulps + 1) * terms * Math.Pow(2, -24);
                Assert.InRange(Numeric.RelativeError(expected, actual), 0, bound);
            }
        }
    }

    private static void AssertGradient(Expression loss, OpRow row)
    {
        var values = Bindings(row, 7);
        var gradients = Gradient.Of(loss, row.Inputs);
        for (var i = 0; i < row.Inputs.Length; i++)
        {
            var analytic = gradients[i].Evaluate(values);
            var numeric = Numeric.CentralDifference(() => loss.Evaluate(values)[0, 0], values[i].Item2);
            Assert.InRange(Numeric.RelativeError(analytic, numeric), 0, 1e-6);
        }
    }

    // Every element of the value has a weight of its own, so that errors cannot cancel.
    private static Expression Loss(OpRow row)
    {
        var (rows, columns) = (row.Value.Shape.Rows.Size, row.Value.Shape.Columns.Size);
        return Sum(row.Value * Expression.Constant(Numeric.Values(rows, columns, 5)));
    }

    private static IReadOnlyList<Expression> Gradients(OpRow row) => Gradient.Of(Loss(row), row.Inputs);

    private static (Expression, double[,])[] Bindings(OpRow row, ulong seed) =>
    [
        .. row.Inputs.Select((x, i) => (x, Numeric.Values(
            x.Shape.Rows.Size, x.Shape.Columns.Size, seed + (ulong)i, row.Low, row.High))),
        .. row.Fixed.Select(pair => (pair.Key, pair.Value)),
    ];
}
