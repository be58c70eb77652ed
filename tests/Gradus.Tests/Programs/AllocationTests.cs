using Gradus.Tests.Optimizers;
using static Gradus.Functions;

namespace Gradus.Tests.Programs;

public sealed class AllocationTests
{
    [Theory]
    [InlineData(1, 32)]
    [InlineData(3, 32)]
    [InlineData(3, 500)]
    [InlineData(1, 32, true)]
    [InlineData(3, 200, true)]
    public void A_training_step_allocates_nothing_after_the_first(int threads, int batch, bool members = false)
    {
        using var team = new WorkerTeam(threads);
        var network = members ? new Network(20, new PeriodicEmbedding(3, 4) { Columns = [3, 4, 9] }, new Members(3), new MemberDense(24, Activation.Maxout),
            new Residual(new LayerNormalization(), new Dense(24, Activation.PRelu)), new MemberOutputs(4))
            : new Network(20, new Dense(64, Activation.Relu), new Dense(64, Activation.Tanh), new Dense(4));
        var weights = network.Initialize(1);
        var gradients = weights.Similar();
        var target = Expression.Input(Dimension.Batch, 1, "d");
        var mask = RandomBernoulli(network.Output.Shape.Rows, 4, 0.9, 1);
        var loss = Loss.CrossEntropy.Of(network.Output * mask, target);
        var of = Gradient.Of(loss, [.. weights.Parameters]);
        var program = CompiledProgram.Compile([loss], new ProgramOptions
        {
            Batch = batch,
            Team = team,
            Placements = [.. weights.PlaceEach(), .. weights.Parameters.Select((p, i) => gradients.Place(of[i], p))],
        });
        var optimizers = Optimizer.All.OfType<ElementwiseOptimizer>().Select(optimizer => new OptimizerRun(optimizer, weights, gradients, team)).ToArray();

        void Steps(int count)
        {
            for (var step = 1; step <= count; step++)
            {
                program[network.Input].Fill(step * 1e-3f);
                program.Run((ulong)step);
                foreach (var optimizer in optimizers)
                    optimizer.Run(step, 1e-4);
            }
        }

        Steps(3);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Steps(1_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(float.IsFinite(program[loss][0]));
    }
}
