using Gradus.Tests.Expressions;
using static Gradus.Functions;

namespace Gradus.Tests.Programs;

/// <summary>Matrices so large that instructions are cut into parts, by rows and by columns: fused and threaded programs
/// must give the bits of the program that keeps every node.</summary>
public sealed class LargeProgramTests
{
    private static readonly Expression A = P(300, 700, "a"), B = P(700, 900, "b"), Row = P(1, 900, "row"),
        Column = P(300, 1, "column"), Full = P(300, 900, "full"), Scalar = P(1, 1, "scalar"),
        S = P(400, 400, "s"), T = P(400, 400, "t"), Narrow = P(6000, 40, "narrow"), NarrowRow = P(1, 40, "r"),
        NarrowColumn = P(6000, 1, "c"), Flat = P(1, 70_001, "flat");

    private static readonly (string Name, Expression Value)[] Cases =
    [
        ("product alone", A.Dot(B)),
        ("bias and relu", Relu(A.Dot(B) + Row)),
        ("column operand", Relu((A.Dot(B) * Column) + Row)),
        ("column operand of an op without a number form", Select(A.Dot(B) > Column, Column, Row)),
        ("scalar operand of an op without a number form", Gate(A.Dot(B), Scalar) + Gate(Scalar, A.Dot(B))),
        ("full operand and row and column", ((A.Dot(B) + Row) * Full) - (Column * Row)),
        ("random mask", A.Dot(B) * RandomBernoulli(300, 900, 0.8, 1) / 0.8),
        ("transposed product", B.Transpose().Dot(A.Transpose()) * Row.Transpose()),
        ("result in the place of an operand that the product reads", Chain(S, T)),
        ("narrow chain", Tanh((Narrow * NarrowRow) + NarrowColumn) * RandomUniform(6000, 40, 2)),
        ("narrow gate", Gate(NarrowRow, NarrowColumn) + Narrow),
        ("one row", Sigmoid(Flat) * RandomNormal(1, 70_001, 3)),
        ("row sums", Sum(Narrow * NarrowRow, Axis.Rows)),
        ("column sums", Sum(Full * Row, Axis.Columns)),
        ("largest of columns", Max(Full - Column, Axis.Rows)),
        ("softmax", Softmax(Full + Row)),
        ("gradient of a layer", Gradient.Of(Mean(Square(Relu(A.Dot(B) + Row) * Column)), B)[0]),
    ];

