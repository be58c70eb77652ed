using Gradus.Tests.Expressions;
using Gradus.Tests.Programs;
using static Gradus.Functions;

namespace Gradus.Tests.Layers;

/// <summary>Categories by index: embeddings, and rows of the first layer's weights.</summary>
public sealed class EmbeddingTests
{
    private const int BatchRows = 7;

    // number, category of 5, number, category of 3, category of 4; an index of 5, 3 or 4 is none.
    private static readonly double[,] X =
    {
        { 0.3, 4, -0.2, 0, 1 }, { -1.1, 0, 0.8, 2, 1 }, { 0.9, 5, 0.1, 1, 3 }, { 0.2, 4, -0.7, 3, 0 },
        { -0.4, 2, 1.3, 0, 4 }, { 1.7, 4, 0.6, 1, 1 }, { 0.5, 0, -1.2, 2, 2 },
    };

    public static TheoryData<string> Names() => ["embedded", "looked up", "both", "categories alone"];

    private static Network Of(string name) => name switch
    {
        "embedded" => new Network(5, Embed((1, 5, 2), (3, 3, 1), (4, 4, 3)), new Dense(4, Activation.Tanh), new Dense(2)),
        "looked up" => new Network(5, new Dense(4, Activation.Tanh) { Categories = [new(1, 5), new(3, 3), new(4, 4)] }, new Dense(2)),
        "both" => new Network(5, Embed((3, 3, 2)), new Dense(4, Activation.Tanh) { Categories = [new(4, 4), new(1, 5)] }, new Dense(2)),
        _ => new Network(1, new Dense(2, Activation.Tanh) { Categories = [new(0, 6)] }, new Dense(2)),
    };

    private static Embedding Embed(params (int Column, int Levels, int Width)[] columns) =>
        new([.. columns.Select(each => new EmbeddedCategory(new CategoryInput(each.Column, each.Levels), each.Width))]);

