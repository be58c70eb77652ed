using System.Globalization;

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
        var (chosen, answers, metrics) = EnsembleSelection.Choose([bad, down, up], [], 10, Score, Error);
        Assert.Equal([1, 2], chosen.Select(trial => trial.Trial.Number).Order());
        Assert.True(Error(metrics) < 0.2 * Error(up.Metrics), $"{metrics}");
        Assert.Equal(metrics, Score(answers));
        Assert.Equal(Score([.. Truths.Select((_, i) => (up.Answers.Span[i] + down.Answers.Span[i]) / 2)]), metrics);
    }

    [Fact]
    public void The_best_few_begin_even_where_the_first_is_best_alone()
    {
        // Each is right but for one row, the first by the least: alone it would win, and with it the others cost next to nothing.
        var trials = Enumerable.Range(1, 8).Select(number => Trial(number, i => i == 0 ? 0.5f + (0.001f * number) : 0)).ToArray();
        Assert.Equal([1, 2, 3, 4, 5], EnsembleSelection.Choose(trials, [], 10, Score, Error).Chosen.Select(trial => trial.Trial.Number));
        Assert.Equal([1, 2, 3], EnsembleSelection.Choose(trials, [], 3, Score, Error).Chosen.Select(trial => trial.Trial.Number));
        Assert.Equal([1], EnsembleSelection.Choose(trials, [], 1, Score, Error).Chosen.Select(trial => trial.Trial.Number));
    }

    [Fact]
    public void Those_that_are_sure_begin_whatever_their_mean_costs()
    {
        var trials = Enumerable.Range(1, 4).Select(number => Trial(number, _ => number)).ToArray();
        Assert.Equal([1], Choose([]));
        Assert.Equal([1, 2, 3], Choose(trials[..3]));
        Assert.Equal([2, 4, 1], Choose([trials[1], trials[3]]));   // 1 lowers their error

        IEnumerable<int> Choose(TrainedTrial[] sure) => EnsembleSelection.Choose(trials, sure, 3, Score, Error).Chosen.Select(trial => trial.Trial.Number);
    }

    [Fact]
    public void The_best_of_each_kind_is_good_and_different_if_the_rows_cannot_tell_it_from_the_best_of_all()
    {
        // Errors 1.00, 1.01, … of kinds a a a b b c. Over four groups the differences vary by 0.1, whose standard error is 0.05: the last is
        // further from the best than two of them.
        float[] errors = [1, 1.01f, 1.02f, 1.04f, 1.041f, 1.11f];
        double[] GroupErrors(TrainedTrial trial) => [.. new[] { -1, 1, -1, 1 }.Select(side => Error(trial.Metrics) + (trial.Trial.Number == 1 ? 0 : side * 0.1 * Math.Sqrt(3) / 2))];
        var kinds = "aaabbc";
        var trials = errors.Select((error, i) => Trial(i + 1, _ => error)).Reverse().ToArray();
        Assert.Equal([1, 2, 4], Of(trial => kinds[trial.Trial.Number - 1].ToString()));
        Assert.Equal([1, 2, 3], Of(_ => null));
        Assert.Equal([1, 2, 3, 4, 5], Of(trial => trial.Trial.Number.ToString(CultureInfo.InvariantCulture)));   // 6 is too far off
        Assert.Equal([6], EnsembleSelection.GoodAndDifferent(trials[..1], _ => "a", Error, GroupErrors).Select(trial => trial.Trial.Number));

        IEnumerable<int> Of(Func<TrainedTrial, string?> kind) => EnsembleSelection.GoodAndDifferent(trials, kind, Error, GroupErrors).Select(trial => trial.Trial.Number);
    }

    [Fact]
    public void Of_usual_networks_the_earliest_of_each_kind_is_taken_that_the_rows_cannot_tell_from_its_best()
    {
        // Errors of kinds a b c d, first with one penalty, then with another. Over four groups those of a, b and d differ by 0.1 with a standard error of 0.05.
        float[] errors = [1.09f, 1.12f, 1.04f, 1.3f, 1, 1, 1.5f, 1.29f];
        var trials = errors.Select((error, i) => Trial(i + 1, _ => error)).ToArray();
        double[] GroupErrors(TrainedTrial trial) => [.. new[] { -1, 1, -1, 1 }.Select(side => Error(trial.Metrics) + (trial.Trial.Number <= 4 ? side * 0.1 * Math.Sqrt(3) / 2 : 0))];
        static string Kind(TrainedTrial trial) => "abcd"[(trial.Trial.Number - 1) % 4].ToString();
        // 1 is too near to 5 to be told from it, 2 is not; of c the best is the first; d costs too much, and by more than chance.
        Assert.Equal([1, 3, 6], Of(trials));
        Assert.Equal([1, 3, 6], Of(trials.Reverse()));
        Assert.Equal([4], Of([trials[7], trials[3]]));   // there is no better kind
        Assert.Empty(Of([]));

        // A kind stays whose error is little above the best, though each group of rows says that it is: kinds err in different ways.
        Assert.Equal([6, 9], EnsembleSelection.OneOfEachKind([trials[5], Trial(9, _ => 1.04f)], each => $"{each.Trial.Number}", Error, each => [Error(each.Metrics), Error(each.Metrics)])
            .Select(trial => trial.Trial.Number));

        IEnumerable<int> Of(IEnumerable<TrainedTrial> some) => EnsembleSelection.OneOfEachKind(some, Kind, Error, GroupErrors).Select(trial => trial.Trial.Number);
    }

    [Theory]
    [InlineData(0.9, 0.9, true)]
    [InlineData(0.9, 1, false)]     // a difference of 0.05 with a standard error of 0.05
    [InlineData(0.9, 0.96, false)]  // 0.07 with one of 0.03
    [InlineData(0.9, 0.94, true)]   // 0.08 with one of 0.02
    [InlineData(1.1, 1.1, false)]
    public void Errors_are_clearly_lower_if_the_difference_is_more_than_three_standard_errors(double first, double second, bool isLower) =>
        Assert.Equal(isLower, EnsembleSelection.AreClearlyLower([first, second], [1, 1]));

    private static TrainedTrial Trial(int number, Func<int, float> error)
    {
        float[] answers = [.. Truths.Select((truth, i) => truth + error(i))];
        return new TrainedTrial(new StudyTrial(number, new Dictionary<string, string>(), 1, StudyTrial.OnlyPhase), new TrainOptions(), new Network(1, new Dense(1)), [], [], answers, Score(answers));
    }

    private static RegressionMetrics Score(float[] answers) => RegressionMetrics.Of(answers, Truths);

    private static double Error(Metrics metrics) => metrics.Values["rmse"];
}
