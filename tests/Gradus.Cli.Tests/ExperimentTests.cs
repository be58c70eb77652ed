using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gradus.Cli.Tests;

public sealed partial class ExperimentTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    public static TheoryData<string, string> Experiments => new()
    {
        { "width", "2,4" },
        { "depth", "1,3" },
        { "batch-size", "8,64" },
        { "learning-rate", "0.01,0.1" },
        { "initialisation", "zeros,uniform(0,1)" },
        { "optimizer", "sgd,adam" },
    };

    [Fact]
    public void Every_experiment_has_a_row_here() =>
        Assert.Equal(Experiment.All.Select(each => each.Name), Experiments.Select(row => (string)row[0]));

    [Theory]
    [MemberData(nameof(Experiments))]
    public void Json_has_the_documented_members(string name, string values)
    {
        var outcome = Workplace.Run("experiment", name, place.WriteNumbers(), "--target", "y", "--values", values, "--epochs", "3", "--repeat", "2", "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal((name, "rmse", 2), ((string?)outcome.Json["experiment"], (string?)outcome.Json["error"], (int?)outcome.Json["repetitions"]));
        var points = outcome.Json["points"]?.AsArray() ?? [];
        Assert.Equal(2, points.Count);
        foreach (var point in points)
        {
            Assert.Equal(["x", "parameters", "trainError", "testError", "secondsPerEpoch", "microsecondsPerUpdate"],
                point?.AsObject().Select(each => each.Key).Take(6));
            Assert.True((double?)point?["trainError"] > 0 && (double?)point?["testError"] > 0 && (double?)point?["testErrorDeviation"] >= 0, outcome.Output);
            Assert.True((double?)point?["secondsPerEpoch"] > 0 && (double?)point?["microsecondsPerUpdate"] > 0, outcome.Output);
            Assert.Equal(3, point?["losses"]?.AsArray().Count);
        }

        Assert.Equal(name == "batch-size" || Environment.ProcessorCount == 1, (bool?)outcome.Json["timedAlone"]);
        Assert.Equal(name is "initialisation" or "optimizer" ? System.Text.Json.JsonValueKind.String : System.Text.Json.JsonValueKind.Number,
            points[0]?["x"]?.GetValueKind());
        Assert.Empty(place.Files.Except(["numbers.csv"]));
    }

    [Fact]
    public void Values_change_what_they_are_said_to_change()
    {
        string[] Networks(string name, string values, params string[] more) =>
            [.. (Workplace.Run(["experiment", name, Workplace.Digits, "--values", values, "--epochs", "1", "--json", .. more]).Json["points"]?.AsArray() ?? [])
                .Select(point => (string?)point?["network"] ?? "")];
        Assert.Equal(["64-2-10", "64-7-10"], Networks("width", "2,7"));
        Assert.Equal(["64-5-10", "64-5-5-5-10"], Networks("depth", "1,3"));
        Assert.Equal(["64-9-9-10"], Networks("depth", "2", "--hidden", "9"));
        Assert.Equal(["64-30-20-10"], Networks("optimizer", "lion", "--hidden", "30,20"));
    }

    [Fact]
    public void A_run_is_the_same_as_one_of_train_whatever_the_number_of_threads()
    {
        var trained = Workplace.Run("train", Workplace.Digits, "--hidden", "16", "--epochs", "5", "--seed", "3", "--no-baselines",
            "--out", place["m.safetensors"], "--json");
        foreach (var threads in (string[])["1", "2"])
        {
            var point = Workplace.Run("experiment", "width", Workplace.Digits, "--values", "16,4,8", "--epochs", "5", "--seed", "3", "--threads", threads, "--json")
                .Json["points"]?[0];
            Assert.Equal((double?)trained.Json["test"]?["accuracy"] ?? 0, 1 - ((double?)point?["testError"] ?? 0), 1e-12);
        }
    }

    [Fact]
    public void A_table_and_charts_fit_into_eighty_columns()
    {
        var outcome = Workplace.Run("experiment", "initialisation", Workplace.Digits, "--epochs", "12", "--repeat", "2");
        Assert.True(outcome.Code == 0, outcome.Error);
        foreach (var part in (string[])["64-64-64-64-64-64-10 relu", "first weights", "normal(0.01)", " ± ", "test error", "training loss by epoch", "█", "Lowest test error"])
            Assert.Contains(part, outcome.Output, StringComparison.Ordinal);
        Assert.All(outcome.Output.Split('\n'), line => Assert.True(line.Length <= 80, line));
        Assert.DoesNotContain('\e', outcome.Output + outcome.Error);
        Assert.Contains("8 of 8 runs", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rate_that_diverges_says_so_and_the_others_count()
    {
        var arguments = (string[])["experiment", "learning-rate", place.WriteNumbers(), "--target", "y", "--values", "0.01,1e6", "--epochs", "4"];
        var points = Workplace.Run([.. arguments, "--json"]).Json["points"]?.AsArray() ?? [];
        Assert.Equal((0, 1), ((int?)points[0]?["diverged"], (int?)points[1]?["diverged"]));
        Assert.NotNull(points[0]?["testError"]);
        Assert.Null(points[1]?["testError"]);
        var outcome = Workplace.Run(arguments);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("Diverged: 1e6.", outcome.Output, StringComparison.Ordinal);
    }

    [PageFact]
    public void A_page_is_one_file_that_fetches_nothing_and_takes_names_as_text()
    {
        var csv = place.WriteNumbers();
        File.WriteAllText(csv, File.ReadAllText(csv).Replace("a,b,y", "a,b,</script><b>y", StringComparison.Ordinal));
        var outcome = Workplace.Run("experiment", "width", csv, "--target", "</script><b>y", "--values", "1,2", "--epochs", "3", "--repeat", "2", "--out", place["w.html"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(["numbers.csv", "w.html", "w.jsonl"], place.Files);
        var html = File.ReadAllText(place["w.html"]);
        Assert.Contains("<h1>Hidden units: numbers</h1>", html, StringComparison.Ordinal);
        Assert.Contains("gradus experiment width", html, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>y", html, StringComparison.Ordinal);
        Assert.DoesNotMatch("""<(script|link|img|iframe)[^>]+(src|href)=""", html);
        var charts = ChartData().Matches(html).Select(match => JsonNode.Parse(match.Groups[1].Value)).ToArray();
        Assert.Equal(2, charts.Length);
        Assert.Equal(["line", "custom", "line", "custom"], charts[0]?["series"]?.AsArray().Select(series => (string?)series?["type"]));
        Assert.Equal(["1", "2"], charts[0]?["xAxis"]?["data"]?.AsArray().Select(x => (string?)x));
        Assert.Equal(3, charts[1]?["series"]?[0]?["data"]?.AsArray().Count);
        Assert.Contains("<td class=\"number\">2</td>", html, StringComparison.Ordinal);
    }

    [PageFact]
    public void A_folder_takes_a_page_and_a_journal_of_each_experiment()
    {
        foreach (var name in (string[])["width", "batch-size"])
        {
            Assert.Equal(0, Workplace.Run("experiment", name, place.WriteNumbers(), "--target", "y", "--values", "2", "--epochs", "2", "--out", place["results"], "--json").Code);
        }

        Assert.Equal(["batch-size.html", "batch-size.jsonl", "width.html", "width.jsonl"],
            Directory.GetFiles(place["results"]).Select(file => Path.GetFileName(file)).Order());
    }

    [PageFact]
    public void An_experiment_goes_on_where_it_was_interrupted()
    {
        string[] Arguments(string output, string values = "2,4,8,16", string repeat = "2") =>
            ["experiment", "width", Workplace.Digits, "--values", values, "--epochs", "20", "--repeat", repeat, "--out", place[output], "--json"];
        var whole = Workplace.Run(Arguments("whole.html")).Json;

        // Cancelled as the third run ends.
        using var cancellation = new CancellationTokenSource();
        var error = new CancellingWriter("3 of 8 runs", cancellation);
        var stopped = Workplace.RunUntil(error, Arguments("part.html"), cancellation.Token);
        Assert.Equal(1, stopped.Code);
        Assert.Contains("goes on from there", stopped.Error, StringComparison.Ordinal);
        Assert.Equal(["part.jsonl", "whole.html", "whole.jsonl"], place.Files);
        var before = File.ReadAllLines(place["part.jsonl"]);
        Assert.InRange(before.Length, 4, 6);   // the header, and three runs or those that ended beside the third

        // And killed while it wrote.
        File.AppendAllText(place["part.jsonl"], "{\"x\":\"16\",\"seed\":2,\"netw");
        var rest = Workplace.Run(Arguments("part.html"));
        Assert.Equal(0, rest.Code);
        Assert.Contains($"{before.Length - 1} runs of", rest.Error, StringComparison.Ordinal);
        var after = File.ReadAllLines(place["part.jsonl"]);
        Assert.Equal(before, after[..before.Length]);
        Assert.Equal(9, after.Length);
        Assert.Equal(8, after.Skip(1).Select(line => JsonNode.Parse(line)).Select(run => $"{run?["x"]} {run?["seed"]}").Distinct().Count());
        Assert.Equal(Errors(whole), Errors(rest.Json));

        // Nothing is left to do, and more repetitions are only what is new.
        var again = Workplace.Run(Arguments("part.html"));
        Assert.Equal(rest.Json.ToJsonString(), again.Json.ToJsonString());
        Assert.Equal(after, File.ReadAllLines(place["part.jsonl"]));
        Assert.Equal(0, Workplace.Run(Arguments("part.html", "2,4", "3")).Code);
        Assert.Equal(11, File.ReadAllLines(place["part.jsonl"]).Length);
    }

    [PageFact]
    public void A_journal_of_another_experiment_says_what_differs()
    {
        string[] arguments = ["experiment", "width", place.WriteNumbers(), "--target", "y", "--values", "2", "--out", place["w.html"]];
        Assert.Equal(0, Workplace.Run([.. arguments, "--epochs", "2"]).Code);
        var written = File.ReadAllBytes(place["w.jsonl"]);
        Refuses(["epochs was 2 and is now 3", "optimiser was adam at 0.001 and is now sgd at 0.01", "another --out"],
            [.. arguments, "--epochs", "3", "--optimizer", "sgd"]);
        Assert.Equal(written, File.ReadAllBytes(place["w.jsonl"]));

        File.AppendAllText(place["w.jsonl"], "{}\n");
        Refuses(["Line 3", "w.jsonl", "'x' is missing"], [.. arguments, "--epochs", "2"]);
        File.WriteAllText(place["w.jsonl"], "a,b\n1,2\n");
        Refuses(["Line 1", "w.jsonl", "no journal"], [.. arguments, "--epochs", "2"]);
        File.WriteAllText(place["w.jsonl"], "some text");
        Refuses(["w.jsonl", "no journal"], [.. arguments, "--epochs", "2"]);
        Assert.Equal("some text", File.ReadAllText(place["w.jsonl"]));
    }

    public static TheoryData<string[], string[]> BadInput => new()
    {
        { ["width", "--values", "2,x"], ["'x'", "'width'", "1 to 16384", "such as 16"] },
        { ["width", "--values", "2,2"], ["'2'", "given 2 times"] },
        { ["width", "--values", "0"], ["'0'"] },
        { ["width", "--values", ""], ["''", "'width'"] },
        { ["width", "--hidden", "3"], ["--hidden"] },
        { ["depth", "--values", "65"], ["'65'", "1 to 64"] },
        { ["depth", "--hidden", "5,5"], ["--hidden", "'5,5'", "a whole number"] },
        { ["batch-size", "--values", "all"], ["'all'", "such as 64"] },
        { ["learning-rate", "--values", "0.1,-1"], ["'-1'", "above 0"] },
        { ["learning-rate", "--values", "NaN"], ["'NaN'", "above 0"] },
        { ["learning-rate", "--lr", "1"], ["--lr"] },
        { ["initialisation", "--values", "he"], ["'he'", "he-normal"] },
        { ["optimizer", "--values", "adan"], ["'adan'", "adam"] },
        { ["width", "--repeat", "0"], ["--repeat", "1 to 1,000"] },
        { ["width", "--rows", "0"], ["--rows", "at least 1"] },
        { ["width", "--split", "80/20/0"], ["test rows", "--split 64/16/20"] },
        { ["width", "--loss", "cross-entropy"], ["cross-entropy", "mse"] },
        { ["width", "--target", "z"], ["'z'"] },
        { ["width", "--out", ""], ["--out is empty", "width.html"] },
    };

    [Theory]
    [MemberData(nameof(BadInput))]
    public void Bad_input_is_refused(string[] arguments, string[] expected)
    {
        Refuses(expected, ["experiment", arguments[0], place.WriteNumbers(), .. arguments.Contains("--target") ? [] : (string[])["--target", "y"], .. arguments[1..]]);
        Assert.Equal(["numbers.csv"], place.Files);
    }

    [Fact]
    public void A_file_that_is_no_page_is_not_written_over()
    {
        var csv = place.WriteNumbers();
        Refuses(["numbers.csv", "ends in .html"], ["experiment", "width", csv, "--target", "y", "--out", csv]);
    }

    private static (double? Train, double? Test)[] Errors(JsonObject json) =>
        [.. (json["points"]?.AsArray() ?? []).Select(point => ((double?)point?["trainError"], (double?)point?["testError"]))];

    private static void Refuses(string[] expected, string[] arguments)
    {
        var outcome = Workplace.Run(arguments);
        Assert.Equal(2, outcome.Code);
        Assert.Empty(outcome.Output);
        Assert.All(expected, part => Assert.Contains(part, outcome.Error, StringComparison.Ordinal));
    }

    [GeneratedRegex("""<script type="application/json" id="chart\d">(.*?)</script>""")]
    private static partial Regex ChartData();

    private sealed class CancellingWriter(string at, CancellationTokenSource cancellation) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith(at, StringComparison.Ordinal) == true)
                cancellation.Cancel();
        }
    }
}

/// <summary>A test of pages, which a build without Node cannot write.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PageFactAttribute : FactAttribute
{
    public PageFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var hasNode = folders.Any(folder => File.Exists(Path.Combine(folder, "node")) || File.Exists(Path.Combine(folder, "node.exe")));
        if (!Page.IsAvailable && !hasNode)
            Skip = "Node is not on this machine, so this build writes no pages.";
    }
}
