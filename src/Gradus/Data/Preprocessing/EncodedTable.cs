using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gradus;

/// <summary>A table as a network takes it: features, targets, and what preprocessing had to report.</summary>
public sealed class EncodedTable
{
    private readonly float[] targets;
    private readonly int[]? sourceRows;
    private readonly float[] weights = [];

    internal EncodedTable(FeatureMatrix inputs, float[] targets, int[]? sourceRows, TransformReport report)
    {
        (Inputs, this.targets, this.sourceRows, Report) = (inputs, targets, sourceRows, report);
    }

    private EncodedTable(EncodedTable of, float[] weights) : this(of.Inputs, of.targets, of.sourceRows, of.Report) =>
        (this.weights, Images) = (weights, of.Images);

    /// <summary>The features: (rows, features).</summary>
    public FeatureMatrix Inputs { get; }

    /// <summary>The number of encoded rows; rows without any target are left out.</summary>
    public int Rows => Inputs.Rows;

    /// <summary>(rows × targets), row-major: the scaled value of a regression, the class index of a classification, NaN where one of
    /// several is missing; empty when only inputs were encoded.</summary>
    public ReadOnlySpan<float> Targets => targets;

    /// <summary>Targets of a row; 0 when only inputs were encoded, or there is no row.</summary>
    public int TargetCount => Rows == 0 ? 0 : targets.Length / Rows;

    /// <summary>How much each row counts in a loss, at least 0; empty if all count alike.</summary>
    public ReadOnlySpan<float> Weights => weights;

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

    /// <summary>The same rows, each with the weight that a column gives it.</summary>
    /// <param name="table">The table that was encoded.</param>
    /// <param name="column">The column, as <see cref="RowWeights.Of"/> takes it.</param>
    /// <exception cref="GradusException">As for <see cref="RowWeights.Of"/>.</exception>
    public EncodedTable WithWeights(Table table, string column)
    {
        var all = RowWeights.Of(table, column);
        var own = new float[Rows];
        for (var row = 0; row < own.Length; row++)
            own[row] = all[SourceRow(row)];
        return new EncodedTable(this, own);
    }

    /// <summary>SHA-256 of features, targets and weights.</summary>
    internal string Checksum()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Inputs.AppendTo(hash);
        hash.AppendData(MemoryMarshal.AsBytes(Targets));
        hash.AppendData(MemoryMarshal.AsBytes(Weights));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
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
