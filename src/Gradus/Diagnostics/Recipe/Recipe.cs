namespace Gradus;

/// <summary>The recipe for training a network: looks at the data, the loss at the start, regularisation, gradients, a few rows
/// learnt by heart, signals, the learning rate and the first epoch, in the order in which courses teach it (CS231n, Karpathy
/// 2019).</summary>
public static class Recipe
{
    private const int MostCells = 2_000_000;

    /// <summary>Rows and columns, before there is a network.</summary>
    private static readonly Func<RecipeSetup, IEnumerable<RecipeCheck>>[] OfData = [RowChecks.Run, ColumnChecks.Run, LeakageCheck.Run, DriftCheck.Run];

    /// <summary>Those of them whose time is bounded.</summary>
    private static readonly Func<RecipeSetup, IEnumerable<RecipeCheck>>[] OfSamples = [LeakageCheck.Run, DriftCheck.Run];

    private static readonly Func<RecipeContext, IEnumerable<RecipeCheck>>[] OfTraining =
    [
        ScaleCheck.Run, InitialLossCheck.Run, RandomLabelCheck.Run, RegularizationCheck.Run, GradientCheck.Run, IndependenceCheck.Run,
        OverfitCheck.Run, SignalCheck.Run, LearningRateCheck.Run, BaselineCheck.Run,
    ];

    /// <summary>Makes every check.</summary>
    /// <param name="setup">What to look at.</param>
    /// <param name="cancellation">Ends after the current check.</param>
    /// <returns>The checks that could be made: a set-up that cannot even be built ends with the check <c>setup</c>.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static RecipeReport Run(RecipeSetup setup, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return Report(setup, Checks(setup), cancellation);
    }

    /// <summary>Makes the checks that cost little beside a training: those of the data, and what the watch saw.</summary>
    /// <remarks>Leakage and drift are looked at on up to 5,000 rows, and on 500,000 cells of a wide table; duplicates, overlap, contradicting
    /// labels and the checks of single columns and classes are left to <see cref="Run"/> where there are more than 2,000,000 cells,
    /// pixels not counted.</remarks>
    /// <param name="setup">What was trained.</param>
    /// <param name="watch">What the watch found (<see cref="History.Watch"/>).</param>
    /// <param name="cancellation">Ends after the current check.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static RecipeReport AfterTraining(RecipeSetup setup, IReadOnlyList<WatchFinding> watch, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(watch);
        var columns = setup.Train.Columns.Count(column => column is not PixelColumn);
        var isLarge = (long)setup.Train.RowCount * columns > MostCells;
        var quick = setup with { MostRows = Math.Clamp(500_000 / Math.Max(1, columns), 500, 5_000) };
        var ofData = OfData.Where(run => !isLarge || OfSamples.Contains(run)).AsParallel().AsOrdered().Select(run => run(quick).ToArray()).SelectMany(found => found);
        return Report(setup, ofData.AsSequential().Concat(WatchChecks.Run(setup, watch)), cancellation);
    }

    private static RecipeReport Report(RecipeSetup setup, IEnumerable<RecipeCheck> found, CancellationToken cancellation)
    {
        var started = setup.Training.Time.GetTimestamp();
        var checks = new List<RecipeCheck>();
        foreach (var check in found)
        {
            checks.Add(check);
            setup.OnCheck?.Invoke(check);
            cancellation.ThrowIfCancellationRequested();
        }

        return new RecipeReport(checks, setup.Training.Time.GetElapsedTime(started).TotalSeconds);
    }

    private static IEnumerable<RecipeCheck> Checks(RecipeSetup setup)
    {
        foreach (var check in OfData.SelectMany(run => run(setup)))
            yield return check;
        if (RecipeContext.TryCreate(setup, out var context, out var refusal))
        {
            using (context)
            {
                foreach (var check in OfTraining.SelectMany(run => run(context)))
                    yield return check;
            }
        }
        else
        {
            yield return new RecipeCheck("setup", Verdict.Fail, "the data and the options make a network that can be trained", refusal.Message, refusal.Message);
        }
    }
}
