using static Gradus.Functions;

namespace Gradus.Tests.Programs;

/// <summary>Tables that are looked up and trained: the step joined to the scatter, cut by rows of the table, and only rows with an
/// index in gradient descent all give the bits of the plain order.</summary>
public sealed class ScatterTests
{
    private const int Rows = 5_000, Width = 33, BatchRows = 64;

    // Rows that occur often, once and never; the first and the last.
    private static double[,] Indices()
    {
        var draw = new Draw(9);
        var index = new double[BatchRows, 1];
        for (var i = 0; i < BatchRows; i++)
            index[i, 0] = i < 20 ? draw.Below(3) : i == 20 ? Rows - 1 : draw.Below(Rows);
        return index;
    }

    public static TheoryData<string> Optimizers() => [.. Optimizer.All.OfType<ElementwiseOptimizer>().Select(optimizer => optimizer.Name)];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_step_gives_the_same_bits_joined_or_not_and_for_any_number_of_threads(string name)
    {
        var optimizer = Optimizer.All.OfType<ElementwiseOptimizer>().First(each => each.Name == name) with { LearningRate = 0.01 };
        var expected = Train(optimizer, threads: 1, keepAll: true);
        Assert.True(Array.TrueForAll(expected, float.IsFinite));
        foreach (var threads in new[] { 1, 2, 5 })
            Assert.Equal(expected, Train(optimizer, threads, keepAll: false));
    }

    [Fact]
    public void Gradient_descent_changes_only_rows_with_an_index()
    {
        var (table, index) = (Expression.Parameter(Rows, Width, "table"), Indices());
        var before = Start(table).All.ToArray();
        var after = Train(new GradientDescent(0.01), threads: 1, keepAll: false);
        var named = index.Cast<double>().Select(row => (int)row).ToHashSet();
        for (var row = 0; row < Rows; row++)
        {
            var isEqual = before.AsSpan(row * Width, Width).SequenceEqual(after.AsSpan(row * Width, Width));
            Assert.Equal(named.Contains(row), !isEqual);
        }
    }

    /// <summary>∞ · 0 is no number: with an infinite rate only rows that are worked on become NaN or infinite.</summary>
    [Fact]
    public void Gradient_descent_does_not_touch_other_rows()
    {
        var (program, weights, state) = Compile(new GradientDescent(), null, keepAll: false);
        state.Prepare(Array.ConvertAll(state.Coefficients, program.SlotOf), 1, double.PositiveInfinity);
        program.Run();
        var named = Indices().Cast<double>().Select(row => (int)row).ToHashSet();
        for (var row = 0; row < Rows; row++)
            Assert.Equal(!named.Contains(row), float.IsFinite(weights.All[row * Width]));
    }

    [Fact]
    public void An_index_outside_of_the_table_stops_the_run()
    {
        var (values, index) = (Expression.Input(Dimension.Batch, 4, "v"), Expression.Input(Dimension.Batch, 1, "i"));
        var program = CompiledProgram.Compile([ScatterAddRows(values, index, 3)], new ProgramOptions { Batch = 2 });
        program[index][1] = 3;
        Assert.Contains("0 … 2", Assert.Throws<ArgumentOutOfRangeException>(() => program.Run()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        using var team = new WorkerTeam(3);
        foreach (var optimizer in new ElementwiseOptimizer[] { new Adam(), new GradientDescent() })
        {
            var (program, _, _) = Compile(optimizer, team, keepAll: false);
            program.Run();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 50; i++)
                program.Run();
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private static ParameterBuffer Start(Expression table)
    {
        var weights = new ParameterBuffer([table]);
        Initializer.Normal(1).Fill(weights.All, Rows, Width, 4, 1);
        return weights;
    }

    private static float[] Train(ElementwiseOptimizer optimizer, int threads, bool keepAll)
    {
        using var team = new WorkerTeam(threads);
        var (program, weights, state) = Compile(optimizer, team, keepAll);
        for (var step = 1; step <= 3; step++)
        {
            state.Prepare(Array.ConvertAll(state.Coefficients, program.SlotOf), step, optimizer.LearningRate);
            program.Run();
        }

        return weights.All[..(Rows * Width)].ToArray();
    }

    private static (CompiledProgram Program, ParameterBuffer Weights, OptimizerState State) Compile(ElementwiseOptimizer optimizer, WorkerTeam? team, bool keepAll)
    {
        var (table, index) = (Expression.Parameter(Rows, Width, "table"), Expression.Input(Dimension.Batch, 1, "index"));
        var weights = Start(table);
        var state = new OptimizerState(optimizer, weights);
        var losses = Sum(Square(GatherRows(table, index) - 1), Axis.Columns);
        var gradient = Gradient.Of(Mean(losses), table)[0];
        var program = CompiledProgram.Compile([losses], new ProgramOptions
        {
            Batch = BatchRows,
            Team = team,
            KeepAll = keepAll,
            Placements = [.. state.UpdateOf(0, gradient)],
        });
        Expressions.Numeric.CopyTo(Indices(), program[index]);
        return (program, weights, state);
    }
}
