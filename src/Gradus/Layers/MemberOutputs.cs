using static Gradus.Functions;

namespace Gradus;

/// <summary>The output layer of members: Yᵢ = XᵢVᵢ + cᵢ, nothing of it shared (Gorishniy et al. 2025, section 3).</summary>
/// <remarks>X (k·batch, inputs), as <see cref="Members"/> makes it; V (inputs, k·outputs) and c (1, k·outputs), the columns of a
/// member together; Y (k·batch, outputs). All products of members with outputs are taken, and each member's own kept: one
/// large product is faster than k small ones.</remarks>
public sealed record MemberOutputs : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="outputs">Outputs of each member, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="outputs"/> is below 1.</exception>
    public MemberOutputs(int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Outputs = outputs;
    }

    /// <summary>Outputs of each member.</summary>
    public int Outputs { get; }

    /// <summary>How the weights start.</summary>
    public Initializer Weights { get; init; } = Initializer.LeCunNormal;

    /// <inheritdoc/>
    public override string Kind => "member-outputs";

    internal override Expression Apply(Expression x, ParameterFactory parameters)
    {
        var members = Members.Of(x, Kind);
        var width = checked(members * Outputs);
        var v = parameters.Make("V", x.Shape.Columns.Size, width, Weights, isWeight: true);
        var c = parameters.Make("c", 1, width, Initializer.Zeros, isWeight: false);
        var all = x.Dot(v) + c;   // row of member i, columns of member j
        var own = new double[members * members, 1];
        for (var i = 0; i < members; i++)
            own[i * (members + 1), 0] = 1;
        var mask = Reshape(BroadcastTo(Expression.Constant(own), new Shape(members * members, Outputs)), new Shape(1, members * width));
        // Products with other members' columns are dropped, not multiplied by 0: 0 · ∞ is no number.
        var kept = Select(mask, Members.SideBySide(all), 0);
        return FoldColumns(Members.RowsOf(kept, members), members);
    }
}
