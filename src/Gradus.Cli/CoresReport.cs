using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>What the cores of this machine do alone and together.</summary>
/// <param name="Threads">That ran at the same time.</param>
/// <param name="Peak">Multiply-adds of one, in GFLOP/s.</param>
/// <param name="Together">Of all of them.</param>
/// <param name="Handover">Nanoseconds until one sees what another has written; null for one thread.</param>
internal sealed record CoresReport(int Threads, double Peak, double Together, double? Handover)
{
    // Of the peak of a core each: two threads of one core have half of it.
    private const double OwnCore = 0.75;

    // Nanoseconds: seen 26 to 36 between cores with a third cache level in common, and 150 to 175 between others.
    private const double SharedCache = 80;

    public static CoresReport Measure(SpeedTest test, int threads)
    {
        var peak = test.FmaPeak();
        return threads == 1 ? new CoresReport(1, peak, peak, null) : new CoresReport(threads, peak, test.FmaPeak(threads), test.Handover());
    }

    public JsonObject ToJson() => new()
    {
        ["threads"] = Threads,
        ["peakGigaflops"] = Peak,
        ["togetherGigaflops"] = Together,
        ["shareOfPeak"] = Together / Peak / Threads,
        ["handoverNanoseconds"] = Handover,
    };

    public void Say(Terminal terminal)
    {
        terminal.Say(FormattableString.Invariant($"One core does {Peak:N0} GFLOP/s of multiply-adds."));
        if (Threads == 1)
            return;
        var share = Together / Peak / Threads;
        terminal.Say(FormattableString.Invariant($"{Threads} threads together do {Together:N0}, {share:P0} of {Threads} times that{(share < OwnCore ? ": they share cores, or other work runs" : "")}."));
        if (Handover is { } handover)
            terminal.Say(FormattableString.Invariant($"What one thread has written another sees after {handover:N0} ns{(handover < SharedCache ? "" : ": they share no cache")}."));
    }
}
