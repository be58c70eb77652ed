namespace Gradus.Tests.Search;

public sealed class StudyTests : IDisposable
{
    private static readonly Dictionary<string, string> Description = new() { ["data"] = "wine", ["seed"] = "1" };
    private static readonly SearchSpace Space = new(SearchParameter.Parse("lr"), SearchParameter.Parse("activation"));
    private static readonly SearchPlan Plan = new() { Space = Space, Trials = 3 };
    private readonly string folder = Directory.CreateTempSubdirectory("gradus-study-").FullName;

    private string File => Path.Combine(folder, "a.study.jsonl");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Trials_come_back_as_they_were()
    {
        var study = Open();
        var (first, second, third) = (Take(study), Take(study), Take(study));
        Assert.Equal([0.5], study.Reach(first, 2, 0.5) ?? []);
        Assert.Equal([0.5, 0.25], study.Reach(second, 2, 0.25) ?? []);
        Assert.True(study.End(first, Ended(0.5) with { State = TrialState.Pruned }));
        Assert.True(study.End(second, Ended(0.125)));
        Assert.True(study.End(third, Ended(0) with { State = TrialState.Exploded, Value = null }));
        Assert.Null(study.Take(3, Plan.Draw));
        var read = Study.Read(File).Trials;
        Assert.Equal([TrialState.Pruned, TrialState.Complete, TrialState.Exploded], read.Select(trial => trial.State));
        Assert.Equal((0.125, 7, 3, 0.9), (read[1].Value, read[1].BestEpoch, read[1].EpochsTaken, read[1].Metrics["accuracy"]));
        Assert.Equal(second.Parameters, read[1].Parameters);
        Assert.Equal(0.25, read[1].Rungs[2]);
        Assert.Equal(2, study.Best?.Number);
    }

    [Fact]
    public void A_file_that_ends_at_any_byte_goes_on()
    {
        var study = Open();
        Assert.True(study.End(Take(study), Ended(0.5)));
        Take(study);
        var bytes = System.IO.File.ReadAllBytes(File);
        var whole = Enumerable.Range(0, bytes.Length).Where(i => bytes[i] == '\n').Select(i => i + 1).ToArray();
        Assert.Equal(4, whole.Length);
        for (var length = 0; length <= bytes.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, bytes[..length]);
            var lines = whole.Count(end => end <= length);
            var trials = lines < 2 ? 0 : lines < 4 ? 1 : 2;
            var again = Open(worker: "other");
            Assert.Equal(trials, again.Trials.Count);
            Assert.NotNull(again.Take(9, Plan.Draw));
            Assert.True(Study.Read(File).Trials.Count is var now && now >= trials && System.IO.File.ReadAllText(File).EndsWith('\n'));
        }
    }

    [Fact]
    public void A_worker_that_died_leaves_its_trial_to_the_next()
    {
        var clock = new Clock();
        var (one, two) = (Open("one", clock), Open("two", clock));
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
        Assert.Equal(0.2, Study.Read(File).Trials[0].Value);
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

    [Fact]
    public void Another_search_is_refused_by_what_differs()
    {
        Open();
        string Error(SearchSpace space, string data) => Assert.Throws<GradusException>(() =>
            Study.Open(File, space, new Dictionary<string, string>(Description) { ["data"] = data })).Message;
        Assert.Contains("data is wine there and iris here", Error(Space, "iris"), StringComparison.Ordinal);
        Assert.Contains("parameter lr is lr=0.0003..0.03:log there and lr=0.1..1:log here", Error(Space.With(SearchParameter.Parse("lr=0.1..1")), "wine"), StringComparison.Ordinal);
        Assert.Contains("parameter l2 is unknown there", Error(Space.With(SearchParameter.Parse("l2")), "wine"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"gradusStudy\":2,\"description\":{}}\n", "version 2; this Gradus reads version 1")]
    [InlineData("a,b\n1,2\n", "no study")]
    [InlineData("one line of text", "no study")]
    [InlineData("{\"gradusExperiment\":{}}\n", "no study")]
    public void What_is_no_study_of_this_version_is_left_alone(string text, string message)
    {
        System.IO.File.WriteAllText(File, text);
        Assert.Contains(message, Assert.Throws<GradusException>(() => Open()).Message, StringComparison.Ordinal);
        Assert.Contains(message, Assert.Throws<GradusException>(() => Study.Read(File)).Message, StringComparison.Ordinal);
        Assert.Equal(text, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void A_damaged_line_is_named()
    {
        Take(Open());
        System.IO.File.AppendAllText(File, "{\"event\":\"end\",\"trial\":1,\"worker\":\"w\",\"time\":1}\n");
        Assert.Contains("Line 3 of", Assert.Throws<GradusException>(() => Study.Read(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_cannot_be_reached_is_named()
    {
        System.IO.File.WriteAllText(File, "");   // a file where a folder would have to be
        Assert.Contains("cannot be written", Assert.Throws<GradusException>(() => Study.Open(Path.Combine(File, "b", "c"), Space, Description)).Message, StringComparison.Ordinal);
        Assert.Contains("There is no study", Assert.Throws<GradusException>(() => Study.Read(Path.Combine(folder, "none"))).Message, StringComparison.Ordinal);
        var study = Open();
        var trial = Take(study);
        System.IO.File.Move(File, File + ".away");
        Assert.Contains("cannot be reached", Assert.Throws<GradusException>(() => study.End(trial, Ended(1))).Message, StringComparison.Ordinal);
        System.IO.File.Move(File + ".away", File);
        Assert.True(study.End(trial, Ended(1)));   // nothing is lost
    }

    [Fact]
    public void A_study_is_deleted_unless_a_worker_is_at_it()
    {
        var study = Open();
        var trial = Take(study);
        Assert.Contains("A worker is at", Assert.Throws<GradusException>(() => Study.Delete(File)).Message, StringComparison.Ordinal);
        Assert.True(study.End(trial, Ended(1)));
        Study.Delete(File);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public void Ten_thousand_trials_are_quick_to_list()
    {
        var lines = new List<string> { StudyEvents.Begin(Description, Space) };
        for (var i = 1; i <= 10_000; i++)
        {
            var trial = new StudyTrial(i, Space.Draw(new RandomDraws(1, i)), 60, StudyTrial.OnlyPhase);
            lines.AddRange([StudyEvents.Started(trial, "w/1/1", 1), StudyEvents.Reached(i, "w/1/1", 1, 2, 0.5), StudyEvents.Ended(i, "w/1/1", 1, Ended(1.0 / i))]);
        }

        System.IO.File.WriteAllLines(File, lines);
        Study.Read(File);   // compiled
        var begun = TimeProvider.System.GetTimestamp();
        var study = Study.Read(File);
        Assert.Equal((10_000, 10_000), (study.Trials.Count, study.Best?.Number));
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, 0, 5);
    }

    private Study Open(string? worker = null, TimeProvider? time = null) =>
        Study.Open(File, Space, Description, time ?? TimeProvider.System, worker ?? StudyWorker.Current);

    private static StudyTrial Take(Study study) => study.Take(9, Plan.Draw) ?? throw new InvalidOperationException("A trial is left.");

    private static TrialResult Ended(double value) => new(TrialState.Complete, value, 7, 3, 1.5, new Dictionary<string, double> { ["accuracy"] = 0.9 });

    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset now = DateTimeOffset.UnixEpoch.AddYears(50);

        public void Advance(TimeSpan time) => now += time;

        public override DateTimeOffset GetUtcNow() => now;
    }
}
