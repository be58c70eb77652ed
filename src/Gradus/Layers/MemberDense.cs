namespace Gradus;

/// <summary>Fully connected layer whose weights all members share, with a scaling of its inputs and of its sums and a bias of each
/// member's own: Hᵢ = f((Xᵢ ⊙ rᵢ)W ⊙ sᵢ + bᵢ) (Wen, Tran and Ba 2020, eq. 2; Gorishniy et al. 2025, section 3).</summary>
/// <remarks>X (k·batch, inputs), as <see cref="Members"/> makes it; W (inputs, outputs); r (k, inputs), s and b (k, outputs).
/// r and s start at 1. A <see cref="Dense"/> layer among members is the same without r, s and with one b.</remarks>
public sealed record MemberDense : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="outputs">Width of the layer, at least 1.</param>
    /// <param name="activation">f; identity if null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="outputs"/> is below 1.</exception>
    public MemberDense(int outputs, Activation? activation = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Outputs = outputs;
        Activation = activation ?? Activation.Identity;
        Weights = Activation.Weights;
    }

    /// <summary>Number of units.</summary>
    public int Outputs { get; }

    /// <summary>f.</summary>
    public Activation Activation { get; }

    /// <summary>How the weights start.</summary>
    public Initializer Weights { get; init; }

    /// <inheritdoc/>
    public override string Kind => "member-dense";

    internal override Expression Apply(Expression x, ParameterFactory parameters)
    {
        var members = Members.Of(x, Kind);
        var (inputs, sums) = (x.Shape.Columns.Size, checked(Outputs * Activation.Pieces));
        var w = parameters.Make("W", inputs, sums, Weights, isWeight: true);
        var r = parameters.Make("r", members, inputs, Initializer.Constant(1), isWeight: false);
        var s = parameters.Make("s", members, sums, Initializer.Constant(1), isWeight: false);
        var b = parameters.Make("b", members, sums, Initializer.Zeros, isWeight: false);
        var scaled = Members.RowsOf(Members.SideBySide(x) * Members.SideBySide(r), members);
        var u = (Members.SideBySide(scaled.Dot(w)) * Members.SideBySide(s)) + Members.SideBySide(b);
        // Elementwise, f runs in the same pass as the scalings, those of the next layer included.
        return Activation.Pieces == 1 ? Members.RowsOf(Activation.Apply(u, parameters), members)
            : Activation.Apply(Members.RowsOf(u, members), parameters);
    }
}
