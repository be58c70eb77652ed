using Gradus.Programs;

namespace Gradus;

/// <summary>Runs a network forward over many rows: answers, losses and metrics.</summary>
internal sealed class Scorer
{
    private const int MaxBatch = 512;

    private readonly Network network;
    private readonly CompiledProgram program;
    private readonly Slot input;
    private readonly Slot answer;
    private readonly Slot? target;
    private readonly Slot? rowLosses;
    private readonly int[] rows;

    /// <param name="network">The network.</param>
    /// <param name="loss">Its loss, whose read-out gives the answers.</param>
    /// <param name="weights">Its parameters.</param>
    /// <param name="rowCount">Rows that will be scored at a time, for the batch size.</param>
    /// <param name="team">Threads.</param>
    /// <param name="withLoss">Whether targets are known.</param>
    public Scorer(Network network, Loss loss, ParameterBuffer weights, int rowCount, WorkerTeam? team, bool withLoss)
    {
        this.network = network;
        var batch = Math.Max(1, MaxBatch / network.Members);
        rows = new int[Math.Clamp(rowCount, 1, batch)];
        var answers = loss.Answer(network.Output);
        var targets = TrainingObjective.TargetOf(network, loss);
        var losses = loss.OfRows(network.Output, targets);
        program = CompiledProgram.Compile(withLoss ? [answers, losses] : [answers], new ProgramOptions
        {
            Batch = rows.Length,
            Team = team,
            Placements = [.. weights.PlaceEach()],
            FixedParameters = rowCount > batch,   // packing pays for several batches
        });
        (input, answer) = (program.SlotOf(network.Input), program.SlotOf(answers));
        if (withLoss)
            (target, rowLosses) = (program.SlotOf(targets), program.SlotOf(losses));
    }

    /// <summary>Answers of every row, (rows × outputs), and the mean loss if targets are known, else 0; rows count by their weights.</summary>
    public double Run(EncodedTable table, Span<float> answers)
    {
        program.Refresh();   // the parameters may have changed since the last call
        var outputs = network.OutputCount;
        var (sum, counted) = (0.0, 0.0);
        var weights = table.Weights;
        for (var first = 0; first < table.Rows; first += rows.Length)
        {
            // A last batch that is not full computes some rows of the batch before again; rows do not depend on each other.
            var count = Math.Min(rows.Length, table.Rows - first);
            for (var i = 0; i < count; i++)
                rows[i] = first + i;
            table.Inputs.CopyRows(first, count, input.Span);
            if (target is { } targets)
                table.GatherTargets(rows.AsSpan(0, count), targets.Span);
            program.Run();
            answer.Span[..(count * outputs)].CopyTo(answers[(first * outputs)..]);
            if (rowLosses is not { } losses)
                continue;
            for (var i = 0; i < count; i++)
            {
                var weight = weights.IsEmpty ? 1 : weights[first + i];
                sum += weight * losses.Span[i];
                counted += weight;
            }
        }

        return counted == 0 ? 0 : sum / counted;   // Σ w loss / Σ w
    }
}
