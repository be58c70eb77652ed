namespace Gradus;

/// <summary>How a program is compiled.</summary>
public sealed record ProgramOptions
{
    /// <summary>Rows of a batch, at least 0; what <see cref="Dimension.Batch"/> stands for.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Seed of the random numbers in the program.</summary>
    public ulong Seed { get; init; }

    /// <summary>Values that lie in memory shared with others: parameters, gradients, assignments.</summary>
    public IReadOnlyList<Placement> Placements { get; init; } = [];

    /// <summary>The threads that share the work; null runs everything on the caller's. The bits are the same.</summary>
    public WorkerTeam? Team { get; init; }

    /// <summary>Whether parameters stay as they are from run to run, as in prediction: matrices that products read are packed
    /// once, at the first run. After a change <see cref="CompiledProgram.Refresh"/> packs them again.</summary>
    public bool FixedParameters { get; init; }

    /// <summary>Elements · operations of the longest chain of elementwise work from which chains are compiled into loops of their own;
    /// compiling takes some milliseconds, and a loop saves up to 0.5 ns an element and operation. The bits are the same.</summary>
    internal long FormulaWork { get; init; } = 1 << 18;

    /// <summary>Keeps the value of every node after a run, for explaining and debugging: nothing is fused or overwritten.
    /// </summary>
    public bool KeepAll { get; init; }
}
