namespace Gradus;

/// <summary>The recipe for training a network: looks at the data, the loss at the start, regularisation, gradients, a few rows
/// learnt by heart, signals, the learning rate and the first epoch, in the order in which courses teach it (CS231n, Karpathy
/// 2019).</summary>
public static class Recipe
{
    /// <summary>Rows and columns, before there is a network.</summary>
    private static readonly Func<RecipeSetup, IEnumerable<RecipeCheck>>[] OfData = [RowChecks.Run, ColumnChecks.Run, LeakageCheck.Run, DriftCheck.Run];

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
        var started = setup.Training.Time.GetTimestamp();
        var checks = new List<RecipeCheck>();
        void Take(IEnumerable<RecipeCheck> found)
        {
            foreach (var check in found)
            {
                checks.Add(check);
                setup.OnCheck?.Invoke(check);
                cancellation.ThrowIfCancellationRequested();
            }
        }

        foreach (var run in OfData)
            Take(run(setup));
        if (RecipeContext.TryCreate(setup, out var context, out var refusal))
        {
            using (context)
            {
                foreach (var run in OfTraining)
                    Take(run(context));
            }
        }
        else
        {
            Take([new RecipeCheck("setup", Verdict.Fail, "the data and the options make a network that can be trained", refusal.Message, refusal.Message)]);
        }

        return new RecipeReport(checks, setup.Training.Time.GetElapsedTime(started).TotalSeconds);
    }
}
