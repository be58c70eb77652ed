using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>What an experiment says: a table, charts of characters, and JSON.</summary>
internal static class ExperimentReport
{
    private const int BarWidth = 46;
    private const string Levels = "▁▂▃▄▅▆▇█";
    private const int MostEpochsShown = 40;

    /// <summary>RMSE or error.</summary>
    public static string ErrorName(LearningTask task) => task == LearningTask.Regression ? "RMSE" : "error";

    /// <summary>An error with its unit: 53,810, or 2.31 %.</summary>
    public static string Error(LearningTask task, double error) => task == LearningTask.Regression
        ? Figures.Number(error)
        : string.Create(CultureInfo.InvariantCulture, $"{100 * error:0.00} %");

    /// <summary>The table's headings, as <see cref="Tables.New"/> takes them.</summary>
    public static string[] Headings(ExperimentResult result) =>
    [
        (IsNumber(result.Points[0].X) ? " " : "") + result.Plan.Experiment.Varies, " parameters", $" train {Unit(result.Task)}",
        $" test {Unit(result.Task)}", " s/epoch", " µs/update",
    ];

    /// <summary>The table's rows.</summary>
    public static IEnumerable<string[]> Rows(ExperimentResult result) => result.Points.Select(point => (string[])
    [
        point.X, Figures.Count(point.Runs[0].Parameters), Error(result.Task, point.TrainError, point), Error(result.Task, point.TestError, point),
        point.SecondsPerEpoch is { } seconds ? Seconds(seconds) : "",
        point.MicrosecondsPerUpdate is { } microseconds ? Time(microseconds) : "",
    ]);

    /// <summary>What was trained.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(ExperimentResult result)
    {
        var (plan, options) = (result.Plan, result.Plan.Settings.Training);
        var networks = result.Points.Select(point => point.Runs[0].Network).Distinct().ToArray();
        var optimizer = plan.Experiment.Name switch
        {
            "optimizer" => "each at its usual rate",
            "learning-rate" => options.Optimizer.Name,
            _ => string.Create(CultureInfo.InvariantCulture, $"{options.Optimizer.Name} at {options.Optimizer.LearningRate}"),
        };
        yield return ("data", $"{plan.Data.Name}: {Figures.Count(result.Rows.Train)} training · {Figures.Count(result.Rows.Validation)} validation · "
            + $"{Figures.Count(result.Rows.Test)} test rows");
        yield return ("target", $"{plan.Target}: {Figures.Task(result.Task)}");
        yield return ("network", $"{(networks.Length == 1 ? networks[0] : $"{networks[0]} to {networks[^1]}")} {plan.Settings.Activation}");
        yield return ("training", $"{optimizer}, {options.Schedule.Name} schedule, "
            + (plan.Experiment.Name == "batch-size" ? "" : options.BatchSize is { } size ? $"batches of {Figures.Count(size)}, " : "full batches, ")
            + (options.Patience < options.Epochs ? $"at most {Figures.Count(options.Epochs, "epoch")}, patience {options.Patience}" : Figures.Count(options.Epochs, "epoch")));
        yield return ("seeds", plan.Repetitions == 1 ? $"{plan.Seed}"
            : $"{plan.Seed} to {plan.Seed + (ulong)plan.Repetitions - 1}: mean ± deviation; times are those of the fastest run");
    }

    /// <summary>How times are to be read.</summary>
    public static string TimeNote(ExperimentResult result) => result.IsTimedAmongOthers
        ? $"Times: one thread each, {result.Plan.ThreadCount} runs at once; --threads 1 measures them alone."
        : $"Times: {Figures.Count(result.Plan.Experiment.IsTimed ? result.Plan.ThreadCount : 1, "thread")}, one run at a time.";

    /// <summary>The point of the lowest test error, and what diverged.</summary>
    public static string Summary(ExperimentResult result)
    {
        var diverged = result.Points.Where(point => point.Diverged > 0).Select(point => point.X).ToArray();
        return (result.Best is { TestError: { } error } best
            ? $"Lowest test {ErrorName(result.Task)}: {Error(result.Task, error.Mean)} at {result.Plan.Experiment.Varies} {best.X}."
            : "No run ended with a finite loss.")
            + (diverged.Length == 0 ? "" : $" Diverged: {string.Join(", ", diverged)}.")
            + (result.Points.Any(point => point.Diverged > 0 && point.Diverged < point.Runs.Count) ? " *: of the runs that did not diverge." : "");
    }

    public static void Draw(ExperimentResult result, Terminal terminal)
    {
        foreach (var (name, value) in Facts(result))
            terminal.Say($"{name,-10}{value}");
        var table = Tables.New(Headings(result));
        foreach (var row in Rows(result))
            table.Add(row);
        terminal.Screen.Write(table);
        Bar(result, $"test {ErrorName(result.Task)}", point => point.TestError?.Mean, value => Error(result.Task, value), terminal);
        if (result.Plan.Experiment.IsTimed)
        {
            Bar(result, "µs an update", point => point.MicrosecondsPerUpdate, Time, terminal);
            Bar(result, "seconds an epoch", point => point.SecondsPerEpoch, Seconds, terminal);
        }
        else if (result.Plan.Settings.Training.Patience >= result.Plan.Settings.Training.Epochs)
        {
            Curves(result, terminal);   // all of the same number of epochs
        }

        terminal.Say(Summary(result));
        terminal.Say(TimeNote(result));
    }

