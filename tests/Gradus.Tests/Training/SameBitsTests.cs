using static Gradus.Functions;

namespace Gradus.Tests.Training;

/// <summary>Same seed, same bits, whatever the number of threads.</summary>
public sealed class SameBitsTests
{
    [Theory]
    [InlineData(20, 24, 24)]      // a step is one loop over all parameters
    [InlineData(60, 256, 256)]    // a step is part of each gradient's epilogue; instructions have many parts
    public void A_training_run_gives_the_same_bits_for_any_number_of_threads(int inputs, int first, int second)
    {
        var network = new Network(inputs, new Dense(first, Activation.Relu), new Dense(second, Activation.Tanh), new Dense(10));
        var (training, validation) = (Examples.Classes(250, inputs, 10), Examples.Classes(70, inputs, 10, seed: 2));
        float[] Train(int threads) => Examples.Train(network, Loss.CrossEntropy, training, new TrainOptions
        {
            Epochs = 2,
            BatchSize = 96,
            Optimizer = new Adam(1e-3),
            Threads = threads,
            Seed = 3,   // the last batch has 58 rows
        }, validation);
        var expected = Train(1);
        Assert.True(Array.TrueForAll(expected, float.IsFinite));
        foreach (var threads in new[] { 2, 3, 7 })
            Assert.Equal(expected, Train(threads));
    }

    [Fact]
    public void Long_training_that_changes_between_a_team_and_one_thread_gives_the_bits_of_one()
    {
        // Some 100 steps: a look at which is faster is among them.
        var network = new Network(64, new Dense(128, Activation.Relu), new Dropout(0.1), new Dense(128, Activation.Relu), new Dense(10));
        var (training, validation) = (Examples.Classes(650, 64, 10), Examples.Classes(70, 64, 10, seed: 2));
        float[] Train(int threads) => Examples.Train(network, Loss.CrossEntropy, training, new TrainOptions
        {
            Epochs = 9,
            BatchSize = 64,
            Optimizer = new Adam(1e-3),
            Threads = threads,
            Seed = 3,
        }, validation);
        var expected = Train(1);
        Assert.True(Array.TrueForAll(expected, float.IsFinite));
        Assert.Equal(expected, Train(2));
    }

    [Theory]
    [InlineData(24)]
    [InlineData(256)]   // norms of the two large gradients come from products of rows
    public void Clipping_by_norm_gives_the_same_bits_for_any_number_of_threads(int width)
    {
        var network = new Network(260, new Dense(width, Activation.Relu), new Dense(width, Activation.Tanh), new Dense(10));
        var (training, validation) = (Examples.Classes(250, 260, 10), Examples.Classes(70, 260, 10, seed: 2));
        float[] Train(int threads) => Examples.Train(network, Loss.CrossEntropy, training, new TrainOptions
        {
            Epochs = 3,
            BatchSize = 70,
            Threads = threads,
            Seed = 3,
            L2 = 1e-3,
            ClipNorm = 0.1,
        }, validation);
        var expected = Train(1);
        Assert.True(Array.TrueForAll(expected, float.IsFinite));
        foreach (var threads in new[] { 2, 3, 7 })
            Assert.Equal(expected, Train(threads));
    }

    [Fact]
    public void Members_embeddings_and_blocks_give_the_same_bits_for_any_number_of_threads()
    {
        var network = new Network(12,
            new PiecewiseEmbedding(7) { Features = [.. Enumerable.Range(2, 8).Select(column => new FeatureBins(column, [-1, -0.2, 0, 0.5, 1]))] },
            new Members(6), new MemberDense(64, Activation.PRelu), new Residual(new BatchNormalization(), new Dense(64, Activation.Maxout), new Dropout(0.2)),
            new MemberOutputs(5));
        var training = Examples.Classes(250, 12, 5);
        float[] Train(int threads) => Examples.Train(network, Loss.CrossEntropy, training, new TrainOptions
        {
            Epochs = 3,
            BatchSize = 96,
            Threads = threads,
            Seed = 3,
        }, Examples.Classes(70, 12, 5, seed: 2));
        var expected = Train(1);
        Assert.True(Array.TrueForAll(expected, float.IsFinite));
        foreach (var threads in new[] { 2, 3, 7 })
            Assert.Equal(expected, Train(threads));
    }

