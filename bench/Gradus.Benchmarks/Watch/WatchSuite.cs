using System.Diagnostics;
using System.Globalization;

namespace Gradus.Benchmarks.Watch;

/// <summary>What the watch costs a training: the time of each of its parts, as often as a training calls it, beside that of the epochs. The
/// ratio of whole runs with and without the watch varies by more than this.</summary>
internal static class WatchSuite
{
    private const int Times = 31;           // of which the median is taken
    private const int Steps = 10_000_000;   // of the comparison after each step, which takes nanoseconds

    private static readonly (string Data, string Target, int[] Hidden, int Epochs, int Threads)[] Sets =
        [("california-housing", "medianHouseValue", [64, 64], 600, 1), ("mnist", "label", [512, 512], 4, 2)];

    /// <summary>Prints the rows of a table of docs/recipe.md: milliseconds of the whole, of the start, of the looks at the epochs; nanoseconds and
    /// number of the comparisons of an epoch; the share of all. The code is compiled before.</summary>
    /// <param name="only">Names of the sets; all if there is none.</param>
    public static int Run(IReadOnlyList<string> only)
    {
        foreach (var (data, target, hidden, epochs, threads) in NamedSets.Choose(Sets, set => set.Data, only))
        {
            var split = DataSet.Open(data).Split(1, target);
            var model = Model.For(split.Train, new ModelOptions { Target = target, Seed = 1 }, [.. hidden.Select(units => new Dense(units, Activation.Relu))]);
            var (train, validation) = (model.Encode(split.Train), model.Encode(split.Validation));
            var options = new TrainOptions { Epochs = epochs, Patience = epochs, BatchSize = 64, Threads = threads };
            using var team = new WorkerTeam(threads);

            TrainingWatch Make() => new(model.Network, new WatchSample(model.Network, model.Loss, model.Weights, train, options, team, null, []), train.Rows, options);
            var history = model.Train(train, validation, options);

            // After epochs 1, 2, 4 … it looks at the layers, and after epoch 5 also at the loss.
            var start = Median(() => Make());
            var watch = Make();
            EpochReport[] reports = [.. history.Epochs];
            var looks = 0.0;
            for (var epoch = 1; epoch <= reports.Length; epoch++)
            {
                var done = new ArraySegment<EpochReport>(reports, 0, epoch);
                looks += int.IsPow2(epoch) || epoch == 5 ? Median(() => watch.TakeEpoch(done, epoch)) : 0;
            }

            var batches = (train.Rows + 63) / 64;
            var exploding = 0;
            var comparison = Milliseconds(() =>
            {
                for (var i = 0; i < Steps; i++)
                {
                    var row = i % batches * 64;
                    exploding += watch.IsExploding(row, Math.Min(row + 64, train.Rows), row * 1e-3) ? 1 : 0;
                }
            }) / Steps;
            if (exploding > 0)
                throw new InvalidOperationException($"{exploding} of {Steps} losses were taken for explosions.");

            var whole = 1000 * history.Seconds;
            var cost = start + looks + (comparison * batches * reports.Length);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {data}, {string.Join('-', hidden)}, {reports.Length} epochs | {whole:N0} | {start:0.0} | {looks:0.00} | {comparison * 1e6:0.0} × {batches} | {100 * cost / whole:0.00} % |"));
        }

        return 0;
    }

    private static double Median(Action act) => Enumerable.Range(0, Times).Select(_ => Milliseconds(act)).Order().ElementAt(Times / 2);

    private static double Milliseconds(Action act)
    {
        var begun = Stopwatch.GetTimestamp();
        act();
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }
}
