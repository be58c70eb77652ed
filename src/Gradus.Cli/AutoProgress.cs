using System.Globalization;
using Spectre.Console;

namespace Gradus.Cli;

/// <summary>How a search by <c>--auto</c> goes, on standard error: one line drawn over itself on a terminal, a line every ten seconds
/// otherwise.</summary>
internal sealed class AutoProgress(TimeSpan limit, TimeProvider time, Terminal terminal) : IProgress<StudyTrial>
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly long started = time.GetTimestamp();
    private long? shown;
    private StudyTrial? best;
    private int done;

    public void Report(StudyTrial value)
    {
        lock (gate)
        {
            done++;
            if (value.State == TrialState.Complete && (best is null || StudyTrial.BestFirst.Compare(value, best) < 0))
                best = value;
            if (!terminal.IsInteractive && shown is { } last && time.GetElapsedTime(last) < LineInterval)
                return;
            shown = time.GetTimestamp();
            if (terminal.IsInteractive)
                terminal.Progress.Write(new Text($"\r{Describe(),-78}"));
            else
                terminal.Note(Describe());
        }
    }

    /// <summary>Goes to the next line.</summary>
    public void End()
    {
        if (terminal.IsInteractive && shown is not null)
            terminal.Progress.WriteLine();
    }

    private string Describe()
    {
        var left = limit - time.GetElapsedTime(started);
        return string.Create(CultureInfo.InvariantCulture, $"{done} trials · ")
            + (best is null ? "none complete" : $"best {TuneReport.Value(best)} (trial {best.Number})") + $" · {Figures.Duration(left > TimeSpan.Zero ? left : TimeSpan.Zero)} left";
    }
}
