using System.Globalization;

namespace Gradus.Benchmarks.Faults;

/// <summary>Plants every fault into sound set-ups on real data, runs the recipe, and writes what it found as a page.</summary>
internal static class FaultSuite
{
    private static readonly (string Data, string Target)[] Sets =
    [
        ("california-housing", "medianHouseValue"), ("digits", "digit"), ("breast-cancer", "diagnosis"), ("wine", "cultivar"), ("diabetes", "progression"),
    ];

    public static int Run(string path)
    {
        var faults = new List<(Fault Fault, string Data, string[] Found)>();
        var alarms = new List<(string Name, string Data, string[] Found)>();
        var started = TimeProvider.System.GetTimestamp();
        foreach (var (data, target) in Sets)
        {
            var plain = Plain(data, target);
            var clean = Found(plain);
            foreach (var fault in AllFaults.List)
            {
                if (fault.Plant(plain) is not { } planted)
                    continue;
                // What the plain set-up shows as well was not caught.
                string[] found = [.. Found(planted).Except(clean)];
                faults.Add((fault, data, found));
                Console.WriteLine($"{data}: {fault.Name}: {(found.Length == 0 ? "MISSED" : string.Join(", ", found))}{(found.Intersect(fault.MeantFor).Any() ? "" : "   (meant: " + string.Join(", ", fault.MeantFor) + ")")}");
            }

            foreach (var (name, change) in SoundSetups.List)
            {
                var found = Found(change(plain));
                alarms.Add((name, data, found));
                if (found.Length > 0)
                    Console.WriteLine($"{data}: sound ({name}): {string.Join(", ", found)}");
            }
        }

        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        // What is said of the watch stands below, and stays.
        var old = File.Exists(path) ? File.ReadAllText(path) : "";
        var watch = old.IndexOf("\n## While training", StringComparison.Ordinal);
        File.WriteAllText(path, Page(faults, alarms, seconds) + (watch < 0 ? "" : old[watch..]));
        Console.WriteLine($"Written to {path}.");
        return 0;
    }

    private static RecipeSetup Plain(string data, string target)
    {
        var set = DataSet.Open(data);
        var split = set.Split(1, target);
        return new RecipeSetup
        {
            Train = split.Train,
            Validation = split.Validation,
            Test = split.Test,
            Model = new ModelOptions { Target = target, Seed = 1 },
            Layers = [new Dense(64, Activation.Relu), new Dense(64, Activation.Relu)],
            Training = new TrainOptions { Seed = 1 },
        };
    }

    // Checks that do not pass.
    private static string[] Found(RecipeSetup setup) =>
        [.. Recipe.Run(setup).Checks.Where(check => check.Verdict != Verdict.Pass).Select(check => check.Name)];

    private static string Page(List<(Fault Fault, string Data, string[] Found)> faults, List<(string Name, string Data, string[] Found)> alarms, double seconds)
    {
        var caught = faults.Count(each => each.Found.Length > 0);
        var meant = faults.Count(each => each.Found.Intersect(each.Fault.MeantFor).Any());
        var loud = alarms.Count(each => each.Found.Length > 0);
        string Share(int part, int whole) => string.Create(CultureInfo.InvariantCulture, $"{part} of {whole} ({100.0 * part / whole:0.0} %)");
        var lines = new List<string>
        {
            "# What the recipe finds", "",
            $"`gradus check` runs the recipe of checks for training a network. `bench/recipe.sh` plants {AllFaults.List.Count} faults, one at a time, into a sound "
            + $"set-up (64-64, relu, Adam) on {Sets.Length} data sets, and runs the recipe on each, and on {SoundSetups.List.Count} sound set-ups on each set. "
            + "A fault counts as caught if a check warns or fails that does not on the sound set-up; a sound set-up counts as a false alarm if any check warns or fails. "
            + "The limits of the checks were set with these data sets in view.", "",
            "| | |", "| --- | --- |",
            $"| faults caught | {Share(caught, faults.Count)} |", $"| by the check that is meant for them | {Share(meant, faults.Count)} |",
            $"| false alarms on sound set-ups | {Share(loud, alarms.Count)} |",
            string.Create(CultureInfo.InvariantCulture, $"| time | {seconds / (faults.Count + alarms.Count + Sets.Length):0.0} s a run, mean |"), "",
            "## Faults", "", $"| fault | meant for | {string.Join(" | ", Sets.Select(set => set.Data))} |", $"| --- | --- |{string.Concat(Sets.Select(_ => " --- |"))}",
        };
        foreach (var fault in AllFaults.List)
        {
            var cells = Sets.Select(set => faults.FirstOrDefault(each => each.Fault == fault && each.Data == set.Data) is { Found: { } found }
                ? found.Length == 0 ? "**missed**" : found.Intersect(fault.MeantFor).Any() ? found.Intersect(fault.MeantFor).First() : $"({found[0]})" : "–");
            lines.Add($"| {fault.Name} | {string.Join(", ", fault.MeantFor)} | {string.Join(" | ", cells)} |");
        }

        lines.AddRange(["", "In brackets: caught by another check. –: cannot be planted there.", "", "## Sound set-ups", "",
            $"| set-up | {string.Join(" | ", Sets.Select(set => set.Data))} |", $"| --- |{string.Concat(Sets.Select(_ => " --- |"))}"]);
        foreach (var (name, _) in SoundSetups.List)
        {
            var cells = Sets.Select(set => alarms.First(each => each.Name == name && each.Data == set.Data).Found is { Length: > 0 } found ? string.Join(", ", found) : "quiet");
            lines.Add($"| {name} | {string.Join(" | ", cells)} |");
        }

        return string.Join('\n', lines) + "\n";
    }
}