    [Fact]
    public void Random_masks_do_not_depend_on_the_number_of_threads()
    {
        float[] Train(int threads)
        {
            using var team = new WorkerTeam(threads);
            var x = Expression.Input(Batch, 200, "x");
            var (w, v) = (Expression.Parameter(200, 500, "w"), Expression.Parameter(500, 40, "v"));
            var mask = RandomBernoulli(Batch, 500, 0.7, purpose: 1) / 0.7;
            var noise = 0.1 * RandomNormal(Batch, 200, purpose: 2);
            var loss = Mean(Square((Relu((x + noise).Dot(w)) * mask).Dot(v) - x.Dot(Expression.Constant(new Programs.Draw(1).Matrix(200, 40)))));
            var of = Gradient.Of(loss, w, v);
            var buffer = new ParameterBuffer([w, v]);
            foreach (var parameter in buffer.Parameters)
                Initializer.HeNormal.Fill(buffer[parameter], parameter.Shape.Rows.Size, parameter.Shape.Columns.Size, 1, 1);
            var program = CompiledProgram.Compile([loss], new ProgramOptions
            {
                Batch = 130,
                Seed = 11,
                Team = team,
                Placements = [.. buffer.PlaceEach(), buffer.Place(w - (0.05 * of[0]), w), buffer.Place(v - (0.05 * of[1]), v)],
            });
            Expressions.Numeric.CopyTo(new Programs.Draw(2).Matrix(130, 200), program[x]);
            for (var step = 1UL; step <= 6; step++)
                program.Run(step);
            return buffer.All.ToArray();
        }

        var expected = Train(1);
        Assert.True(Array.TrueForAll(expected, float.IsFinite));
        foreach (var threads in new[] { 2, 3, 7 })
            Assert.Equal(expected, Train(threads));
    }

    [Fact]
    public void A_step_in_the_epilogues_gives_the_bits_of_a_step_over_the_flat_vector()
    {
        var network = new Network(30, new Dense(200, Activation.Tanh), new Dense(400, Activation.Relu), new Dense(5));
        var target = Expression.Input(Batch, 1, "d");
        var losses = Loss.CrossEntropy.OfRows(network.Output, target);
        var data = Examples.Classes(50, 30, 5);
        float[][] Train(bool flat)
        {
            var weights = network.Initialize(3);
            var state = new OptimizerState(new Adam(0.01), weights);
            var of = Gradient.Of(Mean(losses), [.. weights.Parameters]);
            var gradients = weights.Similar();
            var g = Expression.Parameter(1, weights.Length, "g");
            CompiledProgram[] programs = flat
                ? [CompiledProgram.Compile([losses], new ProgramOptions { Batch = 50, Placements = [.. weights.PlaceEach(), .. weights.Parameters.Select((p, i) => gradients.Place(of[i], p))] }),
                    CompiledProgram.Compile([], new ProgramOptions { Placements = [gradients.PlaceAll(g), .. state.UpdateOfAll(g)] })]
                : [CompiledProgram.Compile([losses], new ProgramOptions { Batch = 50, Placements = [.. of.SelectMany((gradient, i) => state.UpdateOf(i, gradient))] })];
            data.Inputs.CopyRows(0, 50, programs[0][network.Input]);
            data.Targets.CopyTo(programs[0][target]);
            for (var step = 1; step <= 5; step++)
            {
                state.Prepare(Array.ConvertAll(state.Coefficients, programs[^1].SlotOf), step, 0.01);
                foreach (var program in programs)
                    program.Run();
            }

            return [weights.All.ToArray(), .. state.States.Select(buffer => buffer.All.ToArray())];
        }

        Assert.Equal(Train(flat: true), Train(flat: false));
    }
}
