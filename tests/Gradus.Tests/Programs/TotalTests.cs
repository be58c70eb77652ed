using Gradus.Kernels;
using Gradus.Tests.Expressions;
using static Gradus.Functions;

namespace Gradus.Tests.Programs;

/// <summary>Sums over all elements that are taken while a chain runs.</summary>
public sealed class TotalTests
{
    private const int Rows = 150, Inner = 20, Columns = 300;   // 45,000 elements: enough for a sum on the way

    private readonly Expression a = Expression.Input(Rows, Inner, "a");
    private readonly Expression b = Expression.Input(Inner, Columns, "b");
    private readonly Expression x = Expression.Input(Rows, Columns, "x");

    [Fact]
    public void It_is_part_of_the_instruction_that_computes_what_is_summed()
    {
        var wide = Transpose(Expression.Input(64, 784)).Dot(Expression.Input(64, 512));
        Assert.Equal(1, Compile([Total(Square(x))]).Instructions);
        Assert.Equal(1, Compile([Total(Square(wide))]).Instructions);
        Assert.Equal(1, Compile([Total(Square(wide + Expression.Input(784, 512)))]).Instructions);
        Assert.Equal(1, Compile([Total(Square(a.Dot(b)))]).Instructions);
        Assert.Equal(2, Compile([Total(Square(a.Dot(b) - Expression.Input(Rows, 1)))]).Instructions);   // a column is another number for each row of a part, so the chain follows
        Assert.Equal(2, Compile([Total(Square(Expression.Input(30, 30)))]).Instructions);   // too small to compile a formula for
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_agrees_with_double_with_any_number_of_threads(int threads)
    {
        var product = a.Dot(b) + (0.5 * x);
        Expression[] sums =
        [
            Total(Square(x)),
            Total(Square(a.Dot(b))),
            Total(Square(product)),
            Total(Abs(product) * x),
            Total(Square(x - Mean(x, Axis.Rows))),        // a row is an operand
            Total(Square(x - Mean(x, Axis.Columns))),     // a column
            Total(Square(x + Total(Abs(x)))),               // a sum that waits for another
        ];
        var (first, again) = (Run(sums, threads), Run(sums, threads));
        Assert.Equal(Run(sums, 1), first);
        Assert.Equal(first, again);
        var values = Values();
        for (var i = 0; i < sums.Length; i++)
        {
            var exact = sums[i].Evaluate(values)[0, 0];
            // All but the fourth have no negative terms; x is within −2 and 2.
            var magnitude = i == 3 ? Sum(2 * Abs(product)).Evaluate(values)[0, 0] : exact;
            Assert.InRange(first[i], exact - (1e-5 * magnitude), exact + (1e-5 * magnitude));
        }
    }

    [Fact]
    public void What_reads_it_waits_for_it()
    {
        // y has the shape of what is summed, and would otherwise be computed with it.
        var y = x / Sqrt(Total(Square(x)));
        var program = Compile([y]);
        program.Run();
        program.Run();
        var norm = 0.0;
        foreach (var value in program[y])
            norm += (double)value * value;
        Assert.Equal(1, norm, 1e-5);

        // The same, with what is summed written over: placed where x lies.
        var w = Expression.Parameter(Rows, Columns, "w");
        var weights = new ParameterBuffer([w]);
        Initializer.Normal(1).Fill(weights.All, Rows, Columns, 1, 1);
        CompiledProgram.Compile([], new ProgramOptions
        {
            Placements = [weights.Place(w, w), weights.Place(w / Sqrt(Total(Square(w))), w)],
        }).Run();
        norm = 0;
        foreach (var value in weights.All[..(Rows * Columns)])
            norm += (double)value * value;
        Assert.Equal(1, norm, 1e-5);
    }

    [Fact]
    public void Nothing_is_summed_on_the_way_where_every_value_is_kept()
    {
        var squares = Square(x);
        var sum = Total(squares);
        var program = Compile([sum], new ProgramOptions { KeepAll = true });
        program.Run();
        Assert.Equal((float)Reductions.Sum(program[squares]), program[sum][0]);
        // Nor where the terms are read by another instruction.
        Assert.Equal(3, Compile([sum, Sum(squares, Axis.Rows)]).Instructions);
    }

    private float[] Run(Expression[] outputs, int threads)
    {
        using var team = new WorkerTeam(threads);
        var program = Compile(outputs, new ProgramOptions { Team = team });
        program.Run();
        program.Run();   // a second run begins anew
        return Array.ConvertAll(outputs, output => program[output][0]);
    }

    private CompiledProgram Compile(Expression[] outputs, ProgramOptions? options = null)
    {
        var program = CompiledProgram.Compile(outputs, options);
        foreach (var (expression, matrix) in Values())
        {
            if (program.Uses(expression))
                Numeric.CopyTo(matrix, program[expression]);
        }

        return program;
    }

    private (Expression Leaf, double[,] Value)[] Values()
    {
        var draw = new Draw(3);
        return [(a, draw.Matrix(Rows, Inner)), (b, draw.Matrix(Inner, Columns)), (x, draw.Matrix(Rows, Columns))];
    }
}
