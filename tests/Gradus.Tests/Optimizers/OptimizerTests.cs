using System.Text.Json;
using Gradus.Tests.Programs;
using static Gradus.Functions;

namespace Gradus.Tests.Optimizers;

public sealed class OptimizerTests
{
    /// <summary>Each optimiser with settings under which it must solve a parabola, and Rosenbrock's valley, in so many steps.
    /// </summary>
    private static readonly Dictionary<string, (ElementwiseOptimizer Parabola, int Steps, ElementwiseOptimizer Valley, int ValleySteps)> Rows = new()
    {
        ["sgd"] = (new GradientDescent(0.05), 400, new GradientDescent(1e-3), 40_000),
        ["momentum"] = (new Momentum(0.02), 400, new Momentum(2e-4), 40_000),
        ["nesterov"] = (new Nesterov(0.02), 400, new Nesterov(2e-4), 40_000),
        ["rmsprop"] = (new RmsProp(1e-3), 6_000, new RmsProp(1e-3), 20_000),
        ["adagrad"] = (new AdaGrad(0.5), 2_000, new AdaGrad(0.5), 40_000),
        ["adadelta"] = (new AdaDelta(0.1), 20_000, new AdaDelta(0.03), 30_000),
        ["adam"] = (new Adam(0.05), 1_500, new Adam(0.02), 6_000),
        ["adamw"] = (new AdamW(0.05) { WeightDecay = 0 }, 1_500, new AdamW(0.02) { WeightDecay = 0 }, 6_000),
        ["nadam"] = (new NAdam(0.05), 1_500, new NAdam(0.02), 6_000),
        ["radam"] = (new RAdam(0.05), 1_500, new RAdam(2e-3), 30_000),
        ["lion"] = (new Lion(5e-4), 10_000, new Lion(1e-3), 40_000),
    };

    private static IEnumerable<ElementwiseOptimizer> Elementwise => Optimizer.All.OfType<ElementwiseOptimizer>();

    public static TheoryData<string> Names() => [.. Rows.Keys];

