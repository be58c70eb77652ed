using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>From expressions to instructions: share, fuse, place, plan memory, lower.</summary>
internal static class Compiler
{
    public static (ProgramGraph Graph, Instruction[] Instructions) Compile(
        IReadOnlyList<Expression> outputs, ProgramOptions options, RunState state)
    {
        Expression[] roots = [.. outputs, .. options.Placements.Where(placement => !placement.IsSource).Select(placement => placement.Value)];
        var graph = new ProgramGraph(roots, options.Batch);
        foreach (var output in outputs)
            graph[output].IsKept = true;
        foreach (var node in graph.Nodes)
            node.IsKept |= options.KeepAll;

        Fusion.Run(graph.Nodes, fuse: !options.KeepAll);
        var copies = Placements.Run(graph, options.Placements);
        var order = Fusion.Schedule(graph.Nodes);
        MemoryPlan.Run(graph.Nodes, order);
        FillConstants(graph.Nodes);

        var instructions = order.Select(group => Lower(group, state, options.FixedParameters))
            .Concat(copies.Select(copy => new CopyInstruction(copy.Value.Memory, copy.Place))).ToArray();
        var workers = options.Team?.Threads ?? 1;
        var scratch = new AlignedBuffer[workers];
        for (var i = 0; i < workers; i++)
            scratch[i] = new AlignedBuffer(instructions.Select(x => x.ScratchLength).DefaultIfEmpty(0).Max());
        foreach (var instruction in instructions)
            instruction.Scratch = scratch;
        return (graph, instructions);
    }

    private static Instruction Lower(Group group, RunState state, bool fixedParameters)
    {
        if (group.Head is not { } head)
            return new ChainInstruction(ChainBuilder.Build(group, state));
        var x = head.Inputs[0];
        switch (head.Op.Lowering)
        {
            case Lowering.Product:
                var (ta, tb) = (head.Arguments.TransposeLeft, head.Arguments.TransposeRight);
                var product = new MatrixProduct(head.Rows, head.Columns, ta ? x.Rows : x.Columns, ta, tb);
                var epilogue = group.Nodes.Count > 1 ? ChainBuilder.Build(group, state) : null;
                return new ProductInstruction(product, x.Memory, head.Inputs[1].Memory, head.Memory, epilogue,
                    isPacked: fixedParameters && head.Inputs[1].IsLeaf && head.Inputs[1].Op != Ops.Input);
            case Lowering.Reduction reduction:
                return new ReductionInstruction(head.Arguments.Axis, reduction.IsMaximum, x.Rows, x.Columns, x.Memory, head.Memory);
            case Lowering.RowWise rowWise:
                return new RowInstruction(rowWise.Kernel, x.Rows, x.Columns, head.Columns, x.Memory, head.Memory);
            case Lowering.Movement:
                return new MovementInstruction(head);
            default:
                throw new InvalidOperationException($"'{head.Source.Operation}' has no instruction.");
        }
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
