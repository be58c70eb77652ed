using static Gradus.RecipeText;

namespace Gradus;

/// <summary>Whether targets dealt out at random can be predicted on other rows: they cannot, unless the inputs or the parts tell
/// them.</summary>
internal static class RandomLabelCheck
{
    private const int MostRows = 4_000;
    private const int Steps = 300;

    public static IEnumerable<RecipeCheck> Run(RecipeContext context)
    {
        if (context.Train.Rows < 100)
            yield break;
        const string expected = "targets dealt out at random cannot be predicted on other rows: loss no lower than that of a constant";
        var rows = context.Rows(context.Train, MostRows);
        var half = rows.Length / 2;
        var dealt = context.Train.WithTargetsFrom(rows, Shuffle.Permutation(rows.Length, context.Setup.Training.Seed + 1));
        var (first, second) = (dealt.RowsFrom(0, half), dealt.RowsFrom(half, rows.Length - half));
        var (network, weights) = context.Plain();
        var options = context.PlainOptions with { Optimizer = new Adam(), BatchSize = Math.Min(64, half), Schedule = Schedule.Constant, Patience = 1_000 };
        options = options with { Epochs = Math.Max(1, Steps * Math.Min(64, half) / half) };
        History history;
        try
        {
            history = new Trainer(network, context.Model.Loss, weights, options).Train(first, second);
        }
        catch (DivergedException)
        {
            yield break;   // the learning rate's own check tells of it
        }

        var reached = history.Best?.ValidationLoss ?? double.NaN;
        var constant = BaselineCheck.ConstantLoss(context, second.Targets.ToArray());
        // 4 deviations of a mean of so many losses.
        var slack = 4 * constant / Math.Sqrt(second.Rows);
        var measured = $"{Figure(reached)}, a constant {Figure(constant)}";
        yield return !(reached < constant - slack) ? RecipeCheck.Pass("random-labels", expected, measured)
            : new RecipeCheck("random-labels", Verdict.Fail, expected, measured,
                "Something tells the targets besides the inputs: rows in both parts, or an input made from the target after it was dealt.");
    }
}
