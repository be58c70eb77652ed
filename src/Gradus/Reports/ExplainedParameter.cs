namespace Gradus;

/// <summary>A parameter of a layer with its gradient at one row.</summary>
/// <param name="Name"><c>W</c> or <c>b</c>.</param>
/// <param name="Rows">Rows: a weight's inputs.</param>
/// <param name="Columns">Columns: a weight's outputs.</param>
/// <param name="Values">(Rows × Columns), row-major.</param>
/// <param name="Gradients">∂J/∂(parameter), of the same shape; null without a target.</param>
public sealed record ExplainedParameter(
    string Name, int Rows, int Columns, IReadOnlyList<double> Values, IReadOnlyList<double>? Gradients)
{
    /// <summary>‖W‖, the root of the sum of squares.</summary>
    public double Norm => NormOf(Values);

    /// <summary>‖∂J/∂W‖; null without a target.</summary>
    public double? GradientNorm => Gradients is null ? null : NormOf(Gradients);

    private static double NormOf(IReadOnlyList<double> values) => Math.Sqrt(values.Sum(value => value * value));
}
