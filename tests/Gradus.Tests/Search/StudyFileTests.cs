using static Gradus.Tests.Search.TestStudy;

namespace Gradus.Tests.Search;

/// <summary>What a study in a file does beside that.</summary>
public sealed class StudyFileTests : IDisposable
{
    private readonly TestStudy place = new("file");

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_file_that_ends_at_any_byte_goes_on()
    {
        var study = place.Open();
        Assert.True(study.End(Take(study), Ended(0.5)));
        Take(study);
        var bytes = File.ReadAllBytes(place.Name);
        var whole = Enumerable.Range(0, bytes.Length).Where(i => bytes[i] == '\n').Select(i => i + 1).ToArray();
        Assert.Equal(4, whole.Length);
        for (var length = 0; length <= bytes.Length; length++)
        {
            File.WriteAllBytes(place.Name, bytes[..length]);
            var lines = whole.Count(end => end <= length);
            var trials = lines < 2 ? 0 : lines < 4 ? 1 : 2;
            var again = place.Open(worker: "other");
            Assert.Equal(trials, again.Trials.Count);
            Assert.NotNull(again.Take(9, Plan.Draw));
            Assert.True(place.Read().Trials.Count is var now && now >= trials && File.ReadAllText(place.Name).EndsWith('\n'));
        }
    }

    [Fact]
    public void A_file_without_an_end_that_is_no_study_is_left_alone()
    {
        File.WriteAllText(place.Name, "one line of text");
        Assert.Contains("no study", Assert.Throws<GradusException>(() => place.Open()).Message, StringComparison.Ordinal);
        Assert.Equal("one line of text", File.ReadAllText(place.Name));
    }

    [Fact]
    public void A_file_that_cannot_be_reached_is_named()
    {
        File.WriteAllText(place.Name, "");   // a file where a folder would have to be
        Assert.Contains("cannot be written", Assert.Throws<GradusException>(() => Study.Open(Path.Combine(place.Name, "b", "c"), Space, Description)).Message, StringComparison.Ordinal);
        var study = place.Open();
        var trial = Take(study);
        File.Move(place.Name, place.Name + ".away");
        Assert.Contains("cannot be reached", Assert.Throws<GradusException>(() => study.End(trial, Ended(1))).Message, StringComparison.Ordinal);
        File.Move(place.Name + ".away", place.Name);
        Assert.True(study.End(trial, Ended(1)));   // nothing is lost
    }

    [Fact]
    public async Task A_file_is_read_while_others_write()
    {
        var study = place.Open();
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                study.Beat();
        });
        var journal = place.Journal;
        for (var lines = 0; lines < 100 && !writer.IsCompleted;)
            lines += journal.Read().Count;
        await stop.CancelAsync();
        await writer;
    }
}
