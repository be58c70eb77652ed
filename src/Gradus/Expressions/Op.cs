namespace Gradus;

/// <summary>The shape of an op's result from those of its inputs; throws <see cref="ArgumentException"/> with the op's
/// name and the shapes where they do not fit.</summary>
internal delegate Shape ShapeRule(string op, ReadOnlySpan<Shape> inputs, OpArguments arguments);

/// <summary>The chain rule of one op: given the node y = op(inputs) and ∂J/∂y, the contributions ∂J/∂input, one an input,
/// each of the input's shape before broadcasting is undone; null where nothing flows.</summary>
internal delegate Expression?[] DerivativeRule(Expression y, Expression upstream);

/// <summary>The value of one op in double precision, the measure of every kernel.</summary>
internal delegate Matrix ReferenceRule(Expression y, ReadOnlySpan<Matrix> inputs, ReferenceContext context);

/// <summary>One row of the op table: everything that Gradus knows about an operation.</summary>
/// <param name="Name">The name that an expression prints.</param>
/// <param name="Shape">Shape rule.</param>
/// <param name="Reference">Value in double precision.</param>
/// <param name="Derivative">Derivative rule: an expression.</param>
/// <param name="Lowering">How a program computes it.</param>
internal sealed record Op(
    string Name, ShapeRule Shape, ReferenceRule Reference, DerivativeRule Derivative, Lowering Lowering)
{
    public bool Equals(Op? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => Name;
}