    public static TheoryData<string> Names() => [.. Cases.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Fused_and_threaded_programs_give_the_bits_of_the_plain_one(string name)
    {
        var value = Cases.Single(row => row.Name == name).Value;
        var expected = Run(value, new ProgramOptions { KeepAll = true });
        Assert.Equal(expected, Run(value, new ProgramOptions()));
        foreach (var threads in new[] { 2, 3 })
        {
            using var team = new WorkerTeam(threads);
            Assert.Equal(expected, Run(value, new ProgramOptions { Team = team }));
        }
    }

    [Fact]
    public void An_epilogue_that_replaces_a_factor_of_its_product_waits_for_all_parts()
    {
        Assert.Equal(Assign(keepAll: true), Assign(keepAll: false));

        static float[] Assign(bool keepAll)
        {
            var buffer = new ParameterBuffer([S, T]);
            foreach (var parameter in buffer.Parameters)
                Numeric.CopyTo(new Draw((ulong)(parameter.Name ?? "?")[0]).Matrix(400, 400), buffer[parameter]);
            CompiledProgram.Compile([], new ProgramOptions { KeepAll = keepAll, Placements = [.. buffer.PlaceEach(), buffer.Place(Relu(S.Dot(T) + S), S)] }).Run();
            return buffer[S].ToArray();
        }
    }

    // What only the epilogue reads goes to it part by part: parts of all columns and of some, operands of every shape.
    [Theory]
    [InlineData(1000, 500, 60)]
    [InlineData(1000, 2100, 60)]
    [InlineData(3000, 100, 60)]
    [InlineData(500, 40, 700)]
    [InlineData(7, 5, 3)]
    [InlineData(1, 1, 3)]   // its transpose is another view of the same memory
    public void A_product_that_is_assigned_after_its_epilogue_has_the_bits_of_the_plain_one(int rows, int columns, int terms)
    {
        Expression x = P(terms, rows, "x"), g = P(terms, columns, "g"), w = P(rows, columns, "w"), v = P(rows, columns, "v"), row = P(1, columns, "row"), column = P(rows, 1, "column");
        var gradient = x.Transpose().Dot(g);
        (Expression Place, Expression Value)[][] cases =
        [
            [(w, w - (0.1 * gradient))],
            [(w, w - (0.1 * ((gradient * row) + column))), (v, (0.9 * v) + Square(gradient))],
            [(w, gradient), (v, v + gradient)],   // it is wanted itself
            .. rows == columns ? (IEnumerable<(Expression, Expression)[]>)[[(w, w - (0.1 * gradient.Transpose()))]] : [],
        ];
        foreach (var places in cases)
        {
            var expected = Assign(places, new ProgramOptions { KeepAll = true });
            Assert.Equal(expected, Assign(places, new ProgramOptions()));
            Assert.Equal(expected, Assign(places, new ProgramOptions { FormulaWork = 1 }));
            using var team = new WorkerTeam(3);
            Assert.Equal(expected, Assign(places, new ProgramOptions { Team = team }));
        }

        float[] Assign((Expression Place, Expression Value)[] places, ProgramOptions options)
        {
            var buffer = new ParameterBuffer([x, g, w, v, row, column]);
            foreach (var leaf in buffer.Parameters)
                Numeric.CopyTo(new Draw((ulong)(leaf.Name ?? "?")[^1]).Matrix(leaf.Shape.Rows.Size, leaf.Shape.Columns.Size), buffer[leaf]);
            CompiledProgram.Compile([], options with { Placements = [.. buffer.PlaceEach(), .. places.Select(each => buffer.Place(each.Value, each.Place))] }).Run();
            return buffer.All.ToArray();
        }
    }

    /// <summary>Two layers of rectifiers, whose products with the weights are split, whose gradients are full of zeros, and whose weights
    /// are assigned, five times in a row.</summary>
    [Theory]
    [InlineData(64, 700, 300)]
    [InlineData(40, 300, 530)]
    public void Steps_of_descent_have_the_bits_of_the_plain_ones_with_any_number_of_threads(int rows, int inputs, int units)
    {
        Expression x = P(rows, inputs, "x"), w = P(inputs, units, "w"), v = P(units, units, "v"), b = P(1, units, "b");
        var hidden = Relu(x.Dot(w) + b);
        var loss = Mean(Square(Relu(hidden.Dot(v) + b) - 1));
        Expression[] parameters = [w, v, b];
        var gradients = Gradient.Of(loss, parameters);

        var expected = Steps(new ProgramOptions { KeepAll = true });
        Assert.Equal(expected, Steps(new ProgramOptions()));
        Assert.Equal(expected, Steps(new ProgramOptions { FormulaWork = 1 }));
        foreach (var threads in new[] { 2, 3, 5 })
        {
            using var team = new WorkerTeam(threads);
            Assert.Equal(expected, Steps(new ProgramOptions { Team = team }));
            Assert.Equal(expected, Steps(new ProgramOptions { Team = team, FormulaWork = 1 }));
        }

        // A program that assigns nothing takes each sum in one go.
        var alone = new ParameterBuffer([x, w, v, b]);
        Fill(alone);
        var plain = CompiledProgram.Compile([loss], new ProgramOptions { Placements = [.. alone.PlaceEach()] });
        plain.Run();
        Assert.InRange(expected[0], plain[loss][0] * (1 - 1e-5f), plain[loss][0] * (1 + 1e-5f));
        Assert.True(expected[4] < expected[0]);

        float[] Steps(ProgramOptions options)
        {
            var buffer = new ParameterBuffer([x, w, v, b]);
            Fill(buffer);
            var program = CompiledProgram.Compile([loss], options with { Placements = [.. buffer.PlaceEach(), .. parameters.Select((p, i) => buffer.Place(p - (0.1 * gradients[i]), p))] });
            var losses = new float[5];
            foreach (ref var each in losses.AsSpan())
            {
                program.Run();
                each = program[loss][0];
            }

            return [.. losses, .. buffer.All];
        }

        static void Fill(ParameterBuffer buffer)
        {
            foreach (var leaf in buffer.Parameters)
            {
                var matrix = new Draw((ulong)(leaf.Name ?? "?")[^1]).Matrix(leaf.Shape.Rows.Size, leaf.Shape.Columns.Size);
                Numeric.CopyTo(matrix, buffer[leaf]);
                if (leaf.Name != "x")
                    foreach (ref var weight in buffer[leaf])
                        weight *= 0.05f;
            }
        }
    }

    [Fact]
    public void A_product_that_only_its_epilogue_reads_takes_no_memory_of_its_own()
    {
        Expression x = P(60, 2000, "x"), g = P(60, 2000, "g"), w = P(2000, 2000, "w");
        var buffer = new ParameterBuffer([x, g, w]);
        long Allocated(Expression value, IReadOnlyList<Expression> kept)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            CompiledProgram.Compile(kept, new ProgramOptions { Placements = [.. buffer.PlaceEach(), buffer.Place(value, w)] });
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        const long bytes = sizeof(float) * 2000L * 2000;
        var gradient = x.Transpose().Dot(g);
        Assert.InRange(Allocated(w - (0.1 * gradient), []), 0, bytes / 4);
        Assert.InRange(Allocated(w - (0.1 * gradient), [gradient]), bytes, 2 * bytes);   // what is wanted afterwards has its memory
    }

    // Every factor ends with its product, so its memory is free for the epilogue's result, which it must not take.
    private static Expression Chain(Expression s, Expression t)
    {
        for (var i = 0; i < 3; i++)
        {
            var factor = Tanh(s) + t;
            s = (factor.Dot(t) / 400) + (0.5 * factor);
        }

        return s;
    }

    private static float[] Run(Expression value, ProgramOptions options)
    {
        var program = CompiledProgram.Compile([value], options with { Seed = 5 });
        foreach (var leaf in Graph.Order([value]).Where(node => node.Op == Ops.Parameter))
            Numeric.CopyTo(new Draw((ulong)(leaf.Name ?? "?")[0]).Matrix(leaf.Shape.Rows.Size, leaf.Shape.Columns.Size), program[leaf]);
        program.Run(2);
        return program[value].ToArray();
    }

    private static Expression P(int rows, int columns, string name) => Expression.Parameter(rows, columns, name);
}
