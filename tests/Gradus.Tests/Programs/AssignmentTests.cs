using Gradus.Tests.Expressions;
using static Gradus.Functions;

namespace Gradus.Tests.Programs;

/// <summary>Values placed where parameters lie: every reader of the old value comes before the new one is written.</summary>
public sealed class AssignmentTests
{
    private static readonly Expression W = Expression.Parameter(4, 4, "w"), V = Expression.Parameter(4, 4, "v");

    /// <summary>Each assigns new values to w and v from the old ones, and may have another output.</summary>
    private static readonly (string Name, Expression NextW, Expression NextV, Expression Output)[] Cases =
    [
        ("a later value in the same chain reads the old one", W + V, W * V, Sum(W)),
        ("a later value reads it twice", W - (0.1 * W), (W * V) - W, W + V),
        ("a reader depends on the assigned value", Tanh(V), Softmax(Tanh(V)) * W, Sum(V)),
        ("a product reads it after an elementwise value is ready", W + 1, W.Dot(V), Sum(W)),
        ("a product reads it with an epilogue that is the value", Relu(W.Dot(V) + W), V.Dot(W) - V, Sum(W * V)),
        ("the value is the product itself", W.Dot(V), V.Dot(W), Sum(W)),
        ("the value is transposed", W.Transpose(), V.Transpose() + W, Sum(W)),
        ("rows of it are repeated", BroadcastTo(Sum(W, Axis.Rows), W.Shape), V - Mean(W, Axis.Columns), Max(W, Axis.Rows)),
        ("a value is a constant", BroadcastTo(2, W.Shape), V + W, Sum(W)),
        ("one parameter becomes another", V, V + 0.5, Sum(W)),
        ("a value is assigned twice over", Tanh(W), Tanh(W), Tanh(W)),
        ("nothing changes", W, V, W * V),
        ("a product merged with a sum reads it after an earlier value", Tanh(V), (W * Sigmoid(V)) + Tanh(V), Sum(V)),
    ];

    public static TheoryData<string> Names() => [.. Cases.Select(row => row.Name).Except(["one parameter becomes another"])];

    [Theory]
    [MemberData(nameof(Names))]
    public void New_values_come_from_old_ones(string name)
    {
        var (_, nextW, nextV, output) = Cases.Single(row => row.Name == name);
        var (w, v) = (Numeric.Values(4, 4, 1), Numeric.Values(4, 4, 2));
        foreach (var order in new[] { false, true })
        {
            foreach (var withOutput in new[] { false, true })
            {
                var buffer = Buffer(w, v);
                Placement[] placements = [buffer.Place(nextW, W), buffer.Place(nextV, V)];
                var program = CompiledProgram.Compile(withOutput ? [output] : [], new ProgramOptions
                {
                    Placements = [.. buffer.PlaceEach(), .. order ? placements : placements.Reverse()],
                });
                program.Run();
                AssertClose(nextW.Evaluate((W, w), (V, v)), buffer[W]);
                AssertClose(nextV.Evaluate((W, w), (V, v)), buffer[V]);
                if (withOutput)
                    AssertClose(output.Evaluate((W, w), (V, v)), program[output]);
            }
        }
    }

    [Fact]
    public void A_gradient_that_is_another_parameter_is_written()
    {
        var weights = Buffer(Numeric.Values(4, 4, 1), Numeric.Values(4, 4, 2));
        var gradients = weights.Similar();
        var of = Gradient.Of(Sum(W * V), W, V);   // ∂/∂W = V, ∂/∂V = W: nothing is computed
        CompiledProgram.Compile([], new ProgramOptions
        {
            Placements = [.. weights.PlaceEach(), gradients.Place(of[0], W), gradients.Place(of[1], V)],
        }).Run();
        Assert.Equal(weights[V], gradients[W]);
        Assert.Equal(weights[W], gradients[V]);
    }

