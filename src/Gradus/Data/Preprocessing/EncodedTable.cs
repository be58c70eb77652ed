namespace Gradus;

/// <summary>A table as a network takes it: features, targets, and what preprocessing had to report.</summary>
public sealed class EncodedTable
{
    private readonly float[] targets;
    private readonly int[]? sourceRows;

    internal EncodedTable(FeatureMatrix inputs, float[] targets, int[]? sourceRows, TransformReport report)
    {
        (Inputs, this.targets, this.sourceRows, Report) = (inputs, targets, sourceRows, report);
    }

    /// <summary>The features: (rows, features).</summary>
    public FeatureMatrix Inputs { get; }

    /// <summary>The number of encoded rows; rows without any target are left out.</summary>
    public int Rows => Inputs.Rows;

    /// <summary>(rows × targets), row-major: the scaled value of a regression, the class index of a classification, NaN where one of
    /// several is missing; empty when only inputs were encoded.</summary>
    public ReadOnlySpan<float> Targets => targets;

    /// <summary>Targets of a row; 0 when only inputs were encoded, or there is no row.</summary>
    public int TargetCount => Rows == 0 ? 0 : targets.Length / Rows;

    /// <summary>What was not as in training.</summary>
    public TransformReport Report { get; }

    /// <summary>The size of the images that the rows of <see cref="Inputs"/> are, pixels row after row, all on one scale; null if they
    /// are not images.</summary>
    public ImageSize? Images { get; init; }

    /// <summary>The table's row that an encoded row came from.</summary>
    /// <param name="row">Encoded row, from 0.</param>
    public int SourceRow(int row) => sourceRows is null ? row : sourceRows[row];

    /// <summary>Copies the targets of the given rows, in that order. Allocates nothing.</summary>
    /// <param name="rows">Row indices, from 0.</param>
    /// <param name="destination">(rows × targets), row-major.</param>
    public void GatherTargets(ReadOnlySpan<int> rows, Span<float> destination)
    {
        var count = TargetCount;
        if (count == 1)
        {
            for (var i = 0; i < rows.Length; i++)
                destination[i] = targets[rows[i]];
            return;
        }

        for (var i = 0; i < rows.Length; i++)
            targets.AsSpan(rows[i] * count, count).CopyTo(destination[(i * count)..]);
    }

    /// <summary>The given rows, in that order, as a table of their own.</summary>
    /// <param name="rows">Row indices, from 0.</param>
    internal EncodedTable Select(ReadOnlySpan<int> rows)
    {
        var picked = new float[rows.Length * TargetCount];
        GatherTargets(rows, picked);
        return new EncodedTable(Inputs.Select(rows), picked, null, Report);
    }

    /// <summary>The given rows with each other's targets: row i takes that of row order[i].</summary>
    internal EncodedTable WithTargetsFrom(ReadOnlySpan<int> rows, ReadOnlySpan<int> order)
    {
        var picked = new float[rows.Length * TargetCount];
        for (var i = 0; i < rows.Length; i++)
            GatherTargets([rows[order[i]]], picked.AsSpan(i * TargetCount));
        return new EncodedTable(Inputs.Select(rows), picked, null, Report);
    }

    /// <summary>Consecutive rows as a table of their own.</summary>
    internal EncodedTable RowsFrom(int first, int count) => Select([.. Enumerable.Range(first, count)]);
}
