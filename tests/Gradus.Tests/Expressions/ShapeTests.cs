using static Gradus.Functions;

namespace Gradus.Tests.Expressions;

/// <summary>What does not fit is refused when the expression is built, by a message with the operation and the shapes.
/// </summary>
public sealed class ShapeTests
{
    private static readonly Expression A = Expression.Parameter(2, 3), B = Expression.Parameter(4, 3),
        X = Expression.Input(Dimension.Batch, 3), I = Expression.Input(Dimension.Batch, 1);

    private static readonly Dictionary<string, (Func<Expression> Build, string[] Names)> Wrong = new()
    {
        ["add"] = (() => A + B, ["add", "2 × 3", "4 × 3"]),
        ["multiply batch"] = (() => X * A, ["multiply", "batch × 3", "2 × 3"]),
        ["select"] = (() => Select(A, A, B), ["select", "2 × 3", "4 × 3"]),
        ["max"] = (() => Max(A, Expression.Parameter(2, 4)), ["max", "2 × 3", "2 × 4"]),
        ["dot"] = (() => A.Dot(B), ["dot", "(2 × 3) · (4 × 3)", "3", "4"]),
        ["dot transposed"] = (() => A.Dot(Expression.Parameter(2, 4).Transpose()), ["dot", "(2 × 3) · (4 × 2)", "3", "4"]),
        ["dot batch"] = (() => X.Dot(X), ["dot", "batch × 3"]),
        ["concatenate"] = (() => ConcatenateColumns(A, B), ["concatenate", "2 × 3", "4 × 3"]),
        ["concatenate batch columns"] = (() => ConcatenateColumns(X.Transpose(), X.Transpose()), ["concatenate", "3 × batch"]),
        ["concatenate nothing"] = (() => ConcatenateColumns(), ["At least one"]),
        ["slice"] = (() => SliceColumns(A, 2, 2), ["slice", "columns 2 to 3", "3 columns"]),
        ["slice negative"] = (() => SliceColumns(A, -1, 1), ["slice", "3 columns"]),
        ["column"] = (() => A.Column(3), ["slice", "3 columns"]),
        ["gather"] = (() => GatherRows(A, X), ["gather", "batch × 1", "batch × 3"]),
        ["scatter"] = (() => ScatterAddRows(A, I, 5), ["scatter-add", "2 × 1", "batch × 1"]),
        ["broadcast"] = (() => BroadcastTo(A, new Shape(4, 3)), ["broadcast", "2 × 3", "4 × 3"]),
        ["reshape"] = (() => Reshape(A, new Shape(4, 2)), ["reshape", "2 × 3", "4 × 2"]),
        ["reshape batch"] = (() => Reshape(X, new Shape(2 * Dimension.Batch, 3)), ["reshape", "batch × 3", "2·batch × 3"]),
        ["fold"] = (() => FoldColumns(A, 2), ["fold", "3 columns", "2 equal blocks"]),
        ["fold batch"] = (() => FoldColumns(X.Transpose(), 1 + 1), ["fold", "batch columns"]),
        ["repeat no times"] = (() => RepeatColumns(A, 0), ["count"]),
        ["multiple of a batch"] = (() => X + Reshape(Expression.Input(Dimension.Batch, 6), new Shape(2 * Dimension.Batch, 3)), ["add", "batch × 3", "2·batch × 3"]),
        ["probability"] = (() => RandomBernoulli(1, 1, 1.5, 1), ["between 0 and 1"]),
        ["negative side"] = (() => Expression.Parameter(-1, 2), ["-1"]),
    };