    [Fact]
    public void A_gradient_that_is_constant_is_written_at_every_run()
    {
        var constant = Expression.Constant(Numeric.Values(4, 4, 5));
        var weights = Buffer(Numeric.Values(4, 4, 1), Numeric.Values(4, 4, 2));
        var gradients = weights.Similar();
        var of = Gradient.Of(Sum(W * constant), W);
        var program = CompiledProgram.Compile([], new ProgramOptions { Placements = [.. weights.PlaceEach(), gradients.Place(of[0], W)] });
        program.Run();
        AssertClose(constant.Evaluate(), gradients[W]);
        gradients.All.Clear();
        program.Run();
        AssertClose(constant.Evaluate(), gradients[W]);
    }

    [Fact]
    public void Repeated_runs_go_on_from_the_assigned_values()
    {
        var buffer = Buffer(Numeric.Values(4, 4, 1), Numeric.Values(4, 4, 2));
        var start = buffer[W].ToArray();
        var program = CompiledProgram.Compile([], new ProgramOptions { Placements = [.. buffer.PlaceEach(), buffer.Place(W + 1, W)] });
        for (var run = 0; run < 5; run++)
            program.Run();
        for (var i = 0; i < start.Length; i++)
            Assert.Equal(start[i] + 1 + 1 + 1 + 1 + 1, buffer[W][i]);
    }

    [Fact]
    public void Exchanging_two_parameters_is_refused()
    {
        var buffer = new ParameterBuffer([W, V]);
        var exchange = new ProgramOptions { Placements = [.. buffer.PlaceEach(), buffer.Place(V, W), buffer.Place(W, V)] };
        Assert.Contains("is itself replaced", Assert.Throws<ArgumentException>(() => CompiledProgram.Compile([], exchange)).Message, StringComparison.Ordinal);
        var (_, nextW, nextV, _) = Cases.Single(row => row.Name == "one parameter becomes another");
        var shift = new ProgramOptions { Placements = [.. buffer.PlaceEach(), buffer.Place(nextW, W), buffer.Place(nextV, V)] };
        Assert.Throws<ArgumentException>(() => CompiledProgram.Compile([], shift));
    }

    [Fact]
    public void Two_values_in_the_same_place_are_refused()
    {
        var buffer = new ParameterBuffer([W, V]);
        var twice = new ProgramOptions { Placements = [.. buffer.PlaceEach(), buffer.Place(W + V, W), buffer.Place(W * V, W)] };
        Assert.Contains("same memory", Assert.Throws<ArgumentException>(() => CompiledProgram.Compile([], twice)).Message, StringComparison.Ordinal);
        var row = Expression.Parameter(1, buffer.Length, "all");
        var overlapping = new ProgramOptions { Placements = [.. buffer.PlaceEach(), buffer.Place(W + V, W), buffer.PlaceAll(2 * row)] };
        Assert.Throws<ArgumentException>(() => CompiledProgram.Compile([], overlapping));
    }

    [Fact]
    public void A_value_of_another_shape_is_refused_where_it_is_placed()
    {
        var buffer = new ParameterBuffer([W, V]);
        Assert.Contains("1 × 4", Assert.Throws<ArgumentException>(() => buffer.Place(Sum(W, Axis.Rows), W)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => buffer.PlaceAll(W));
    }

    private static ParameterBuffer Buffer(double[,] w, double[,] v)
    {
        var buffer = new ParameterBuffer([W, V]);
        Numeric.CopyTo(w, buffer[W]);
        Numeric.CopyTo(v, buffer[V]);
        return buffer;
    }

    // At most 4 terms, 4 operations, values below 2² · 4: 8 roundings of numbers below 16.
    private static void AssertClose(double[,] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var i = 0;
        foreach (var value in expected)
            Assert.InRange(actual[i++] - value, -8 * 16 * Math.Pow(2, -24), 8 * 16 * Math.Pow(2, -24));
    }
}
