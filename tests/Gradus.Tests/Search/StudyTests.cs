using static Gradus.Tests.Search.TestStudy;

namespace Gradus.Tests.Search;

/// <summary>What a study does, whatever keeps it.</summary>
public sealed class StudyTests
{
    [Theory, Stores]
    public void Trials_come_back_as_they_were(string kind)
    {
        using var place = new TestStudy(kind);
        var study = place.Open();
        var (first, second, third) = (Take(study), Take(study), Take(study));
        Assert.Equal([0.5], study.Reach(first, 2, 0.5) ?? []);
        Assert.Equal([0.5, 0.25], study.Reach(second, 2, 0.25) ?? []);
        Assert.True(study.End(first, Ended(0.5) with { State = TrialState.Pruned }));
        Assert.True(study.End(second, Ended(0.125)));
        Assert.True(study.End(third, Ended(0) with { State = TrialState.Exploded, Value = null }));
        Assert.Null(study.Take(3, Plan.Draw));
        var read = place.Read().Trials;
        Assert.Equal([TrialState.Pruned, TrialState.Complete, TrialState.Exploded], read.Select(trial => trial.State));
        Assert.Equal((0.125, 7, 3, 0.9), (read[1].Value, read[1].BestEpoch, read[1].EpochsTaken, read[1].Metrics["accuracy"]));
        Assert.Equal(second.Parameters, read[1].Parameters);
        Assert.Equal(0.25, read[1].Rungs[2]);
        Assert.Equal(2, study.Best?.Number);
    }

    [Theory, Stores]
    public void Of_many_workers_each_trial_has_one(string kind)
    {
        using var place = new TestStudy(kind);
        var taken = new int[8][];
        Parallel.For(0, taken.Length, i =>
        {
            var study = place.Open($"elsewhere/{i}/1");
            var mine = new List<int>();
            while (study.Take(100, Plan.Draw) is { } trial)
            {
                mine.Add(trial.Number);
                Assert.True(study.End(trial, Ended(trial.Number)));
            }

            taken[i] = [.. mine];
        });
        Assert.Equal(Enumerable.Range(1, 100), taken.SelectMany(each => each).Order());
        Assert.All(place.Read().Trials, trial => Assert.Equal((TrialState.Complete, (double)trial.Number, 0), (trial.State, trial.Value, trial.Retries)));
    }

    [Theory, Stores]
    public void A_worker_that_died_leaves_its_trial_to_the_next(string kind)
    {
        using var place = new TestStudy(kind);
        var clock = new Clock();
        var (one, two) = (place.Open("one", clock), place.Open("two", clock));
        var trial = Take(one);
        one.Reach(trial, 2, 0.5);
        Assert.Equal(2, two.Take(9, Plan.Draw)?.Number);
        clock.Advance(TimeSpan.FromSeconds(50));
        one.Beat();
        clock.Advance(TimeSpan.FromSeconds(50));
        two.Beat();
        Assert.Equal(3, two.Take(9, Plan.Draw)?.Number);   // heard of 50 s ago
        clock.Advance(TimeSpan.FromSeconds(15));
        var retried = two.Take(9, Plan.Draw);
        Assert.Equal((1, 1, 0), (retried?.Number ?? 0, retried?.Retries ?? 0, retried?.Rungs.Count ?? 1));
        Assert.Equal(trial.Parameters, retried?.Parameters);
        // It lives after all: what it says no longer counts.
        Assert.Null(one.Reach(trial, 6, 0.1));
        Assert.False(one.End(trial, Ended(0.1)));
        Assert.True(two.End(retried ?? trial, Ended(0.2)));
        Assert.Equal(0.2, place.Read().Trials[0].Value);
    }

    [Fact]
    public void A_process_of_this_machine_that_is_no_more_is_dead_at_once()
    {
        Assert.False(StudyWorker.IsDead(StudyWorker.Current, TimeSpan.FromDays(1), TimeSpan.FromSeconds(60)));
        var parts = StudyWorker.Current.Split('/');
        Assert.True(StudyWorker.IsDead($"{parts[0]}/{parts[1]}/1", TimeSpan.Zero, TimeSpan.FromSeconds(60)));            // its number is another's now
        Assert.True(StudyWorker.IsDead($"{parts[0]}/{int.MaxValue}/{parts[2]}", TimeSpan.Zero, TimeSpan.FromSeconds(60)));
        Assert.False(StudyWorker.IsDead($"elsewhere/{parts[1]}/1", TimeSpan.Zero, TimeSpan.FromSeconds(60)));
    }

    [Theory, Stores]
    public void Another_search_is_refused_by_what_differs(string kind)
    {
        using var place = new TestStudy(kind);
        Take(place.Open());
        var lines = place.Lines;
        string Error(SearchSpace space, string data) => Assert.Throws<GradusException>(() =>
            Study.Open(place.Journal, space, new Dictionary<string, string>(Description) { ["data"] = data })).Message;
        Assert.Contains("data is wine there and iris here", Error(Space, "iris"), StringComparison.Ordinal);
        Assert.Contains("parameter lr is lr=0.0003..0.03:log there and lr=0.1..1:log here", Error(Space.With(SearchParameter.Parse("lr=0.1..1")), "wine"), StringComparison.Ordinal);
        Assert.Contains("parameter l2 is unknown there", Error(Space.With(SearchParameter.Parse("l2")), "wine"), StringComparison.Ordinal);
        Assert.Equal(lines, place.Lines);
    }

