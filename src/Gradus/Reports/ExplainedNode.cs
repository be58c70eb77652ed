namespace Gradus;

/// <summary>One node of an explained expression.</summary>
/// <param name="Id">Its place in <see cref="ExpressionExplanation.Nodes"/>.</param>
/// <param name="Operation">The op's name, as in the op table.</param>
/// <param name="Label">What a person reads: the name of an input, a number, <c>+</c>, <c>sigmoid</c>.</param>
/// <param name="Name">The name of an input; null elsewhere.</param>
/// <param name="Inputs">Ids of the operands.</param>
/// <param name="LocalDerivatives">∂(this node)/∂(operand), one an operand; null for a constant exponent, into which nothing
/// flows.</param>
/// <param name="Value">The value.</param>
/// <param name="Gradient">∂f/∂(this node); null for a number that is an exponent.</param>
public sealed record ExplainedNode(
    int Id, string Operation, string Label, string? Name, IReadOnlyList<int> Inputs, IReadOnlyList<double?> LocalDerivatives,
    double Value, double? Gradient);
