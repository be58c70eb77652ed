using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>From expressions to instructions: share, fuse, place, plan memory, lower.</summary>
internal static class Compiler
{
    // The first formula of a process takes 26 ms, those after it about two; so a program with one that pays has others too.
    private const int FurtherFormulas = 64;

    public static (ProgramGraph Graph, Instruction[] Instructions) Compile(
        IReadOnlyList<Expression> outputs, ProgramOptions options, RunState state)
    {
        Expression[] roots = [.. outputs, .. options.Placements.Where(placement => !placement.IsSource).Select(placement => placement.Value)];
        var graph = new ProgramGraph(roots, options.Batch, withViews: !options.KeepAll);
        foreach (var output in outputs)
            graph[output].IsKept = true;
        foreach (var node in graph.Nodes)
            node.IsKept |= options.KeepAll;

        Fusion.Run(graph.Nodes, fuse: !options.KeepAll, options.FormulaWork);
        var copies = Placements.Run(graph, options.Placements);
        var order = Fusion.Schedule(graph.Nodes);
        MemoryPlan.Run(graph.Nodes, order);
        FillConstants(graph.Nodes);

        var formulaWork = order.Exists(group => group.Work >= options.FormulaWork) ? options.FormulaWork / FurtherFormulas : long.MaxValue;
        var instructions = order.SelectMany(group => Lower(group, state, options, formulaWork))
            .Concat(copies.Select(copy => new CopyInstruction(copy.Value.Memory, copy.Place))).ToArray();
        var workers = options.Team?.Threads ?? 1;
        var scratch = new AlignedBuffer[workers];
        for (var i = 0; i < workers; i++)
            scratch[i] = new AlignedBuffer(instructions.Select(x => x.ScratchLength).DefaultIfEmpty(0).Max());
        foreach (var instruction in instructions)
            instruction.Scratch = scratch;
        return (graph, instructions);
    }

    private static IEnumerable<Instruction> Lower(Group group, RunState state, ProgramOptions options, long formulaWork)
    {
        if (group.Head is not { } head)
            return [new ChainInstruction(ChainBuilder.Build(group, state, formulaWork), group.Total?.Memory)];
        var x = head.Inputs[0];
        return head.Op.Lowering switch
        {
            Lowering.Product => LowerProduct(group, head, state, options, formulaWork),
            Lowering.Reduction reduction =>
                [new ReductionInstruction(head.Arguments.Axis, reduction.IsMaximum, x.Rows, x.Columns, x.Memory, head.Memory)],
            Lowering.RowWise rowWise =>
                [new RowInstruction(rowWise.Kernel, x.Rows, x.Columns, head.Columns, x.Memory, head.Memory)],
            Lowering.Movement { Kind: MovementKind.ScatterAddRows } => [ScatterInstruction.Of(group, head, state, formulaWork)],
            Lowering.Movement => [new MovementInstruction(head)],
            Lowering.View => [new CopyInstruction(x.Memory, head.Memory)],
            _ => throw new InvalidOperationException($"'{head.Source.Operation}' has no instruction."),
        };
    }

    private static IEnumerable<Instruction> LowerProduct(Group group, Node head, RunState state, ProgramOptions options, long formulaWork)
    {
        var (a, b) = (head.Inputs[0], head.Inputs[1]);
        var chain = group.Nodes.Count > 1 ? ChainBuilder.Build(group, state, formulaWork) : null;
        var isInParts = group.HasEpilogue;
        yield return new ProductInstruction(group.Product, a.Memory, b.Memory, group.IsHeadPassedOn ? null : head.Memory, isInParts ? chain : null,
            isInParts ? group.Total?.Memory : null, isPacked: options.FixedParameters && !group.IsHeadPassedOn && b.IsLeaf && b.Op != Ops.Input);
        if (!isInParts && chain is not null)
            yield return new ChainInstruction(chain, group.Total?.Memory);
    }

    private static void FillConstants(List<Node> nodes)
    {
        foreach (var node in nodes)
        {
            if (node.Slot is not { } slot)
                continue;
            if (node.IsNumber)
                slot.Span[0] = (float)node.Arguments.Value;
            else if (node.Source.Data is { } data)
                for (var i = 0; i < data.Values.Length; i++)
                    slot.Span[i] = (float)data.Values[i];
        }
    }
}