    [Theory, Stores]
    public void A_space_that_is_found_is_found_once_and_kept(string kind)
    {
        using var place = new TestStudy(kind);
        var calls = 0;
        Study Open(double rate, string data = "wine") => Study.Open(place.Journal, () =>
        {
            calls++;
            return Space.AroundRate(rate);
        }, new Dictionary<string, string>(Description) { ["data"] = data });
        Assert.Equal("lr=0.0002..0.02:log", Open(0.002).Space.Parameters[0].ToString());
        var second = Open(0.5);
        Assert.Equal("lr=0.0002..0.02:log", second.Space.Parameters[0].ToString());
        Assert.Equal((1, 1), (calls, place.Lines.Length));
        Assert.Contains("data is wine there and iris here", Assert.Throws<GradusException>(() => Open(0.5, "iris")).Message, StringComparison.Ordinal);
    }

    [Theory, Stores]
    public void Of_two_that_find_a_space_the_first_to_say_so_counts(string kind)
    {
        using var place = new TestStudy(kind);
        var late = Study.Open(place.Journal, () =>
        {
            Study.Open(place.Journal, () => Space.AroundRate(0.1), Description);
            return Space.AroundRate(0.002);
        }, Description);
        Assert.Equal("lr=0.01..1:log", late.Space.Parameters[0].ToString());
        Assert.Single(place.Lines);
    }

    [Theory, Stores]
    public void A_space_that_cannot_be_found_leaves_no_study(string kind)
    {
        using var place = new TestStudy(kind);
        Assert.Throws<OperationCanceledException>(() => Study.Open(place.Journal, () => throw new OperationCanceledException(), Description));
        Assert.Equal("lr=0.01..1:log", Study.Open(place.Journal, () => Space.AroundRate(0.1), Description).Space.Parameters[0].ToString());
    }

    [Theory, Stores]
    public void What_is_no_study_of_this_version_is_left_alone(string kind)
    {
        using var place = new TestStudy(kind);
        foreach (var (text, message) in ((string, string)[])[("{\"gradusStudy\":2,\"description\":{}}", "version 2; this Gradus reads version 1"),
            ("a,b\n1,2", "no study"), ("one line of text", "no study"), ("{\"gradusExperiment\":{}}", "no study")])
        {
            string[] lines = text.Split('\n');
            place.Lines = lines;
            Assert.Contains(message, Assert.Throws<GradusException>(() => place.Open()).Message, StringComparison.Ordinal);
            Assert.Contains(message, Assert.Throws<GradusException>(() => place.Read()).Message, StringComparison.Ordinal);
            Assert.Equal(lines, place.Lines);
        }
    }

    [Theory, Stores]
    public void A_damaged_line_is_named(string kind)
    {
        using var place = new TestStudy(kind);
        Take(place.Open());
        place.Lines = [.. place.Lines, "{\"event\":\"end\",\"trial\":1,\"worker\":\"w\",\"time\":1}"];
        Assert.Contains("Line 3 of", Assert.Throws<GradusException>(() => place.Read()).Message, StringComparison.Ordinal);
    }

    [Theory, Stores]
    public void A_study_that_is_not_there_is_named(string kind)
    {
        using var place = new TestStudy(kind);
        foreach (var work in (Action[])[() => place.Read(), place.Delete])
        {
            var message = Assert.Throws<GradusException>(work).Message;
            Assert.Contains($"There is no study '{place.Name}'", message, StringComparison.Ordinal);
            Assert.DoesNotContain(PostgresServer.Password, message, StringComparison.Ordinal);
        }
    }

    [Theory, Stores]
    public void A_study_is_deleted_unless_a_worker_is_at_it(string kind)
    {
        using var place = new TestStudy(kind);
        var study = place.Open();
        var trial = Take(study);
        Assert.Contains("A worker is at", Assert.Throws<GradusException>(place.Delete).Message, StringComparison.Ordinal);
        Assert.True(study.End(trial, Ended(1)));
        place.Delete();
        Assert.Throws<GradusException>(() => place.Read());
        // Whoever has it open notices, also if there is another of its name.
        Assert.Throws<GradusException>(() => study.Take(9, Plan.Draw));
        Assert.Equal(1, Take(place.Open()).Number);
    }

    [Theory, Stores]
    public void Ten_thousand_trials_are_quick_to_list(string kind)
    {
        using var place = new TestStudy(kind);
        var lines = new List<string> { StudyEvents.Begin(Description, Space) };
        var time = DateTimeOffset.UnixEpoch;
        for (var i = 1; i <= 10_000; i++)
        {
            var trial = new StudyTrial(i, Space.Draw(new RandomDraws(1, i)), 60, StudyTrial.OnlyPhase);
            lines.AddRange([StudyEvents.Started(trial, "w/1/1", time), StudyEvents.Reached(i, "w/1/1", time, 2, 0.5), StudyEvents.Ended(i, "w/1/1", time, Ended(1.0 / i))]);
        }

        place.Lines = [.. lines];
        place.Read();   // compiled
        var begun = TimeProvider.System.GetTimestamp();
        var study = place.Read();
        Assert.Equal((10_000, 10_000), (study.Trials.Count, study.Best?.Number));
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, 0, 5);
    }
}
