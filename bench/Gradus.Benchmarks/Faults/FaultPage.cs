using System.Globalization;

namespace Gradus.Benchmarks.Faults;

/// <summary>The page of what the recipe finds.</summary>
internal static class FaultPage
{
    /// <param name="runs">On the data sets with which the limits of the checks were set.</param>
    /// <param name="others">On others.</param>
    /// <param name="seconds">What a run of the recipe takes, mean.</param>
    public static string Of(IReadOnlyList<FaultRun> runs, IReadOnlyList<FaultRun> others, double seconds)
    {
        var lines = new List<string>
        {
            "# What the recipe finds", "",
            $"`gradus check` runs the recipe of checks for training a network. `bench/recipe.sh` plants {AllFaults.List.Count} faults, one at a time, into a sound "
            + $"set-up (64-64, relu, Adam) on {runs.Count} data sets, and runs the recipe on each, and on {SoundSetups.List.Count} sound set-ups on each set. "
            + "A fault counts as caught if a check warns or fails that does not on the sound set-up; a sound set-up counts as a false alarm if any check warns or fails. "
            + $"The limits of the checks were set with these data sets in view; on {Names(others)} the suite was run for the first time after that.", "",
            $"| | {Names(runs)} | {Names(others)} |", "| --- | --- | --- |",
            Row("faults caught", run => run.Faults.Values.Count(found => found.Length > 0), run => run.Faults.Count),
            Row("by the check that is meant for them", run => run.Faults.Count(each => IsMeant(each.Key, each.Value)), run => run.Faults.Count),
            Row("false alarms on sound set-ups", run => run.Sound.Values.Count(found => found.Length > 0), run => run.Sound.Count),
            string.Create(CultureInfo.InvariantCulture, $"| time of a run, mean | {seconds:0.0} s | |"), "",
        };
        foreach (var set in runs.Concat(others).Select(run => run.Set).Where(set => set.Known.Length > 0))
        {
            lines.AddRange([$"On {set.Data}{(set.Ignored.Length == 0 ? "" : $" without {string.Join(", ", set.Ignored)}")} some checks rightly warn of the data as they are "
                + $"({string.Join(", ", set.Known)}): these count as no false alarms there, and a fault that only adds to them counts as missed.", ""]);
        }

        FaultRun[] all = [.. runs, .. others];
        lines.AddRange(["## Faults", "", $"| fault | meant for | {string.Join(" | ", all.Select(run => run.Data))} |", $"| --- | --- |{string.Concat(all.Select(_ => " --- |"))}"]);
        foreach (var fault in AllFaults.List)
        {
            var cells = all.Select(run => !run.Faults.TryGetValue(fault, out var found) ? "–"
                : found.Length == 0 ? "**missed**" : IsMeant(fault, found) ? found.Intersect(fault.MeantFor).First() : $"({found[0]})");
            lines.Add($"| {fault.Name} | {string.Join(", ", fault.MeantFor)} | {string.Join(" | ", cells)} |");
        }

        lines.AddRange(["", "In brackets: caught by another check. –: cannot be planted there.", "", "## Sound set-ups", "",
            $"| set-up | {string.Join(" | ", all.Select(run => run.Data))} |", $"| --- |{string.Concat(all.Select(_ => " --- |"))}"]);
        foreach (var (name, _) in SoundSetups.List)
        {
            var cells = all.Select(run => run.Sound[name] is { Length: > 0 } found ? string.Join(", ", found) : "quiet");
            lines.Add($"| {name} | {string.Join(" | ", cells)} |");
        }

        return string.Join('\n', lines) + "\n";

        string Row(string what, Func<FaultRun, int> part, Func<FaultRun, int> whole) => $"| {what} | {Share(runs, part, whole)} | {Share(others, part, whole)} |";
    }

    private static string Share(IReadOnlyList<FaultRun> runs, Func<FaultRun, int> part, Func<FaultRun, int> whole) => string.Create(CultureInfo.InvariantCulture,
        $"{runs.Sum(part)} of {runs.Sum(whole)} ({100.0 * runs.Sum(part) / runs.Sum(whole):0.0} %)");

    private static string Names(IReadOnlyList<FaultRun> runs) => string.Join(", ", runs.Select(run => run.Data));

    private static bool IsMeant(Fault fault, string[] found) => found.Intersect(fault.MeantFor).Any();
}
