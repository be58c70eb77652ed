using System.Globalization;

namespace Gradus.Benchmarks.Rates;

/// <summary>How far the learning rate that the range test suggests varies with the seed, and what training with it gives beside the rates
/// of a fine grid.</summary>
internal static class RateSuite
{
    private const int Suggestions = 10;   // seeds
    private const double Lowest = 1e-5;
    private const int PointsADecade = 4;

    // Seeds of each rate; more where they cost little, as the best of a grid is also the luckiest.
    private static readonly (string Data, string Target, int Epochs, int Seeds)[] Sets =
        [("california-housing", "medianHouseValue", 20, 5), ("digits", "digit", 40, 20), ("mnist", "label", 5, 3)];

    /// <summary>Prints the rows of the tables of docs/recipe.md.</summary>
    /// <param name="only">Names of the sets; all if there is none.</param>
    public static int Run(IReadOnlyList<string> only)
    {
        foreach (var (data, target, epochs, seeds) in NamedSets.Choose(Sets, set => set.Data, only))
        {
            var set = DataSet.Open(data);
            var split = set.Split(1, target);
            Layer[] layers = [new Dense(64, Activation.Relu), new Dense(64, Activation.Relu)];
            var options = new ModelOptions { Target = target, Seed = 1 };
            var model = Model.For(split.Train, options, layers);
            var (train, validation) = (model.Encode(split.Train), model.Encode(split.Validation));
            var training = new TrainOptions { Epochs = epochs };

            var ranges = Enumerable.Range(1, Suggestions).Select(seed => LearningRateRange.Measure(model.Network, model.Loss, train, training with { Seed = (ulong)seed })).ToArray();
            double[] suggested = [.. ranges.Select(range => range.Suggestion ?? double.NaN)];
            var last = ranges.Max(range => range.Exploding ?? range.Rates[^1]);
            double[] grid = [.. Enumerable.Range(0, 1 + (int)(PointsADecade * Math.Log10(last / Lowest))).Select(i => Lowest * Math.Pow(10, (double)i / PointsADecade))];
            var means = Train([.. grid, .. suggested]);
            for (var i = 0; i < grid.Length; i++)
                Console.WriteLine($"  {data} {grid[i]:0.0e0} {string.Join(' ', means[i].Select(pair => FormattableString.Invariant($"{pair.Key} {pair.Value:G5}")))}");

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {data}, {epochs} epochs | {ranges.Min(range => range.Smallest):0.0e0} | {last:0.0e0} | {suggested.Min():0.0e0} to {suggested.Max():0.0e0} | {suggested.Max() / suggested.Min():0.00} | ")
                + string.Join("; ", means[0].Keys.Select(metric => Describe(metric, grid, means))) + " |");

            // The means of the metrics over the seeds, at the epoch of the least validation loss.
            Dictionary<string, double>[] Train(double[] rates)
            {
                var runs = new Dictionary<string, double>[rates.Length * seeds];
                Parallel.For(0, runs.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
                {
                    var one = Model.For(model.Preprocessor, split.Train, options with { Seed = (ulong)(1 + (i % seeds)) }, layers);
                    Dictionary<string, double> found;
                    try
                    {
                        found = one.Train(train, validation, training with { Optimizer = new Adam(rates[i / seeds]), Seed = (ulong)(1 + (i % seeds)), Threads = 1 })
                            .Best?.ValidationMetrics?.Values.ToDictionary() ?? [];
                    }
                    catch (DivergedException)
                    {
                        found = [];
                    }

                    runs[i] = found;
                });
                string[] names = [.. runs.First(run => run.Count > 0).Keys.Where(name => name is "rmse" or "accuracy" or "logLoss")];
                return [.. Enumerable.Range(0, rates.Length).Select(rate => names.ToDictionary(name => name,
                    name => Enumerable.Range(0, seeds).Average(seed => runs[(rate * seeds) + seed].GetValueOrDefault(name, double.NaN))))];
            }
        }

        return 0;
    }

    // The best of the grid, and the median and the worst of the suggestions, in percent of it.
    private static string Describe(string metric, double[] grid, Dictionary<string, double>[] means)
    {
        var sign = Metrics.IsScore(metric) ? -1 : 1;
        double[] values = [.. means.Select(mean => mean[metric])];
        var best = Enumerable.Range(0, grid.Length).Where(i => double.IsFinite(values[i])).MinBy(i => sign * values[i]);
        double[] worse = [.. values[grid.Length..].Select(value => 100 * sign * ((value / values[best]) - 1)).Order()];
        return string.Create(CultureInfo.InvariantCulture, $"{metric} {values[best]:G5} at {grid[best]:0.0e0}: {worse[worse.Length / 2]:+0.0;-0.0} % and {worse[^1]:+0.0;-0.0} %");
    }
}