    private static (Expression Leaf, double[,] Value)[] Bindings(Network network, ulong seed = 3)
    {
        var draw = new Draw(seed);
        var x = X;
        if (network.InputCount == 1)
        {
            x = new double[BatchRows, 1];
            for (var i = 0; i < BatchRows; i++)
                x[i, 0] = X[i, 1];
        }

        return [(network.Input, x), .. network.Parameters.Select(p => (p.Expression, draw.Matrix(p.Expression.Shape.Rows.Size, p.Expression.Shape.Columns.Size, -1, 1)))];
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_and_their_gradients_equal_central_differences(string name)
    {
        var network = Of(name);
        var values = Bindings(network);
        Expression[] parameters = [.. network.Parameters.Select(p => p.Expression)];
        var loss = Mean(Square(network.Output - 0.3));
        var gradients = Gradient.Of(loss, parameters);
        var norm = gradients.Select(g => Sum(Square(g))).Aggregate((a, b) => a + b);
        foreach (var (of, derivatives) in new[] { (loss, gradients), (norm, Gradient.Of(norm, parameters)) })
        {
            foreach (var (parameter, gradient) in parameters.Zip(derivatives))
            {
                var value = values.Single(pair => pair.Leaf == parameter).Value;
                var numeric = Numeric.CentralDifference(() => of.Evaluate(values)[0, 0], value);
                Assert.InRange(Numeric.RelativeError(gradient.Evaluate(values), numeric), 0, 1e-6);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Programs_stay_within_rounding_of_the_reference(string name)
    {
        var network = Of(name);
        var values = Bindings(network);
        Expression[] outputs = [network.Output, .. Gradient.Of(Mean(Square(network.Output - 0.3)), [.. network.Parameters.Select(p => p.Expression)])];
        foreach (var keepAll in new[] { false, true })
        {
            var program = CompiledProgram.Compile(outputs, new ProgramOptions { Batch = BatchRows, KeepAll = keepAll });
            foreach (var (leaf, value) in values)
                Numeric.CopyTo(value, program[leaf]);
            program.Run();
            foreach (var output in outputs)
            {
                var expected = output.Evaluate(values);
                // Two layers of at most 10 terms of size 2, forward and back.
                Assert.InRange(Numeric.RelativeError(expected, Numeric.ToMatrix(program[output], expected.GetLength(0), expected.GetLength(1))), 0, 200 * Math.Pow(2, -24));
            }
        }
    }

    /// <summary>one-hot(index)·W with a matrix of ones and zeros, against rows of W by their index: outputs and gradients.</summary>
    [Fact]
    public void A_looked_up_category_is_a_one_hot_one()
    {
        var (network, plain) = (Of("looked up"), new Network(2 + 5 + 3 + 4, new Dense(4, Activation.Tanh), new Dense(2)));
        var values = Bindings(network);
        double[,] Value(string name) => values.Single(pair => pair.Leaf.Name == name).Value;
        var x = new double[BatchRows, 14];
        for (var i = 0; i < BatchRows; i++)
        {
            (x[i, 0], x[i, 1]) = (X[i, 0], X[i, 2]);
            foreach (var (column, levels, first) in new[] { (1, 5, 2), (3, 3, 7), (4, 4, 10) })
            {
                if (X[i, column] < levels)
                    x[i, first + (int)X[i, column]] = 1;
            }
        }

        var stacked = Stack(Value("layer1.W"), Value("layer1.W1"), Value("layer1.W2"), Value("layer1.W3"));
        (Expression, double[,])[] bound =
        [
            (plain.Input, x), .. plain.Parameters.Select(p => (p.Expression, p.Name == "layer1.W" ? stacked : Value(p.Name))),
        ];
        Assert.InRange(Numeric.RelativeError(plain.Output.Evaluate(bound), network.Output.Evaluate(values)), 0, 1e-15);
        double[,] GradientOf(Network of, (Expression, double[,])[] with, string name) =>
            Gradient.Of(Mean(Square(of.Output)), of.Parameters.Single(p => p.Name == name).Expression)[0].Evaluate(with);
        var rows = Stack([.. ((string[])["layer1.W", "layer1.W1", "layer1.W2", "layer1.W3"]).Select(name => GradientOf(network, values, name))]);
        Assert.InRange(Numeric.RelativeError(GradientOf(plain, bound, "layer1.W"), rows), 0, 1e-15);
    }

    [Fact]
    public void None_of_the_categories_is_a_vector_of_zeros()
    {
        var network = Of("embedded");
        var h = network.LayerOutputs[0].Evaluate(Bindings(network));
        Assert.Equal([0.9, 0.1, 0, 0], [h[2, 0], h[2, 1], h[2, 2], h[2, 3]]);
        Assert.NotEqual(0, h[0, 2]);
        Assert.Equal(2 + 2 + 1 + 3, network.LayerOutputs[0].Shape.Columns.Size);
    }

    /// <summary>He's variance: what a unit sums is as many inputs as numbers and categories, not as many as W has rows.</summary>
    [Fact]
    public void Weights_of_many_categories_start_as_large_as_those_of_few()
    {
        var network = new Network(4, new Dense(50, Activation.Relu) { Categories = [new(1, 2_000)] });
        var weights = network.Initialize(1);
        foreach (var parameter in network.Parameters.Where(p => p.IsWeight))
        {
            var values = weights[parameter.Expression].ToArray();
            var deviation = Math.Sqrt(values.Average(w => (double)w * w));
            Assert.InRange(deviation, Math.Sqrt(2.0 / 4) * 0.8, Math.Sqrt(2.0 / 4) * 1.2);   // 150 draws and more: ±6 % a deviation
        }
    }

    [Fact]
    public void A_max_norm_bounds_all_weights_into_a_unit_together()
    {
        var network = new Network(3, new Dense(4) { Categories = [new(1, 30)] });
        var weights = network.Initialize(1);
        var program = CompiledProgram.Compile([], new ProgramOptions { Placements = [.. Regularization.MaxNorm(network, weights, new TrainOptions(), 0.5)] });
        program.Run();
        Expression[] matrices = [.. network.Parameters.Where(p => p.IsWeight).Select(p => p.Expression)];
        for (var unit = 0; unit < 4; unit++)
        {
            var norm = Math.Sqrt(matrices.Sum(w => weights[w].ToArray().Where((_, i) => i % 4 == unit).Sum(each => (double)each * each)));
            Assert.Equal(0.5, norm, 1e-6);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Training_gives_the_same_bits_for_any_number_of_threads(int threads)
    {
        // Tables of 70,000 numbers, each step joined to their scatter, and a last batch of another size.
        var network = new Network(3, Embed((1, 3_000, 20)), new Dense(16, Activation.Relu) { Categories = [new(2, 700)] }, new Dense(1));
        var training = Training.Examples.Table(300, 3, 8, x => x[0]);
        var inputs = new float[900];
        training.Inputs.CopyRows(0, 300, inputs);
        for (var i = 0; i < 300; i++)
            (inputs[(3 * i) + 1], inputs[(3 * i) + 2]) = (i * 37 % 3_001, i * 11 % 701);
        training = new EncodedTable(new FeatureMatrix(inputs, 300, 3), training.Targets.ToArray(), null, training.Report);
        float[] Train(int count, Optimizer optimizer) => Training.Examples.Train(
            network, Loss.MeanSquaredError, training, new TrainOptions { Epochs = 2, BatchSize = 64, Optimizer = optimizer, Threads = count, L2 = 1e-4 });
        foreach (var optimizer in new Optimizer[] { new Adam(), new GradientDescent() })
            Assert.Equal(Train(1, optimizer), Train(threads, optimizer));
    }

    [Fact]
    public void What_cannot_be_looked_up_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new Embedding());
        Assert.Throws<ArgumentException>(() => Embed((0, 3, 0)));
        Assert.Throws<ArgumentException>(() => Embed((0, 0, 2)));
        Assert.Throws<ArgumentException>(() => Embed((0, 3, 2), (0, 3, 2)));
        var late = Assert.Throws<ArgumentException>(() => new Network(3, new Dropout(0.5), new Dense(2) { Categories = [new(1, 4)] }));
        Assert.Contains("column 1", late.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Network(3, new Dense(2) { Categories = [new(3, 4)] }));
        Assert.Throws<ArgumentException>(() => new Network(3, Embed((1, 4, 2)), new Dense(2) { Categories = [new(1, 4)] }));
    }

    private static double[,] Stack(params double[][,] parts)
    {
        var (columns, row) = (parts[0].GetLength(1), 0);
        var all = new double[parts.Sum(part => part.GetLength(0)), columns];
        foreach (var part in parts)
        {
            for (var i = 0; i < part.GetLength(0); i++, row++)
                for (var j = 0; j < columns; j++)
                    all[row, j] = part[i, j];
        }

        return all;
    }
}
