using static Gradus.Functions;

namespace Gradus;

/// <summary>From here on the network is k networks that share their weights: each pattern X becomes a row for each member i,
/// X ⊙ rᵢ, and every layer that follows works on all of them (BatchEnsemble: Wen, Tran and Ba 2020; with this one scaling alone
/// TabM-mini: Gorishniy et al. 2025, section 3). <see cref="MemberOutputs"/> ends it.</summary>
/// <remarks>X (batch, inputs); H (k·batch, inputs), the rows of a pattern together; r (k, inputs) starts at random. The loss is
/// the mean of the members' losses, the answer the mean of their answers.</remarks>
public sealed record Members : Layer
{
    /// <summary>Members at most.</summary>
    public const int MaxCount = 256;

    /// <summary>Makes the layer.</summary>
    /// <param name="count">k, from 2 to <see cref="MaxCount"/>; 32 is usual.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is out of range.</exception>
    public Members(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxCount);
        Count = count;
    }

    /// <summary>k.</summary>
    public int Count { get; }

    /// <summary>How r starts: ±1, or normal where the inputs are embeddings.</summary>
    public Initializer Scales { get; init; } = Initializer.Signs;

    /// <inheritdoc/>
    public override string Kind => "members";

    internal override Expression Apply(Expression x, ParameterFactory parameters)
    {
        if (x.Shape.Rows != Dimension.Batch)
            throw new ArgumentException("A network becomes members once; leave out the second layer of members.");
        var inputs = x.Shape.Columns.Size;
        var r = parameters.Make("r", Count, inputs, Scales, isWeight: false);
        return RowsOf(RepeatColumns(x, Count) * SideBySide(r), Count);   // rows Count·p + i: X_p ⊙ rᵢ
    }

    /// <summary>(batch, k·n) as (k·batch, n).</summary>
    internal static Expression RowsOf(Expression x, int members) =>
        Reshape(x, new Shape(members * x.Shape.Rows, x.Shape.Columns.Size / members));

    /// <summary>One row a member as one row of all: (k, n) as (1, k·n), and (k·batch, n) as (batch, k·n).</summary>
    internal static Expression SideBySide(Expression x)
    {
        var members = x.Shape.Rows.Factor;
        return Reshape(x, new Shape(x.Shape.Rows.IsBatch ? Dimension.Batch : 1, members * x.Shape.Columns.Size));
    }

    /// <summary>Members of which there are rows.</summary>
    internal static int Of(Expression x, string kind) => x.Shape.Rows is { IsBatch: true, Factor: > 1 and var members } ? members
        : throw new ArgumentException($"A layer of kind {kind} works on the rows of members. Put a layer of members before it.");
}
