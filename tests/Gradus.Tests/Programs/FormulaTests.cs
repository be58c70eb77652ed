using Gradus.Programs;
using static Gradus.Functions;

namespace Gradus.Tests.Programs;

/// <summary>Chains that are compiled into loops of their own.</summary>
public sealed class FormulaTests
{
    private const int Rows = 37, Columns = 290;

    public static TheoryData<string> Optimizers() => [.. Optimizer.All.OfType<ElementwiseOptimizer>().Select(each => each.Name)];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void An_optimiser_takes_the_same_steps_to_the_bit(string name)
    {
        var optimizer = Optimizer.All.OfType<ElementwiseOptimizer>().Single(each => each.Name == name) with { WeightDecay = 0.01 };
        Assert.Equal(Train(optimizer, long.MaxValue, 1), Train(optimizer, 0, 1));
        Assert.Equal(Train(optimizer, long.MaxValue, 1), Train(optimizer, 0, 3));
    }

    [Fact]
    public void Adam_goes_over_its_parameters_once()
    {
        double Passes(long leastWork) => Compile(new Adam(), leastWork, null).Instructions.Single().Cost / (0.1 * Rows * Columns);
        Assert.Equal(10, Passes(long.MaxValue), 9);
        Assert.Equal(2, Passes(0), 9);   // a formula counts as two passes
    }

    [Fact]
    public void Small_chains_are_not_compiled()
    {
        Instruction Of(int rows)
        {
            var x = Expression.Input(rows, 64);
            return Compiler.Compile([(2 * Square(x)) + Sqrt(Abs(x)) - 1], new ProgramOptions(), new RunState(0)).Instructions.Single();
        }

        Assert.Equal(Of(100).Cost, 100 * Of(1).Cost, 1e-6);
        Assert.True(Of(10_000).Cost < 0.7 * 10_000 * Of(1).Cost);
    }

    private static float[] Train(ElementwiseOptimizer optimizer, long leastWork, int threads)
    {
        using var team = new WorkerTeam(threads);
        var (_, options, outputs, weights, state, gradient) = Compile(optimizer, leastWork, team);
        var program = CompiledProgram.Compile(outputs, options);
        for (var step = 1; step <= 3; step++)
        {
            Initializer.Normal(1).Fill(program[gradient], Rows, Columns, 5, (ulong)step);
            state.Prepare(Array.ConvertAll(state.Coefficients, program.SlotOf), step, optimizer.LearningRate);
            program.Run();
        }

        return weights.All.ToArray();
    }

    private static (Instruction[] Instructions, ProgramOptions Options, Expression[] Outputs, ParameterBuffer Weights, OptimizerState State, Expression Gradient)
        Compile(ElementwiseOptimizer optimizer, long leastWork, WorkerTeam? team)
    {
        var (w, gradient) = (Expression.Parameter(Rows, Columns, "w"), Expression.Input(Rows, Columns, "g"));
        var weights = new ParameterBuffer([w]);
        Initializer.Normal(1).Fill(weights.All, Rows, Columns, 4, 1);
        var state = new OptimizerState(optimizer, weights);
        var options = new ProgramOptions { Team = team, FormulaWork = leastWork, Placements = [.. state.UpdateOf(0, gradient)] };
        return (Compiler.Compile([], options, new RunState(0)).Instructions, options, [], weights, state, gradient);
    }
}
