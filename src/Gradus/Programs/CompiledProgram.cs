using System.Diagnostics;
using Gradus.Programs;

namespace Gradus;

/// <summary>Expressions compiled for one batch size: a few kernels over memory planned once, run as often as wanted without
/// allocating. Results do not depend on the number of threads.</summary>
/// <remarks>Not safe for use by several threads at a time; programs may share a team only if they run one after the other.
/// </remarks>
public sealed class CompiledProgram
{
    // Nanoseconds. Handing an instruction to a team costs 400 while its workers spin (docs/kernels.md), more where the machine
    // has other work; below this it runs on the caller's thread.
    private const double TeamThreshold = 3_000;

    // Nanoseconds on one thread. Longer programs gain from a team wherever its cores are: 784-512-512-10 takes two on cores that share no
    // cache three quarters of one's time.
    private const double AlwaysTogether = 2_000_000;

    private readonly ProgramGraph graph;
    private readonly Instruction[] instructions;
    private readonly RunState state;
    private readonly WorkerTeam? team;
    private readonly TeamChoice? choice;   // null where the team runs whatever it can
    private bool isFresh;

    private CompiledProgram(ProgramGraph graph, Instruction[] instructions, RunState state, ProgramOptions options)
    {
        this.graph = graph;
        this.instructions = instructions;
        this.state = state;
        team = options.Team is { Threads: > 1 } && instructions.Any(IsForTeam) ? options.Team : null;
        choice = team is not null && instructions.Sum(instruction => instruction.Cost) < AlwaysTogether ? new TeamChoice() : null;
        Batch = options.Batch;
    }

    /// <summary>Rows of a batch.</summary>
    public int Batch { get; }

    /// <summary>Number of instructions that a run executes.</summary>
    public int Instructions => instructions.Length;

    /// <summary>Compiles.</summary>
    /// <param name="outputs">Values to be read after a run.</param>
    /// <param name="options">Batch size, memory, threads; a batch of 1 if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is negative.</exception>
    /// <exception cref="ArgumentException">Placements contradict each other.</exception>
    public static CompiledProgram Compile(IReadOnlyList<Expression> outputs, ProgramOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        options ??= new ProgramOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.Batch);
        var state = new RunState(options.Seed);
        var (graph, instructions) = Compiler.Compile(outputs, options, state);
        return new CompiledProgram(graph, instructions, state, options);
    }

    /// <summary>The memory of an input or parameter, to be written before a run, or of an output, to be read after it;
    /// row-major.</summary>
    /// <exception cref="ArgumentException">The expression is not of this program, or its value is not kept.</exception>
    public Span<float> this[Expression expression] => SlotOf(expression).Span;

    /// <summary>Whether the program reads this input or parameter.</summary>
    public bool Uses(Expression expression) => graph.TryGet(expression, out var node) && node is { Slot: not null };

    /// <summary>As the indexer, looked up once for many runs.</summary>
    internal Slot SlotOf(Expression expression) =>
        graph.TryGet(expression, out var node) && node is { Slot: { } slot } && (node.IsLeaf || node.IsKept) ? slot
            : throw new ArgumentException(
                $"'{expression?.Name ?? expression?.Operation}' is neither an input nor an output of this program; name it as an output, or compile with KeepAll.");

    /// <summary>Takes up parameters that have changed since the first run of a program compiled with
    /// <see cref="ProgramOptions.FixedParameters"/>; other programs read them at every run.</summary>
    public void Refresh()
    {
        foreach (var instruction in instructions)
            (instruction as ProductInstruction)?.Pack();
        isFresh = true;
    }

    /// <summary>The team, if the next run is one of its: what that run reads had better be made by the same threads.</summary>
    internal WorkerTeam? TeamOfNextRun => choice is null or { RunsTogether: true } ? team : null;

    /// <summary>Runs every instruction.</summary>
    /// <param name="step">Number of the run: random numbers follow from (seed, purpose, step).</param>
    public void Run(ulong step = 0)
    {
        if (!isFresh)
            Refresh();
        state.Step = step;
        var began = choice is null ? 0 : Stopwatch.GetTimestamp();
        Run(TeamOfNextRun);
        choice?.Take(began, Stopwatch.GetTimestamp());
    }

    private void Run(WorkerTeam? workers)
    {
        foreach (var instruction in instructions)
        {
            if (workers is not null && IsForTeam(instruction))
            {
                workers.Run(instruction);
                continue;
            }

            for (var part = 0; part < instruction.Parts; part++)
                instruction.Run(part, 0);
        }
    }

    private static bool IsForTeam(Instruction instruction) => instruction.Parts > 1 && instruction.Cost >= TeamThreshold;
}