    [Fact]
    public void Every_optimiser_has_a_row()
    {
        var kinds = typeof(Optimizer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ElementwiseOptimizer)) && !type.IsAbstract);
        Assert.Equal(kinds.ToHashSet(), Rows.Values.Select(row => row.Parabola.GetType()).ToHashSet());
        Assert.Equal([.. Rows.Keys, "lbfgs"], Optimizer.All.Select(optimizer => optimizer.Name));   // it has tests of its own
        Assert.All(Rows, row => Assert.Equal((row.Key, row.Key), (row.Value.Parabola.Name, row.Value.Valley.Name)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_parabola_is_solved(string name)
    {
        var (optimizer, steps, _, _) = Rows[name];
        var w = Expression.Parameter(1, 4, "w");
        var (curvature, target) = (new double[,] { { 1, 2, 4, 8 } }, new double[,] { { -1, 0.5, 2, 0 } });
        var loss = Sum(Expression.Constant(curvature) * Square(w - Expression.Constant(target))) / 2;
        var weights = Minimize(optimizer, loss, [w], [3, 3, 3, 3], steps);
        for (var i = 0; i < 4; i++)
            Assert.InRange(weights[w][i] - target[0, i], -1e-3, 1e-3);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rosenbrock_s_valley_is_solved(string name)
    {
        var (_, _, optimizer, steps) = Rows[name];
        var (x, y) = (Expression.Parameter(1, 1, "x"), Expression.Parameter(1, 1, "y"));
        var loss = Square(1 - x) + (100 * Square(y - Square(x)));
        var weights = Minimize(optimizer, loss, [x, y], [-1.2f, 1], steps);
        Assert.InRange(weights[x][0], 0.99f, 1.01f);
        Assert.InRange(weights[y][0], 0.98f, 1.02f);
    }

    /// <summary>The settings of Fixtures/optimizers.py.</summary>
    private static ElementwiseOptimizer AsInFixture(string name) => Elementwise.Single(optimizer => optimizer.Name == name) switch
    {
        AdaDelta optimizer => optimizer with { LearningRate = 1 },
        AdamW optimizer => optimizer with { LearningRate = 0.01, WeightDecay = 0.1 },
        var optimizer => optimizer with { LearningRate = 0.01 },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_hundred_steps_are_those_of_PyTorch(string name)
    {
        using var stream = typeof(OptimizerTests).Assembly.GetManifestResourceStream("optimizers.json");
        Assert.NotNull(stream);
        using var fixture = JsonDocument.Parse(stream);
        static float[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetSingle())];
        var root = fixture.RootElement;
        var start = Numbers(root.GetProperty("start"));
        var steps = root.GetProperty("steps").EnumerateArray().Select(step => step.GetInt32()).ToList();
        var parameter = Expression.Parameter(1, start.Length);
        var weights = new ParameterBuffer([parameter]);
        var gradients = weights.Similar();
        start.CopyTo(weights[parameter]);
        var optimizer = AsInFixture(name);
        var run = new OptimizerRun(optimizer, weights, gradients);
        var step = 0;
        foreach (var gradient in root.GetProperty("gradients").EnumerateArray())
        {
            Numbers(gradient).CopyTo(gradients[parameter]);
            run.Run(++step, optimizer.LearningRate);
            if (!steps.Contains(step))
                continue;
            double[] expected = [.. root.GetProperty("weights").GetProperty(name)[steps.IndexOf(step)].EnumerateArray().Select(number => number.GetDouble())];
            var bound = 1e-6 * expected.Max(Math.Abs);
            for (var i = 0; i < expected.Length; i++)
                Assert.InRange(weights[parameter][i] - expected[i], -bound, bound);
        }

        Assert.Equal(100, step);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Weight_decay_shrinks_weights_by_its_share_and_leaves_biases(string name)
    {
        var (w, b) = (Expression.Parameter(2, 3, "W"), Expression.Parameter(1, 3, "b"));
        float[] Step(double decay, bool flat)
        {
            var weights = new ParameterBuffer([w, b]);
            weights[w].Fill(2);
            weights[b].Fill(2);
            var optimizer = Elementwise.Single(each => each.Name == name) with { LearningRate = 0.5, WeightDecay = decay };
            var state = new OptimizerState(optimizer, weights, parameter => parameter == w);
            var gradients = weights.Similar();
            gradients.All.Fill(1);
            var g = Expression.Parameter(1, weights.Length);
            var program = CompiledProgram.Compile([], new ProgramOptions
            {
                Placements = flat ? [gradients.PlaceAll(g), .. state.UpdateOfAll(g)]
                    : [.. gradients.PlaceEach(), .. weights.Parameters.SelectMany((_, i) => state.UpdateOf(i, BroadcastTo(1, weights.Parameters[i].Shape)))],
            });
            state.Prepare(Array.ConvertAll(state.Coefficients, program.SlotOf), 1, 0.5);
            program.Run(1);
            return [weights[w][0], weights[w][5], weights[b][0], weights[b][2]];
        }

        var without = Step(0, flat: true);
        var with = Step(0.1, flat: true);
        Assert.Equal(with, Step(0.1, flat: false));
        // w − ηλw = 2 − 0.5 · 0.1 · 2, rounded a few times near 2.
        for (var i = 0; i < 4; i++)
            Assert.InRange(without[i] - with[i] - (i < 2 ? 0.1f : 0), -4e-7, 4e-7);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam() with { WeightDecay = -1 });
    }

    [Fact]
    public void Gradient_descent_is_w_minus_learning_rate_times_gradient()
    {
        var (weights, gradients) = Buffers();
        var (w, g) = (weights.All.ToArray(), gradients.All.ToArray());
        new OptimizerRun(new GradientDescent(0.1), weights, gradients).Run(1, 0.1);
        for (var i = 0; i < w.Length; i++)
            Assert.Equal(w[i] - (0.1f * g[i]), weights.All[i]);   // the product is rounded, then the difference
    }

    [Fact]
    public void Adam_follows_Kingma_and_Ba()
    {
        const double LearningRate = 0.01, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
        var (weights, gradients) = Buffers();
        var n = weights.Length;
        var (w, m, v) = (Array.ConvertAll(weights.All.ToArray(), x => (double)x), new double[n], new double[n]);
        var run = new OptimizerRun(new Adam(LearningRate), weights, gradients);
        var draw = new Draw(5);
        for (var t = 1; t <= 100; t++)
        {
            for (var i = 0; i < n; i++)
                gradients.All[i] = (float)draw.Between(-1, 3);
            run.Run(t, LearningRate);
            for (var i = 0; i < n; i++)
            {
                // Algorithm 1
                double g = gradients.All[i];
                m[i] = (Beta1 * m[i]) + ((1 - Beta1) * g);
                v[i] = (Beta2 * v[i]) + ((1 - Beta2) * g * g);
                var mHat = m[i] / (1 - Math.Pow(Beta1, t));
                var vHat = v[i] / (1 - Math.Pow(Beta2, t));
                w[i] -= LearningRate * mHat / (Math.Sqrt(vHat) + Epsilon);
                Assert.InRange(weights.All[i] - w[i], -1e-5 * Math.Max(1, Math.Abs(w[i])), 1e-5 * Math.Max(1, Math.Abs(w[i])));
                Assert.InRange(run.States[0].All[i] - m[i], -1e-5, 1e-5);
                Assert.InRange(run.States[1].All[i] - v[i], -1e-5 * Math.Max(v[i], 1e-3), 1e-5 * Math.Max(v[i], 1e-3));
            }
        }
    }

    [Fact]
    public void Adam_s_first_step_is_the_learning_rate_whatever_the_size_of_the_gradient()
    {
        var (weights, gradients) = Buffers();
        var before = weights.All.ToArray();
        for (var i = 0; i < gradients.Length; i++)
            gradients.All[i] = (i % 2 == 0 ? 1 : -1) * MathF.Pow(10, -6 + (i % 12));
        new OptimizerRun(new Adam(0.01), weights, gradients).Run(1, 0.01);
        for (var i = 0; i < before.Length; i++)
            Assert.InRange((before[i] - weights.All[i]) * (i % 2 == 0 ? 1 : -1), 0.98 * 0.01, 1.0001 * 0.01);   // g / (g + ε), g ≥ 1e-6
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1e-3)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_learning_rate_that_is_no_number_above_0_is_refused(double rate)
    {
        Assert.Contains("above 0", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(rate)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientDescent(rate));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam() with { LearningRate = rate });
    }

    private static (ParameterBuffer Weights, ParameterBuffer Gradients) Buffers()
    {
        var weights = new ParameterBuffer([Expression.Parameter(5, 7), Expression.Parameter(1, 7), Expression.Parameter(7, 3)]);
        var gradients = weights.Similar();
        var draw = new Draw(1);
        for (var i = 0; i < weights.Length; i++)
            (weights.All[i], gradients.All[i]) = ((float)draw.Between(-1, 1), (float)draw.Between(-2, 2));
        return (weights, gradients);
    }

    private static ParameterBuffer Minimize(ElementwiseOptimizer optimizer, Expression loss, Expression[] parameters, float[] start, int steps)
    {
        var weights = new ParameterBuffer(parameters);
        var gradients = weights.Similar();
        var next = 0;
        foreach (var parameter in parameters)
            foreach (ref var value in weights[parameter])
                value = start[next++];
        var of = Gradient.Of(loss, parameters);
        var program = CompiledProgram.Compile([], new ProgramOptions
        {
            Placements = [.. weights.PlaceEach(), .. parameters.Select((p, i) => gradients.Place(of[i], p))],
        });
        var run = new OptimizerRun(optimizer, weights, gradients);
        for (var step = 1; step <= steps; step++)
        {
            program.Run();
            run.Run(step, optimizer.LearningRate);
        }

        return weights;
    }
}
