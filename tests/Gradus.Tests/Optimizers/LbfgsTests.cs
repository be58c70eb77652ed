using System.Text.Json;
using Gradus.Tests.Expressions;
using static Gradus.Functions;
using static Gradus.Tests.Expressions.TwoLayerLectureTests;

namespace Gradus.Tests.Optimizers;

public sealed class LbfgsTests
{
    [Fact]
    public void A_hundred_steps_are_those_of_PyTorch()
    {
        using var stream = typeof(LbfgsTests).Assembly.GetManifestResourceStream("lbfgs.json");
        Assert.NotNull(stream);
        using var fixture = JsonDocument.Parse(stream);
        var root = fixture.RootElement;
        static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];
        var (steps, values, evaluations) = (Numbers(root.GetProperty("steps")), Numbers(root.GetProperty("values")), Numbers(root.GetProperty("evaluations")));
        var state = new LbfgsState(new Lbfgs(), (x, g) => Valley(root.GetProperty("steepness").GetDouble(), x, g), Numbers(root.GetProperty("start")));
        for (var step = 1; step <= 100; step++)
        {
            state.Step(1);
            if (Array.IndexOf(steps, step) is >= 0 and var kept)
            {
                var expected = Numbers(root.GetProperty("weights")[kept]);
                var bound = 1e-6 * expected.Max(Math.Abs);
                for (var i = 0; i < expected.Length; i++)
                    Assert.InRange(state.X[i] - expected[i], -bound, bound);
                Assert.InRange(state.Value - values[kept], -(1e-6 * values[kept]) - 1e-18, (1e-6 * values[kept]) + 1e-18);   // in the end 5e-21
                if (step <= 50)
                    Assert.Equal(evaluations[kept], state.Evaluations);
            }
        }
    }

    [Fact]
    public void Programs_in_float_are_solved_in_a_few_gradients()
    {
        var w = Expression.Parameter(1, 4, "w");
        var (curvature, target) = (new double[,] { { 1, 2, 4, 8 } }, new double[,] { { -1, 0.5, 2, 0 } });
        var (weights, evaluations) = Minimize(Sum(Expression.Constant(curvature) * Square(w - Expression.Constant(target))) / 2, [w], [3, 3, 3, 3]);
        for (var i = 0; i < 4; i++)
            Assert.InRange(weights[w][i] - target[0, i], -1e-3, 1e-3);
        Assert.InRange(evaluations, 5, 60);

        var (x, y) = (Expression.Parameter(1, 1, "x"), Expression.Parameter(1, 1, "y"));
        (weights, evaluations) = Minimize(Square(1 - x) + (100 * Square(y - Square(x))), [x, y], [-1.2f, 1]);
        Assert.InRange(weights[x][0], 0.999f, 1.001f);
        Assert.InRange(weights[y][0], 0.998f, 1.002f);
        Assert.InRange(evaluations, 20, 150);
    }

    [Fact]
    public void The_lecture_s_network_is_learnt_in_fewer_gradients_than_Adam_needs()
    {
        // The lecture's 20,000 epochs of descent end at an error of 0.0207; less than that rounds to it, or is better.
        const double Goal = 0.02075;
        var byAdam = ((double[])[0.01, 0.03, 0.1, 0.3]).Min(rate =>
        {
            var (weights, gradients, evaluate) = Lecture();
            var adam = new OptimizerRun(new Adam(rate), weights, gradients);
            var count = 1;
            for (; evaluate() > Goal && count < 20_000; count++)
                adam.Run(count, rate);
            return count;
        });

        // Steps of length 1 from the start lead to another minimum, 0.0325.
        foreach (var rate in (double[])[0.1, 0.03])
        {
            var (weights, gradients, evaluate) = Lecture();
            var state = FullBatchStep.StateOf(new Lbfgs(rate), weights, gradients, evaluate);
            do
                Assert.True(state.Step(rate), $"{rate}: {state.Value} after {state.Evaluations}");
            while (state.Value > Goal && state.Evaluations < 1_000);
            Assert.True(state.Value <= Goal && state.Evaluations < Math.Min(1_000, byAdam), $"{rate}: {state.Value}, L-BFGS {state.Evaluations}, Adam {byAdam}");
        }
    }

    [Fact]
    public void A_step_into_the_undefined_is_shortened()
    {
        // x − log x from 0.01, where the slope is −99: a step of 1 along it is fine, later ones reach below 0.
        var state = new LbfgsState(new Lbfgs(), (x, g) =>
        {
            g[0] = 1 - (1 / x[0]);
            return x[0] - Math.Log(x[0]);
        }, [30]);
        while (state.Step(100))
            Assert.True(state.X[0] > 0);
        Assert.Equal(1, state.X[0], 6);
        Assert.False(new LbfgsState(new Lbfgs(), (_, _) => double.PositiveInfinity, [1]).Step(1));
    }

    [Fact]
    public void The_conditions_of_Wolfe_hold_at_each_step_and_nothing_is_allocated()
    {
        double[] start = [-1.2, 1, -0.5, 0.8];
        var (before, after, at) = (new double[4], new double[4], new double[4]);
        var state = new LbfgsState(new Lbfgs { History = 3 }, (x, g) => Valley(100, x, g), start);
        state.Step(1);
        for (var step = 0; step < 25; step++)
        {
            state.X.CopyTo(at);
            var value = Valley(100, at, before);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(state.Step(1));
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
            Assert.Equal(state.Value, Valley(100, state.X, after));
            double slope = 0, next = 0;   // both times the length of the step
            for (var i = 0; i < 4; i++)
                (slope, next) = (slope + (before[i] * (state.X[i] - at[i])), next + (after[i] * (state.X[i] - at[i])));
            Assert.True(slope < 0);
            Assert.True(state.Value <= value + (1e-4 * slope) + 1e-15);
            Assert.True(Math.Abs(next) <= (0.9 * -slope) + 1e-15);
        }
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Lbfgs { History = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Lbfgs(0));
    }

    /// <summary>Rosenbrock's valley: Σ (1 − xᵢ)² + a (xᵢ₊₁ − xᵢ²)².</summary>
    private static double Valley(double a, ReadOnlySpan<double> x, Span<double> g)
    {
        g.Clear();
        var sum = 0.0;
        for (var i = 0; i < x.Length - 1; i++)
        {
            var (u, v) = (1 - x[i], x[i + 1] - (x[i] * x[i]));
            sum += (u * u) + (a * v * v);
            g[i] += (-2 * u) - (4 * a * v * x[i]);
            g[i + 1] += 2 * a * v;
        }

        return sum;
    }

    private static (ParameterBuffer Weights, int Evaluations) Minimize(Expression loss, Expression[] parameters, float[] start)
    {
        var (weights, gradients, evaluate) = Program(loss, parameters, 1, []);
        var next = 0;
        foreach (var parameter in parameters)
            foreach (ref var value in weights[parameter])
                value = start[next++];
        var state = FullBatchStep.StateOf(new Lbfgs(), weights, gradients, evaluate);
        while (state.Step(1) && state.Value > 1e-9)
            Assert.True(state.Evaluations < 1_000);
        return (weights, state.Evaluations);
    }

    private static (ParameterBuffer Weights, ParameterBuffer Gradients, Func<double> Evaluate) Lecture()
    {
        var (x, d) = (Expression.Input(Batch, 2, "X"), Expression.Input(Batch, 2, "D"));
        Expression[] of = [Expression.Parameter(2, 3, "W"), Expression.Parameter(1, 3, "b"), Expression.Parameter(3, 2, "V"), Expression.Parameter(1, 2, "c")];
        var error = Sum(Square(Sigmoid(x.Dot(of[0]) + of[1]).Dot(of[2]) + of[3] - d), Axis.Columns);   // of each pattern
        var made = Program(error, of, 8, [(x, Xs), (d, Ds)]);
        foreach (var (parameter, value) in of.Zip([W0, B0, V0, C0]))
            Numeric.CopyTo(value, made.Weights[parameter]);
        return made;
    }

    private static (ParameterBuffer Weights, ParameterBuffer Gradients, Func<double> Evaluate) Program(
        Expression losses, Expression[] parameters, int batch, (Expression Input, double[,] Value)[] inputs)
    {
        var weights = new ParameterBuffer(parameters);
        var gradients = weights.Similar();
        var of = Gradient.Of(Mean(losses), parameters);
        var program = CompiledProgram.Compile([losses], new ProgramOptions
        {
            Batch = batch,
            Placements = [.. weights.PlaceEach(), .. parameters.Select((p, i) => gradients.Place(of[i], p))],
        });
        foreach (var (input, value) in inputs)
            Numeric.CopyTo(value, program[input]);
        return (weights, gradients, () =>
        {
            program.Run();
            var sum = 0.0;
            foreach (var value in program[losses])
                sum += value;
            return sum / program[losses].Length;
        }
        );
    }
}
