using static Gradus.RecipeText;

namespace Gradus;

/// <summary>Whether the learning rate lies where the loss falls: neither so small that nothing happens nor so large that it
/// explodes.</summary>
internal static class LearningRateCheck
{
    // Below the suggestion by more than this factor training is slow, above it restless; by ten times more it fails.
    private const double Slow = 300;
    private const double Restless = 30;
    private const double Fails = 10;

    public static IEnumerable<RecipeCheck> Run(RecipeContext context)
    {
        var rate = context.Setup.Training.Optimizer.LearningRate;
        var range = LearningRateRange.Measure(context.Network, context.Model.Loss, context.Train, context.Setup.Training with { OnEpoch = null, OnStep = null });
        if (range.Suggestion is not { } suggestion || range.Smallest is not { } smallest)
        {
            yield return new RecipeCheck("learning-rate", Verdict.Fail, "some rate from 1e-8 to 1e2 lowers the loss", "none does",
                "No step of any size lowers the loss: look at the checks above, gradients and units first.");
            yield break;
        }

        var largest = range.Exploding ?? 1e2;
        var expected = $"from {Figure(smallest)} (the loss begins to fall) to {Figure(largest)} (it explodes); suggested {Figure(Round(suggestion))}";
        var measured = Figure(rate);
        if (rate >= suggestion / Slow && rate <= suggestion * Restless && rate < largest)
        {
            yield return RecipeCheck.Pass("learning-rate", expected, measured);
            yield break;
        }

        var verdict = rate >= largest || rate < suggestion / (Slow * Fails) || rate > suggestion * Restless * Fails ? Verdict.Fail : Verdict.Warn;
        yield return new RecipeCheck("learning-rate", verdict, expected, measured,
            $"Take --lr {Figure(Round(suggestion))}: at {measured} {(rate < suggestion ? "the loss hardly moves" : "steps are too long, and the loss jumps or explodes")}.")
        {
            Repair = Repairs.LearningRate(Round(suggestion)),
        };
    }

    /// <summary>One significant digit.</summary>
    private static double Round(double rate)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rate)));
        return Math.Round(rate / power) * power;
    }
}
