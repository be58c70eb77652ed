namespace Gradus;

/// <summary>Runs a network forward over many rows: answers, losses and metrics.</summary>
internal sealed class Scorer
{
    private const int MaxBatch = 512;

    private readonly Network network;
    private readonly Program program;
    private readonly Expression answer;
    private readonly Expression? target;
    private readonly Expression? rowLosses;
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
        answer = loss.ReadOut.Apply(network.Output);
        if (withLoss)
        {
            target = TrainingStep.TargetOf(network, loss);
            rowLosses = loss.OfRows(network.Output, target);
        }

        rows = new int[Math.Clamp(rowCount, 1, MaxBatch)];
        program = Program.Compile(rowLosses is null ? [answer] : [answer, rowLosses], new ProgramOptions
        {
            Batch = rows.Length,
            Team = team,
            Placements = [.. weights.PlaceEach()],
        });
    }

    /// <summary>Answers of every row, (rows × outputs), and the mean loss if targets are known, else 0.</summary>
    public double Run(EncodedTable table, Span<float> answers)
    {
        var outputs = network.OutputCount;
        var sum = 0.0;
        for (var first = 0; first < table.Rows; first += rows.Length)
        {
            // A last batch that is not full computes some rows of the batch before again; rows do not depend on each other.
            var count = Math.Min(rows.Length, table.Rows - first);
            for (var i = 0; i < count; i++)
                rows[i] = first + i;
            table.Inputs.CopyRows(first, count, program[network.Input]);
            if (target is not null)
                table.GatherTargets(rows.AsSpan(0, count), program[target]);
            program.Run();
            program[answer][..(count * outputs)].CopyTo(answers[(first * outputs)..]);
            if (rowLosses is not null)
                foreach (var value in program[rowLosses][..count])
                    sum += value;
        }

        return table.Rows == 0 ? 0 : sum / table.Rows;
    }
}
