using Gradus.Tests.Programs;
using static Gradus.Functions;

namespace Gradus.Tests.Layers;

/// <summary>Members, residual blocks and embeddings against their formulas written out.</summary>
public sealed class StructureTests
{
    private const int Count = 3;

    private static readonly Layer[][] MemberNetworks =
    [
        [new Members(Count), new Dense(5, Activation.Tanh), new MemberOutputs(2)],
        [new Members(Count), new MemberDense(5, Activation.Tanh), new MemberDense(4, Activation.Maxout), new MemberOutputs(1)],
    ];

    /// <summary>Row i of a member's parameter.</summary>
    private static double[,] Row(double[,] value, int i)
    {
        var row = new double[1, value.GetLength(1)];
        for (var j = 0; j < row.Length; j++)
            row[0, j] = value[i, j];
        return row;
    }

    [Fact]
    public void Members_are_networks_that_share_their_weights()
    {
        foreach (var layers in MemberNetworks)
        {
            var (network, draw) = (new Network(4, layers), new Draw(5));
            Assert.Equal(Count, network.Members);
            Assert.EndsWith("(3 members)", network.ToString(), StringComparison.Ordinal);
            var values = network.Parameters.ToDictionary(p => p.Name, p => draw.Matrix(p.Expression.Shape.Rows.Size, p.Expression.Shape.Columns.Size));
            var x = draw.Matrix(6, 4);
            var bound = network.Parameters.Select(p => (p.Expression, values[p.Name])).Append((network.Input, x)).ToArray();
            var together = network.Output.Evaluate(bound);
            Assert.Equal((6 * Count, network.OutputCount), (together.GetLength(0), together.GetLength(1)));
            for (var i = 0; i < Count; i++)
            {
                // Yᵢ = f(((X ⊙ rᵢ)W) ⊙ sᵢ + bᵢ) … Vᵢ + cᵢ
                Expression input = Expression.Input(Dimension.Batch, 4), h = input * Expression.Constant(Row(values["layer1.r"], i));
                for (var layer = 2; layer <= layers.Length; layer++)
                {
                    Expression Own(string name) => Expression.Constant(values.TryGetValue($"layer{layer}.{name}", out var value)
                        ? Row(value, value.GetLength(0) == 1 ? 0 : i) : new double[,] { { 1 } });
                    if (layers[layer - 1] is MemberOutputs last)
                    {
                        var (v, c) = (Expression.Constant(values[$"layer{layer}.V"]), Expression.Constant(values[$"layer{layer}.c"]));
                        h = h.Dot(SliceColumns(v, i * last.Outputs, last.Outputs)) + SliceColumns(c, i * last.Outputs, last.Outputs);
                        continue;
                    }

                    var u = ((h * Own("r")).Dot(Expression.Constant(values[$"layer{layer}.W"])) * Own("s")) + Own("b");
                    h = (layers[layer - 1] as Dense)?.Activation.Apply(u) ?? ((MemberDense)layers[layer - 1]).Activation.Apply(u);
                }

                var alone = h.Evaluate((input, x));
                for (var row = 0; row < 6; row++)
                    for (var j = 0; j < network.OutputCount; j++)
                        Assert.Equal(alone[row, j], together[(row * Count) + i, j], 12);
            }
        }
    }

    [Fact]
    public void The_loss_is_the_mean_of_the_members_losses_and_the_answer_that_of_their_answers()
    {
        foreach (var loss in Loss.All)
        {
            var (draw, outputs) = (new Draw(9), loss.ReadOut == ReadOut.Softmax ? 3 : 1);
            var y = Expression.Input(Count * Dimension.Batch, outputs, "y");
            var d = Expression.Input(Dimension.Batch, 1, "d");
            var (own, ownTarget) = (Expression.Input(Dimension.Batch, outputs), Expression.Input(Dimension.Batch, 1));
            var values = draw.Matrix(5 * Count, outputs);
            var targets = new double[5, 1] { { 0 }, { 1 }, { 1 }, { 0 }, { 1 } };
            var (losses, answers) = (loss.OfRows(y, d).Evaluate((d, targets), (y, values)), loss.ReadOut.Apply(y).Evaluate((y, values)));
            Assert.Equal((5, 1, 5, outputs), (losses.GetLength(0), losses.GetLength(1), answers.GetLength(0), answers.GetLength(1)));
            Assert.Equal(losses.Cast<double>().Average(), loss.Of(y, d).Evaluate((d, targets), (y, values))[0, 0], 12);
            for (var row = 0; row < 5; row++)
            {
                var (sum, mean) = (0.0, new double[outputs]);
                for (var i = 0; i < Count; i++)
                {
                    var one = Row(values, (row * Count) + i);
                    sum += loss.OfRows(own, ownTarget).Evaluate((ownTarget, Row(targets, row)), (own, one))[0, 0];
                    var answer = loss.ReadOut.Apply(own).Evaluate((own, one));
                    for (var j = 0; j < outputs; j++)
                        mean[j] += answer[0, j] / Count;
                }

                Assert.Equal(sum / Count, losses[row, 0], 12);
                for (var j = 0; j < outputs; j++)
                    Assert.Equal(mean[j], answers[row, j], 12);
            }
        }
    }

