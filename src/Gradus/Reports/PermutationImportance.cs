using Gradus.Kernels;

namespace Gradus;

/// <summary>How much worse a model becomes when the values of one input column are dealt out to the rows at random
/// (Breiman 2001; Fisher, Rudin and Dominici 2019): what the model draws from the column that no other column tells it.
/// </summary>
/// <param name="Column">The input column.</param>
/// <param name="Losses">For each metric its values when the column is permuted, one a repetition.</param>
public sealed record PermutationImportance(string Column, IReadOnlyDictionary<string, IReadOnlyList<double>> Losses)
{
    /// <summary>Repetitions.</summary>
    public const int DefaultRepetitions = 5;

    private const uint Purpose = 0x9000_0000;   // a stream of random numbers that nothing else uses

    /// <summary>How much worse the metric is on average: an error or loss that rises and a score that falls are positive.</summary>
    /// <param name="metric">Such as <c>rmse</c>, <c>logLoss</c> or <c>accuracy</c>.</param>
    /// <param name="whole">The metrics without permutation.</param>
    public (double Mean, double Deviation) Worsening(string metric, Metrics whole)
    {
        ArgumentNullException.ThrowIfNull(whole);
        var sign = Metrics.IsScore(metric) ? -1 : 1;
        var worse = Losses[metric].Select(value => sign * (value - whole.Values[metric])).ToArray();
        var mean = worse.Average();
        return (mean, Math.Sqrt(worse.Average(each => (each - mean) * (each - mean))));
    }

    /// <summary>Measures every input column.</summary>
    /// <param name="model">A trained model.</param>
    /// <param name="table">Rows with inputs and target; rows without a target are passed over.</param>
    /// <param name="seed">The same seed gives the same permutations; every column is permuted in the same way.</param>
    /// <param name="repetitions">Permutations of each column, at least 1.</param>
    /// <param name="progress">Called with the number of columns measured after each.</param>
    /// <param name="cancellation">Ends the measurement with an exception.</param>
    /// <returns>The metrics without permutation, and the columns, the most important first by <see cref="Deciding"/>.</returns>
    /// <exception cref="GradusException">A column is missing or of another kind, or fewer than two rows have a target.</exception>
    public static (Metrics Whole, IReadOnlyList<PermutationImportance> Columns) Of(
        Model model, Table table, ulong seed = 1, int repetitions = DefaultRepetitions, IProgress<int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentOutOfRangeException.ThrowIfLessThan(repetitions, 1);
        var encoded = model.Preprocessor.Encode(table);
        if (encoded.Rows < 2)
            throw new GradusException($"Table '{table.Name}' has {encoded.Rows} rows with a '{model.Target}'; permuting needs at least two.");
        var (rows, width) = (encoded.Rows, encoded.Inputs.Columns);
        if ((long)rows * width > Array.MaxLength)
            throw new GradusException($"Table '{table.Name}' has {rows:N0} rows of {width:N0} features, more than fit into memory at once. Use fewer rows.");
        var features = new float[rows * width];
        encoded.Inputs.CopyRows(0, rows, features);
        var permuted = new EncodedTable(new FeatureMatrix(features, rows, width), encoded.Targets.ToArray(), null, encoded.Report);
        var whole = model.Evaluate(permuted);
        var orders = new int[repetitions][];
        for (var r = 0; r < repetitions; r++)
            Philox.Permutation(new RandomKey(seed, Purpose, (ulong)r), orders[r] = new int[rows]);

        var columns = new List<PermutationImportance>();
        foreach (var (name, range) in model.Preprocessor.InputNames.Zip(IntegratedGradients.FeaturesOf(model.Preprocessor)))
        {
            cancellation.ThrowIfCancellationRequested();
            columns.Add(new PermutationImportance(name, Measure(model, permuted, features, range, orders, whole)));
            progress?.Report(columns.Count);
        }

        var first = Deciding(whole);
        return (whole, [.. columns.OrderByDescending(column => column.Worsening(first, whole).Mean)]);
    }

    /// <summary>The figure that orders columns: RMSE of numbers, log-loss of classes; of several targets R², or accuracy if all are
    /// classes.</summary>
    public static string Deciding(Metrics whole) => whole switch
    {
        RegressionMetrics => "rmse",
        ClassificationMetrics => "logLoss",
        _ => whole.Values.First().Key,
    };

    private static Dictionary<string, IReadOnlyList<double>> Measure(
        Model model, EncodedTable table, float[] features, Range range, int[][] orders, Metrics whole)
    {
        var width = table.Inputs.Columns;
        var (start, count) = range.GetOffsetAndLength(width);
        var original = new float[table.Rows * count];
        for (var i = 0; i < table.Rows; i++)
            features.AsSpan((i * width) + start, count).CopyTo(original.AsSpan(i * count));
        var losses = whole.Values.Keys.ToDictionary(metric => metric, _ => new List<double>());
        foreach (var order in orders)
        {
            for (var i = 0; i < table.Rows; i++)
                original.AsSpan(order[i] * count, count).CopyTo(features.AsSpan((i * width) + start));
            foreach (var (metric, value) in model.Evaluate(table).Values)
            {
                if (losses.TryGetValue(metric, out var list))
                    list.Add(value);
            }
        }

        for (var i = 0; i < table.Rows; i++)
            original.AsSpan(i * count, count).CopyTo(features.AsSpan((i * width) + start));
        return losses.ToDictionary(each => each.Key, each => (IReadOnlyList<double>)each.Value);
    }
}
