namespace Gradus.Tests.Search;

public sealed class EnsembleSelectionTests
{
    private static readonly float[] Truths = [1, 2, 3, 4, 5, 6, 7, 8];

    [Fact]
    public void Errors_that_cancel_are_put_together_and_a_bad_trial_is_left_out()
    {
        var up = Trial(1, i => i % 2 == 0 ? 0.5f : -0.4f);
        var down = Trial(2, i => i % 2 == 0 ? -0.6f : 0.5f);
        var bad = Trial(3, _ => 9);
        var (chosen, metrics) = EnsembleSelection.Choose([bad, down, up], 1, 10, Score, Error);
        Assert.Equal([1, 2], chosen.Select(trial => trial.Trial.Number).Order());
        Assert.True(Error(metrics) < 0.2 * Error(up.Metrics), $"{metrics}");
        Assert.Equal(Score([.. Truths.Select((_, i) => (up.Answers.Span[i] + down.Answers.Span[i]) / 2)]), metrics);
    }

    [Fact]
    public void The_best_few_begin_even_where_the_first_is_best_alone()
    {
        // Each is right but for one row, the first by the least: alone it would win, and with it the others cost next to nothing.
        var trials = Enumerable.Range(1, 8).Select(number => Trial(number, i => i == 0 ? 0.5f + (0.001f * number) : 0)).ToArray();
        Assert.Equal([1, 2, 3, 4, 5], EnsembleSelection.Choose(trials, 1, 10, Score, Error).Chosen.Select(trial => trial.Trial.Number));
        Assert.Equal([1, 2, 3], EnsembleSelection.Choose(trials, 1, 3, Score, Error).Chosen.Select(trial => trial.Trial.Number));
        Assert.Equal([1], EnsembleSelection.Choose(trials, 1, 1, Score, Error).Chosen.Select(trial => trial.Trial.Number));
    }

    [Fact]
    public void As_many_as_are_sure_begin_whatever_their_mean_costs()
    {
        var trials = Enumerable.Range(1, 4).Select(number => Trial(number, _ => number)).ToArray();
        Assert.Equal([1], EnsembleSelection.Choose(trials, 1, 10, Score, Error).Chosen.Select(trial => trial.Trial.Number));
        Assert.Equal([1, 2, 3], EnsembleSelection.Choose(trials, 3, 10, Score, Error).Chosen.Select(trial => trial.Trial.Number));
    }

    private static TrainedTrial Trial(int number, Func<int, float> error)
    {
        float[] answers = [.. Truths.Select((truth, i) => truth + error(i))];
        return new TrainedTrial(new StudyTrial(number, new Dictionary<string, string>(), 1, StudyTrial.OnlyPhase), new TrainOptions(), new Network(1, new Dense(1)), [], [], answers, Score(answers));
    }

    private static RegressionMetrics Score(float[] answers) => RegressionMetrics.Of(answers, Truths);

    private static double Error(Metrics metrics) => metrics.Values["rmse"];
}