    [Fact]
    public void A_residual_block_adds_what_its_layers_make_and_its_widths_must_be_equal()
    {
        var network = new Network(2, new Residual(new Dense(3, Activation.Relu), new Dropout(0.5), new Dense(2)), new Residual(new Dropout(0.5)));
        Assert.Equal(["layer1.1.W", "layer1.1.b", "layer1.3.W", "layer1.3.b"], network.Parameters.Select(p => p.Name));
        Assert.Equal("2-3-2", network.ToString());
        (Expression, double[,])[] values = [(network.Input, new double[,] { { 1, -2 } }), .. network.Parameters.Select(p => (p.Expression, p.Name switch
        {
            "layer1.1.W" => new double[,] { { 1, 2, 3 }, { 0, 1, 1 } },
            "layer1.1.b" => new double[,] { { 0, 0, 0.5 } },
            "layer1.3.W" => new double[,] { { 1, 0 }, { 7, 7 }, { 2, 1 } },
            _ => new double[,] { { 0, 10 } },
        }))];
        // relu(1, 0, 1.5) · W + b = (1 + 3, 1.5 + 10); + X; doubled by a block that adds its input to itself.
        Assert.Equal(new double[,] { { 2 * 5, 2 * 9.5 } }, network.Output.Evaluate(values));
        var message = Assert.Throws<ArgumentException>(() => new Network(2, new Residual(new Dense(3)))).Message;
        Assert.Contains("2 columns", message, StringComparison.Ordinal);
        Assert.Contains("3", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Residual());
    }

    [Fact]
    public void Two_dropouts_within_blocks_draw_masks_of_their_own()
    {
        var network = new Network(500, new Residual(new Dropout(0.5), new Dropout(0.5)), new Dropout(0.5));
        var program = CompiledProgram.Compile([network.TrainingOutput], new ProgramOptions { Batch = 40 });
        program[network.Input].Fill(1);
        program.Run();
        // 0 from the last mask: a half; 2 if it kept and the block gave 1 + 0: three eighths; 10 if 1 + 4: an eighth.
        var values = program[network.TrainingOutput].ToArray();
        foreach (var (value, share) in new[] { (0f, 0.5), (2f, 0.375), (10f, 0.125) })
            Assert.InRange(values.Count(v => v == value) - (20_000 * share), -5 * 71, 5 * 71);
    }

    [Fact]
    public void Bins_are_quantiles_and_the_encoding_is_a_place_among_them()
    {
        float[] numbers = [5, 1, 2, 3, 4];
        Assert.Equal([1, 2, 3, 4, 5], FeatureBins.Of(0, numbers, 4).Edges);
        Assert.Equal([1, 3, 5], FeatureBins.Of(0, numbers, 2).Edges);
        Assert.Equal([0, 1], FeatureBins.Of(7, (float[])[0, 1, 0, 0, 0, 0, 0], 6).Edges);
        Assert.Equal([2, 3], FeatureBins.Of(7, (float[])[2, 2], 48).Edges);   // always the same
        var x = Expression.Input(Dimension.Batch, 1);
        double[][] expected = [[-2, 0, 0], [0, 0, 0], [0.5, 0, 0], [1, 0.5, 0], [1, 1, 1], [1, 1, 3]];
        var encoded = PiecewiseEmbedding.Encode(x, [0, 1, 3, 4]).Evaluate((x, new double[,] { { -2 }, { 0 }, { 0.5 }, { 2 }, { 4 }, { 6 } }));
        Assert.Equal(expected.SelectMany(row => row), encoded.Cast<double>());
    }

    [Fact]
    public void Embeddings_leave_other_columns_where_they_are()
    {
        var network = new Network(4, new PeriodicEmbedding(1, 1, 1) { Columns = [1, 3] });
        Assert.Equal(4, network.OutputCount);
        (Expression, double[,])[] values = [(network.Input, new double[,] { { 7, 0.25, 8, 0.5 } }), .. network.Parameters.Select(p => (p.Expression,
            p.Name[7..] switch { "f1" or "f2" => new double[,] { { 1 } }, "W1" or "W2" => new double[,] { { 3 }, { -2 } }, _ => new double[,] { { 0.5 } } }))];
        var output = network.Output.Evaluate(values);
        Assert.Equal([7, 3.5, 8, 2.5], output.Cast<double>().Select(value => Math.Round(value, 12)));   // relu(3 sin − 2 cos + ½) of π/2 and π
        var wide = new Network(5, new PiecewiseEmbedding(6) { Features = [new(0, [0, 1]), new(4, [0, 1, 2])] });
        Assert.Equal(6 + 3 + 6, wide.OutputCount);
        Assert.Equal(["layer1.w1", "layer1.c1", "layer1.V1", "layer1.w2", "layer1.c2", "layer1.V2"], wide.Parameters.Select(p => p.Name));
    }

    [Fact]
    public void Settings_out_of_range_and_layers_out_of_place_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Members(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Members(257));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemberDense(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemberOutputs(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PiecewiseEmbedding(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PiecewiseEmbedding(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PeriodicEmbedding(1, 1, double.NaN));
        foreach (var (layers, word) in new (Layer[], string)[]
        {
            ([new Members(2), new Members(2)], "once"),
            ([new MemberDense(2)], "member-dense"),
            ([new Dense(2), new MemberOutputs(2)], "member-outputs"),
            ([new PiecewiseEmbedding()], "piecewise-embedding"),
            ([new PeriodicEmbedding { Columns = [3] }], "column 3"),
            ([new PeriodicEmbedding { Columns = [1, 1] }], "ascend"),
        })
        {
            Assert.Contains(word, Assert.Throws<ArgumentException>(() => new Network(3, layers)).Message, StringComparison.Ordinal);
        }
    }
}
