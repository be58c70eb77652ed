namespace Gradus;

/// <summary>A parameter of a network.</summary>
/// <param name="Name">Such as <c>layer1.W</c>.</param>
/// <param name="Expression">The parameter in the network's expressions.</param>
/// <param name="Initializer">How it starts.</param>
/// <param name="IsWeight">True for weights, false for biases, which regularisation leaves alone.</param>
/// <param name="IsTrained">False for running averages, which training writes but no gradient changes.</param>
public sealed record NetworkParameter(string Name, Expression Expression, Initializer Initializer, bool IsWeight, bool IsTrained = true)
{
    /// <summary>Inputs that a unit sums, where these are not as many as the matrix has rows: of a category's rows one is an input.</summary>
    public int? FanIn { get; init; }

    /// <summary>Number of elements.</summary>
    public int Count => Expression.Shape.Rows.Size * Expression.Shape.Columns.Size;
}