    public static TheoryData<string> Names() => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_does_not_fit_is_refused_with_its_shapes(string name)
    {
        var (build, names) = Wrong[name];
        var exception = Assert.ThrowsAny<ArgumentException>(build);
        foreach (var text in names)
            Assert.Contains(text, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_of_another_shape_and_missing_values_are_refused()
    {
        var y = Expression.Parameter(2, 3, "w") + 1;
        Assert.Contains("'w'", Assert.Throws<ArgumentException>(() => y.Evaluate()).Message, StringComparison.Ordinal);
        var wrong = Assert.Throws<ArgumentException>(() => y.Evaluate((y.Inputs[0], new double[3, 2])));
        Assert.Contains("2 × 3", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("3 × 2", wrong.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => y.Evaluate((y, new double[2, 3])));
        Assert.Throws<InvalidOperationException>(() => Dimension.Batch.Size);
    }

    [Fact]
    public void Two_inputs_of_different_batches_are_refused() => Assert.Throws<ArgumentException>(
        () => (X + I).Evaluate((X, new double[4, 3]), (I, new double[5, 1])));

    [Fact]
    public void Building_simplifies_what_changes_no_value()
    {
        Assert.Same(A, A + 0);
        Assert.Same(A, 0 + A);
        Assert.Same(A, A - 0);
        Assert.Same(A, 1 * A);
        Assert.Same(A, A * 1);
        Assert.Same(A, A / 1);
        Assert.Same(A, -(-A));
        Assert.Same(A, A.Transpose().Transpose());
        Assert.Same(A, Power(A, 1));
        Assert.Same(A, SliceColumns(A, 0, 3));
        Assert.Same(A, BroadcastTo(A, A.Shape));
        Assert.Same(A, Reshape(Reshape(A, new Shape(1, 6)), A.Shape));
        Assert.Same(A, RepeatColumns(A, 1));
        Assert.Same(A, FoldColumns(A, 1));
        Assert.Equal("constant", (2 * Expression.Constant(3)).Operation);
        Assert.Equal("square", Power(A, 2).Operation);
        Assert.Equal("dot", A.Dot(B.Transpose()).Operation);
        Assert.Equal(2, Graph.Order([2 * (3 * A)]).Count - 1);   // 6 · A
        Assert.Equal("constant", Functions.Count(A).Operation);
        Assert.Equal("extent", Functions.Count(X).Operation);
        Assert.Equal("multiply", (0 * A).Operation);   // 0 · ∞ is not 0
    }

    [Fact]
    public void Simplified_expressions_have_the_shape_and_the_value_of_the_plain_ones()
    {
        // A repeated operand meets operands of every shape; the plain value is that of the op's own rule.
        Dimension[] sides = [1, 2, 3];
        var leaves = (from rows in sides from columns in sides select Expression.Parameter(rows.Size, columns.Size)).ToList();
        var repeated = (from x in leaves
                        from rows in sides
                        from columns in sides
                        where Shape.Broadcast(x.Shape, new Shape(rows, columns)) == new Shape(rows, columns)
                        select (Simplified: BroadcastTo(x, new Shape(rows, columns)), x)).ToList();
        repeated.AddRange(from number in new double[] { 0, 1, 2, -1 }
                          from rows in sides
                          from columns in sides
                          select (BroadcastTo(number, new Shape(rows, columns)), Expression.Constant(number)));
        var values = leaves.Select((x, i) => (x, Numeric.Values(x.Shape.Rows.Size, x.Shape.Columns.Size, (ulong)i + 1))).ToArray();
        var ops = new (Func<Expression, Expression, Expression> Of, Func<double, double, double> Value)[]
        {
            (Add, (a, b) => a + b), (Subtract, (a, b) => a - b), (Multiply, (a, b) => a * b), (Divide, (a, b) => a / b),
        };
        var compared = 0;
        foreach (var (a, _) in repeated)
        {
            foreach (var (b, _) in repeated.Concat(leaves.Select(x => (x, x))))
            {
                if (Shape.Broadcast(a.Shape, b.Shape) is not { } shape)
                    continue;
                foreach (var (left, right) in new[] { (a, b), (b, a), (a, -b), (-b, a) })
                {
                    var (u, v) = (Matrix.From(left.Evaluate(values)), Matrix.From(right.Evaluate(values)));
                    foreach (var (of, value) in ops)
                    {
                        var result = of(left, right);
                        var expected = Matrix.Generate(shape.Rows.Size, shape.Columns.Size, (i, j) => value(u.Broadcast(i, j), v.Broadcast(i, j)));
                        var actual = result.Evaluate(values);
                        Assert.Equal(shape, result.Shape);
                        Assert.Equal(expected.ToArray(), actual);
                        compared++;
                    }
                }
            }
        }

        Assert.True(compared > 10_000, $"only {compared} were compared");
    }
}
