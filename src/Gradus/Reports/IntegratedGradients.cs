namespace Gradus;

/// <summary>Which inputs moved an answer f away from what it is at a baseline (Sundararajan, Taly and Yan 2017):
/// contributionᵢ = (xᵢ − x′ᵢ) ∫₀¹ ∂f/∂xᵢ(x′ + α (x − x′)) dα. Their sum is f(x) − f(x′).</summary>
/// <remarks>The baseline x′ has every feature 0: the training mean of a standardised number, the training minimum of a
/// min-max scaled one, black for a pixel, false, and no category: where a category is looked up by its index, a vector of
/// zeros in place of its own. The integral is the midpoint rule.</remarks>
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
        Matrix[] vectors = [.. network.Lookups.Select(lookup => VectorOf(model, lookup, x))];
        Expression[] moved = [network.Input, .. network.Lookups.Select(lookup => lookup.Vector)];
        var answers = Along(model, 2, i => i, x, vectors).Evaluate(f);

        // Rows do not depend on each other: the gradient of the sum over rows is the gradient of each.
        var path = Along(model, steps, i => (i + 0.5) / steps, x, vectors);
        var slopes = Gradient.Of(Functions.Sum(f), moved).Select(path.Evaluate).ToArray();
        var features = Means(slopes[0]).Zip(x, (slope, value) => slope * value).ToArray();
        for (var k = 0; k < vectors.Length; k++)
            features[network.Lookups[k].Category.Column] = Means(slopes[k + 1]).Zip(vectors[k].Values, (slope, value) => slope * value).Sum();
        return new IntegratedGradients
        {
            Contributions = [.. FeaturesOf(model.Preprocessor).Select(range => features[range].Sum())],
            Baseline = answers[0, 0],
            Answer = answers[1, 0],
            Steps = steps,
        };
    }

    /// <summary>The vector that a row looks up: (1 × width).</summary>
    internal static Matrix VectorOf(Model model, CategoryLookup lookup, double[] x)
    {
        var context = RowExplanation.Bind(model, new ReferenceContext());
        context.Bind(model.Network.Input, new Matrix(1, x.Length, x));
        return context.Evaluate(lookup.Vector);
    }

    /// <summary>Rows at shares of the way from the baseline to x. An index is no number: what moves is the vector that it stands for,
    /// from zeros, as a one-hot feature moves what it is multiplied with.</summary>
    private static ReferenceContext Along(Model model, int rows, Func<int, double> share, double[] x, Matrix[] vectors)
    {
        var context = RowExplanation.Bind(model, new ReferenceContext());
        var columns = model.Network.Lookups.Select(lookup => lookup.Category.Column).ToHashSet();
        context.Bind(model.Network.Input, Matrix.Generate(rows, x.Length, (i, j) => columns.Contains(j) ? x[j] : share(i) * x[j]));
        foreach (var (lookup, vector) in model.Network.Lookups.Zip(vectors))
            context.Replace(lookup.Vector, Matrix.Generate(rows, vector.Columns, (i, j) => share(i) * vector[0, j]));
        return context;
    }

    private static double[] Means(Matrix x)
    {
        var means = new double[x.Columns];
        for (var i = 0; i < x.Rows; i++)
            for (var j = 0; j < means.Length; j++)
                means[j] += x[i, j] / x.Rows;
        return means;
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
