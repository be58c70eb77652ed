namespace Gradus.Tests.Experiments;

public sealed class ExperimentJournalTests : IDisposable
{
    private static readonly Dictionary<string, string> Description = new() { ["experiment"] = "width", ["epochs"] = "3" };
    private readonly string folder = Directory.CreateTempSubdirectory("gradus-journal-").FullName;

    private string File => Path.Combine(folder, "j.jsonl");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Runs_come_back_as_they_were()
    {
        var runs = Write(3);
        using var journal = ExperimentJournal.Open(File, Description);
        Assert.Equal(runs.Select(run => run.ToJson().ToJsonString()), journal.Runs.Select(run => run.ToJson().ToJsonString()));
        Assert.Equal([false, true, false], journal.Runs.Select(run => run.Diverged));
    }

    [Fact]
    public void A_file_that_ends_at_any_byte_keeps_its_whole_lines()
    {
        Write(2);
        var bytes = System.IO.File.ReadAllBytes(File);
        var whole = Enumerable.Range(0, bytes.Length).Where(i => bytes[i] == '\n').Select(i => i + 1).ToArray();
        Assert.Equal(3, whole.Length);
        for (var length = 0; length <= bytes.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, bytes[..length]);
            var lines = whole.Count(end => end <= length);
            using (var journal = ExperimentJournal.Open(File, Description))
            {
                Assert.Equal(Math.Max(0, lines - 1), journal.Runs.Count);
                journal.Add(Run(9));
            }

            using var again = ExperimentJournal.Open(File, Description);
            Assert.Equal(Math.Max(1, lines), again.Runs.Count);
            Assert.Equal("9", again.Runs[^1].X);
        }
    }

    [Fact]
    public void Two_cannot_write_at_once()
    {
        using var first = ExperimentJournal.Open(File, Description);
        var error = Assert.Throws<GradusException>(() => ExperimentJournal.Open(File, Description));
        Assert.Contains("another run", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mean_and_deviation_of_what_is_there()
    {
        Assert.Null(MeanDeviation.Of([null, null]));
        Assert.Equal(new MeanDeviation(5, null), MeanDeviation.Of([null, 5]));
        Assert.Equal(new MeanDeviation(5, 2), MeanDeviation.Of([3, 5, null, 7]));
    }

    private ExperimentRun[] Write(int count)
    {
        var runs = Enumerable.Range(1, count).Select(Run).ToArray();
        using var journal = ExperimentJournal.Open(File, Description);
        foreach (var run in runs)
            journal.Add(run);
        return runs;
    }

    private static ExperimentRun Run(int number) => new(
        $"{number}", ulong.MaxValue, "8-2-1", 21, number == 2 ? null : 1.0 / 3, number == 2 ? null : 2e-9, 0.1, 12.5, 3, [1.5, 0.1 + 0.2]);
}
