using FsCheck;
using FsCheck.Fluent;
using Gradus.Tests.Expressions;

namespace Gradus.Tests.Programs;

public sealed class RandomGraphTests
{
    private const ulong Seed = 11, Step = 3;

    [Fact]
    public void Fusion_memory_reuse_assignments_and_threads_change_no_bit()
    {
        using var team = new WorkerTeam(3);
        // A failure is shrunk to the smallest graph of its seed, and printed.
        var cases = Arb.From(
            from size in Gen.Choose(1, 40)
            from seed in Gen.Choose(0, int.MaxValue)
            select (Seed: seed, Size: size),
            pair => Enumerable.Range(1, pair.Size - 1).Select(size => (pair.Seed, size)));
        var nodes = 0;
        Prop.ForAll(cases, pair => { nodes += Check(new RandomGraph((ulong)pair.Seed, pair.Size), team); })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20_240_607, 7));
        Assert.True(nodes > 5_000, $"only {nodes} nodes were compared");
    }

    private static int Check(RandomGraph graph, WorkerTeam team)
    {
        Expression[] outputs = [.. graph.Outputs.Concat(graph.Assigned.Select(assigned => assigned.Value))];
        var kept = Run(graph, new ProgramOptions { KeepAll = true }, outputs);
        var compared = LocalError.Check(kept, outputs, Seed, Step);

        var fused = Run(graph, new ProgramOptions(), outputs);
        var shared = Run(graph, new ProgramOptions { Team = team }, outputs);
        // To compile a loop takes milliseconds: in every fourth graph each chain that can be one is.
        var formulas = graph.Leaves.Count > 0 && compared % 4 == 0 ? Run(graph, new ProgramOptions { FormulaWork = 0, Team = team }, outputs) : shared;
        foreach (var output in outputs)
        {
            AssertSameBits(kept[output], formulas[output], output);
            AssertSameBits(kept[output], fused[output], output);
            AssertSameBits(kept[output], shared[output], output);
        }

        CheckAssignments(graph, kept);
        return compared;
    }

    /// <summary>The outputs need not be kept here, so an assigned value may lie nowhere but in its place.</summary>
    private static void CheckAssignments(RandomGraph graph, CompiledProgram kept)
    {
        if (graph.Assigned.Count == 0)
            return;
        var buffer = new ParameterBuffer([.. graph.Leaves.Where(leaf => !leaf.Shape.Rows.IsBatch)]);
        var placements = buffer.PlaceEach().Concat(graph.Assigned.Select(a => buffer.Place(a.Value, a.Parameter)));
        var program = Run(graph, new ProgramOptions { Placements = [.. placements], FormulaWork = graph.Outputs.Count % 2 == 0 ? 0 : long.MaxValue }, [.. graph.Outputs.Except(graph.Leaves)]);
        foreach (var output in graph.Outputs.Except(graph.Leaves))
            AssertSameBits(kept[output], program[output], output);
        foreach (var (parameter, value) in graph.Assigned)
            AssertSameBits(kept[value], buffer[parameter], value);
        foreach (var parameter in buffer.Parameters.Except(graph.Assigned.Select(a => a.Parameter)).Where(kept.Uses))
            AssertSameBits(kept[parameter], buffer[parameter], parameter);
    }

    private static CompiledProgram Run(RandomGraph graph, ProgramOptions options, Expression[] outputs)
    {
        var program = CompiledProgram.Compile(outputs, options with { Batch = graph.Batch, Seed = Seed });
        foreach (var (leaf, value) in graph.Values)
        {
            if (program.Uses(leaf))
                Numeric.CopyTo(value, program[leaf]);
        }

        program.Run(Step);
        return program;
    }

    private static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, Expression value)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i]),
                FormattableString.Invariant($"element {i}: {expected[i]:R} kept, {actual[i]:R} fused, of\n{value}"));
        }
    }
}
