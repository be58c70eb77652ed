namespace Gradus.Tests.Search;

public sealed class TrialRankingTests
{
    [Fact]
    public void Those_that_were_stopped_are_ranked_among_those_that_went_on()
    {
        StudyTrial[] trials =
        [
            Trial(1, TrialState.Complete, 0.9, (3, 1.5), (7, 1.2)),   // the first, without competition
            Trial(2, TrialState.Pruned, 1.0, (3, 1.0)),   // ahead of 1 and 4 at its rung, behind 3
            Trial(3, TrialState.Complete, 0.2, (3, 0.8), (7, 0.5)),
            Trial(4, TrialState.Pruned, 0.7, (3, 1.1), (7, 0.7)),   // between 3 and 1
            Trial(5, TrialState.Exploded, null),
            Trial(6, TrialState.Pruned, 2.0, (3, 2.0)),
            Trial(7, TrialState.Pruned, 1.9, (3, 1.9)),
            Trial(8, TrialState.Running, null, (3, 0.1)),
            Trial(9, TrialState.Pruned, 1.3, (3, 1.3)),   // behind 3 and 4
        ];
        Assert.Equal([3, 2, 4, 9, 1, 7, 6, 5, 8], Numbers(trials));
        Assert.Equal(Numbers(trials), Numbers([.. trials.Reverse()]));
    }

    [Fact]
    public void Phases_are_not_compared_at_a_rung()
    {
        StudyTrial[] trials =
        [
            Trial(1, TrialState.Complete, 0.5, (2, 1.0)) with { Phase = StudyTrial.CoarsePhase },
            Trial(2, TrialState.Pruned, 0.6, (2, 0.6)) with { Phase = StudyTrial.FinePhase },
            Trial(3, TrialState.Complete, 0.3, (2, 0.5)) with { Phase = StudyTrial.FinePhase },
            Trial(4, TrialState.Pruned, 0.9, (2, 0.9)) with { Phase = StudyTrial.CoarsePhase },
        ];
        Assert.Equal([3, 4, 1, 2], Numbers(trials));
    }

    private static int[] Numbers(StudyTrial[] trials) => [.. TrialRanking.Of(trials).Select(trial => trial.Number)];

    private static StudyTrial Trial(int number, TrialState state, double? value, params (int Epoch, double Value)[] rungs) =>
        new(number, new Dictionary<string, string>(), 60, StudyTrial.OnlyPhase) { State = state, Value = value, Rungs = rungs.ToDictionary() };
}
