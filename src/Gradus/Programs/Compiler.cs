using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>From expressions to instructions: share, fuse, place, plan memory, lower.</summary>
internal static class Compiler
{
    // The first formula of a process takes 26 ms, those after it about two; so a program with one that pays has others too.
    private const int FurtherFormulas = 64;

    // A program that changes no parameters may run but once: bias and rectifier alone are no reason to wait.
    private const int FewestOfPrediction = 3;

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
        var trains = graph.Nodes.Exists(node => node.IsTrained);
        var formulaWork = order.Exists(group => group.Work >= options.FormulaWork && (trains || group.Elementwise.Count() >= FewestOfPrediction))
            ? options.FormulaWork / FurtherFormulas : long.MaxValue;
        foreach (var group in order)
            (group.FormulaWork, group.IsRunOften) = (formulaWork, trains);
        MemoryPlan.Run(graph.Nodes, order);
        FillConstants(graph.Nodes);

        var instructions = order.SelectMany(group => Lower(group, state, options))
            .Concat(copies.Select(copy => new CopyInstruction(copy.Value.Memory, copy.Place))).ToArray();
        var workers = options.Team?.Threads ?? 1;
        var scratch = new AlignedBuffer[workers];
        var scratchLength = instructions.Aggregate(0, (longest, instruction) => Math.Max(longest, instruction.ScratchLength));
        for (var i = 0; i < workers; i++)
            scratch[i] = new AlignedBuffer(scratchLength);
        foreach (var instruction in instructions)
            instruction.Scratch = scratch;
        return (graph, instructions);
    }

    private static IEnumerable<Instruction> Lower(Group group, RunState state, ProgramOptions options)
    {
        if (group.Head is not { } head)
            return [new ChainInstruction(ChainBuilder.Build(group, state), group.Total?.Memory)];
        var x = head.Inputs[0];
        return head.Op.Lowering switch
        {
            Lowering.Product => LowerProduct(group, head, state, options),
            Lowering.Reduction reduction =>
                [new ReductionInstruction(head.Arguments.Axis, reduction.IsMaximum, x.Rows, x.Columns, x.Memory, head.Memory)],
            Lowering.RowWise rowWise =>
                [new RowInstruction(rowWise.Kernel, x.Rows, x.Columns, head.Columns, x.Memory, head.Memory)],
            Lowering.Movement { Kind: MovementKind.ScatterAddRows } => [ScatterInstruction.Of(group, head, state)],
            Lowering.Movement => [new MovementInstruction(head)],
            Lowering.View => [new CopyInstruction(x.Memory, head.Memory)],
            _ => throw new InvalidOperationException($"'{head.Source.Operation}' has no instruction."),
        };
    }

    private static IEnumerable<Instruction> LowerProduct(Group group, Node head, RunState state, ProgramOptions options)
    {
        var (a, b) = (head.Inputs[0], head.Inputs[1]);
        var chain = group.Nodes.Count > 1 ? ChainBuilder.Build(group, state) : null;
        var isInParts = group.HasEpilogue;
        if (group.Split is { } split)
        {
            yield return new SplitProductInstruction(split, a.Memory, b.Memory, head.Memory, isInParts ? chain : null);
        }
        else
        {
            var prepared = group.IsRunOften && group.Product.PreparedLength > 0 ? new AlignedBuffer(group.Product.PreparedLength) : null;
            if (prepared is not null)
                yield return new PreparationInstruction(group.Product, a.Memory, b.Memory, prepared);
            yield return new ProductInstruction(group.Product, a.Memory, b.Memory, group.IsHeadPassedOn ? null : head.Memory, isInParts ? chain : null,
                isInParts ? group.Total?.Memory : null, isPacked: options.FixedParameters && !group.IsHeadPassedOn && b.IsLeaf && b.Op != Ops.Input, prepared);
        }

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
