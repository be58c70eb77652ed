namespace Gradus;

/// <summary>Which inputs moved an answer f away from what it is at a baseline (Sundararajan, Taly and Yan 2017):
/// contributionᵢ = (xᵢ − x′ᵢ) ∫₀¹ ∂f/∂xᵢ(x′ + α (x − x′)) dα. Their sum is f(x) − f(x′).</summary>
/// <remarks>The baseline x′ has every feature 0: the training mean of a standardised number, the training minimum of a
/// min-max scaled one, black for a pixel, false, and no category. The integral is the midpoint rule.</remarks>
public sealed record IntegratedGradients
{
    /// <summary>One number an input column, in the order of <see cref="Preprocessor.InputNames"/>: the contributions of its
    /// features added.</summary>
    public required IReadOnlyList<double> Contributions { get; init; }

    /// <summary>f at the baseline.</summary>
    public required double Baseline { get; init; }

    /// <summary>f at the row.</summary>
    public required double Answer { get; init; }

    /// <summary>Points of the midpoint rule.</summary>
    public required int Steps { get; init; }

    /// <summary>The sum of the contributions.</summary>
    public double Sum => Contributions.Sum();

    /// <summary>Σ − (f(x) − f(x′)): the error of the midpoint rule, which more steps make smaller.</summary>
    public double Gap => Sum - (Answer - Baseline);

    /// <param name="model">The model.</param>
    /// <param name="x">The row's features.</param>
    /// <param name="f">(rows × 1), of the network's input.</param>
    /// <param name="steps">Points of the midpoint rule, at least 1.</param>
    internal static IntegratedGradients Of(Model model, double[] x, Expression f, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var network = model.Network;
        var ends = RowExplanation.Bind(model, new ReferenceContext());
        ends.Bind(network.Input, Matrix.Generate(2, x.Length, (i, j) => i * x[j]));
        var answers = ends.Evaluate(f);

        // Rows do not depend on each other: the gradient of the sum over rows is the gradient of each.
        var path = RowExplanation.Bind(model, new ReferenceContext());
        path.Bind(network.Input, Matrix.Generate(steps, x.Length, (i, j) => (i + 0.5) / steps * x[j]));
        var slopes = path.Evaluate(Gradient.Of(Functions.Sum(f), network.Input)[0]);
        var features = new double[x.Length];
        for (var i = 0; i < steps; i++)
            for (var j = 0; j < x.Length; j++)
                features[j] += slopes[i, j] * x[j] / steps;
        return new IntegratedGradients
        {
            Contributions = [.. FeaturesOf(model.Preprocessor).Select(range => features[range].Sum())],
            Baseline = answers[0, 0],
            Answer = answers[1, 0],
            Steps = steps,
        };
    }

    /// <summary>Integrated gradients are linear in f: those of a mean are the mean.</summary>
    internal static IntegratedGradients Mean(IReadOnlyList<IntegratedGradients> each) => each[0] with
    {
        Contributions = [.. each[0].Contributions.Select((_, i) => each.Average(one => one.Contributions[i]))],
        Baseline = each.Average(one => one.Baseline),
        Answer = each.Average(one => one.Answer),
    };

    /// <summary>The features of each input column.</summary>
    internal static IEnumerable<Range> FeaturesOf(Preprocessor preprocessor)
    {
        foreach (var input in preprocessor.Inputs)
        {
            // A block of pixels has a feature a column.
            var each = input.FeatureCount / input.Columns.Count;
            for (var i = 0; i < input.Columns.Count; i++)
                yield return (input.FirstFeature + (i * each))..(input.FirstFeature + ((i + 1) * each));
        }
    }
}