    public static JsonObject ToJson(ExperimentResult result)
    {
        var plan = result.Plan;
        return new JsonObject
        {
            ["experiment"] = plan.Experiment.Name,
            ["data"] = plan.Data.Name,
            ["target"] = plan.Target,
            ["error"] = result.Task == LearningTask.Regression ? "rmse" : "share of wrong classes",
            ["rows"] = new JsonObject { ["train"] = result.Rows.Train, ["validation"] = result.Rows.Validation, ["test"] = result.Rows.Test },
            ["seed"] = plan.Seed,
            ["repetitions"] = plan.Repetitions,
            ["threads"] = plan.ThreadCount,
            ["timedAlone"] = !result.IsTimedAmongOthers,
            ["points"] = new JsonArray([.. result.Points.Select(point => new JsonObject
            {
                ["x"] = IsNumber(point.X) ? JsonValue.Create(double.Parse(point.X, CultureInfo.InvariantCulture)) : JsonValue.Create(point.X),
                ["parameters"] = point.Runs[0].Parameters,
                ["trainError"] = point.TrainError?.Mean,
                ["testError"] = point.TestError?.Mean,
                ["secondsPerEpoch"] = point.SecondsPerEpoch,
                ["microsecondsPerUpdate"] = point.MicrosecondsPerUpdate,
                ["trainErrorDeviation"] = point.TrainError?.Deviation,
                ["testErrorDeviation"] = point.TestError?.Deviation,
                ["network"] = point.Runs[0].Network,
                ["runs"] = point.Runs.Count,
                ["diverged"] = point.Diverged,
                ["losses"] = new JsonArray([.. point.Losses.Select(loss => JsonValue.Create(loss))]),
            })]),
        };
    }

    /// <summary>This machine in a few words.</summary>
    public static string Machine =>
        $"{RuntimeInformation.ProcessArchitecture}, {Figures.Count(Environment.ProcessorCount, "core")}, {RuntimeInformation.FrameworkDescription}";

    private static bool IsNumber(string x) => double.TryParse(x, CultureInfo.InvariantCulture, out _);

    private static string Error(LearningTask task, MeanDeviation? error, ExperimentPoint point)
    {
        if (error is null)
            return "diverged";
        string Share(double share) => (100 * share).ToString("0.00", CultureInfo.InvariantCulture);
        var isRegression = task == LearningTask.Regression;
        return (isRegression ? Figures.Number(error.Mean) : Share(error.Mean))
            + (error.Deviation is { } deviation ? $" ± {(isRegression ? Figures.Number(TwoDigits(deviation)) : Share(deviation))}" : "")
            + (point.Diverged > 0 ? "*" : "");
    }

    private static string Unit(LearningTask task) => task == LearningTask.Regression ? "RMSE" : "error %";

    // Two digits of small numbers, so that they stay short.
    private static string Seconds(double value) => value.ToString(value < 0.01 ? "G2" : "G3", CultureInfo.InvariantCulture);

    private static double TwoDigits(double value) =>
        double.Parse(value.ToString("E1", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Time(double value) => value >= 100 ? Figures.Count((long)Math.Round(value)) : value.ToString("G3", CultureInfo.InvariantCulture);

    private static void Bar(ExperimentResult result, string name, Func<ExperimentPoint, double?> of, Func<double, string> show, Terminal terminal)
    {
        terminal.Say(name);
        var width = result.Points.Max(point => point.X.Length);
        var largest = result.Points.Max(of) ?? 0;
        foreach (var point in result.Points)
            terminal.Say($"  {point.X.PadLeft(width)}  " + (of(point) is { } value ? $"{Bars.Of(value, largest, BarWidth)} {show(value)}" : "diverged"));
        terminal.Say("");
    }

    // The training loss over the epochs, a character for one or several, on one logarithmic scale for all points.
    private static void Curves(ExperimentResult result, Terminal terminal)
    {
        var longest = result.Points.Max(point => point.Losses.Count);
        var shown = result.Points.SelectMany(point => point.Losses).Where(loss => loss > 0).ToArray();
        if (longest < 2 || !result.Points.Any(point => point.Losses is [> 0, ..]))
            return;
        // From the lowest loss up to a usual one of the first epoch: a single huge loss would flatten everything else.
        var firsts = result.Points.SelectMany(point => point.Losses.Take(1)).Where(loss => loss > 0).Order().ToArray();
        var (lowest, highest) = (shown.Min(), firsts[firsts.Length / 2]);
        var (low, high) = (Math.Log(lowest), Math.Log(highest));
        var each = (longest + MostEpochsShown - 1) / MostEpochsShown;
        var width = result.Points.Max(point => point.X.Length);
        terminal.Say($"training loss by epoch, logarithmic: ▁ is {Figures.Number(lowest)}, █ is {Figures.Number(highest)} or more");
        foreach (var point in result.Points)
        {
            var line = string.Concat(point.Losses.Chunk(each).Select(losses =>
                Levels[losses[^1] > 0 && high > low ? (int)Math.Round(Math.Min(1, (Math.Log(losses[^1]) - low) / (high - low)) * (Levels.Length - 1)) : 0]));
            terminal.Say($"  {point.X.PadLeft(width)}  {line}{(point.Losses.Count > 0 ? " " + Figures.Number(point.Losses[^1]) : "")}{(point.Diverged > 0 ? " diverged" : "")}");
        }

        terminal.Say("");
    }
}
