using System.CommandLine;
using System.Globalization;

namespace Gradus.Cli;

/// <summary>The options of an experiment, without the one that it varies.</summary>
internal sealed class ExperimentArguments
{
    private const int MaxWidth = 16_384, MaxRepetitions = 1_000;

    private readonly Experiment experiment;
    private readonly DataArguments data;
    private readonly Option<string?> target = new("--target")
    {
        HelpName = "COLUMN",
        Description = "The column to predict; may be left out where the data set knows its own",
    };

    private readonly Option<string?> values;
    private readonly Option<int[]?> hidden;
    private readonly Option<Activation?> activation = Parsing.Choice(
        "--activation", "Activation of the hidden layers [default: relu]", Activation.All, each => each.Name);

    private readonly Option<Loss?> loss = Parsing.Choice("--loss", "Loss; by default it follows from the task", Loss.All, each => each.Kind);
    private readonly Option<Optimizer?> optimizer;
    private readonly Option<double?> learningRate;
    private readonly Option<Schedule?> schedule;
    private readonly Option<int?> batch;
    private readonly Option<int?> epochs;
    private readonly Option<int?> patience;
    private readonly Option<int?> rows = Parsing.WholeNumber("--rows", "Training rows at most [default: all]", 1, 10_000);
    private readonly Option<(double Validation, double Test)?> split = TrainArguments.SplitOption();
    private readonly Option<int?> repeat = Parsing.Value<int?>(
        "--repeat", "N", "Runs of each value, with other first weights and another order of rows: mean ± deviation [default: 1]",
        FormattableString.Invariant($"a whole number from 1 to {MaxRepetitions:N0}, such as 5"), (string text, out int? value) =>
        {
            var whole = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaxRepetitions;
            value = number;
            return whole;
        });

    private readonly Option<ulong?> seed = Parsing.Seed("Seed of the split, and of the first run of each value [default: 1]");
    private readonly Option<int?> threads;
    private readonly Option<string?> output = new("--out")
    {
        HelpName = "PATH",
        Description = "A folder, or a file NAME.html: takes a page with charts, and a journal (.jsonl) with which the same command goes on "
            + "where it was interrupted",
    };

    private readonly Option<bool> json = Parsing.Json();

    public ExperimentArguments(Command command, Experiment experiment)
    {
        this.experiment = experiment;
        var (settings, culture) = (experiment.Settings, CultureInfo.InvariantCulture);
        var training = settings.Training;
        data = new DataArguments(command, $"As for train [default: {experiment.Data}]", withKinds: true, byDefault: experiment.Data);
        values = new Option<string?>("--values")
        {
            HelpName = "VALUES",
            Description = $"What to try, with commas between; each is {experiment.Expected} [default: {Shown(experiment)}]",
        };
        hidden = Parsing.Value<int[]?>(
            "--hidden", experiment.Name == "depth" ? "WIDTH" : "WIDTHS",
            experiment.Name == "depth" ? $"Width of every hidden layer [default: {settings.Hidden[0]}]"
                : $"Widths of the hidden layers [default: {string.Join(',', settings.Hidden)}]",
            FormattableString.Invariant($"{(experiment.Name == "depth" ? "a whole number" : "whole numbers")} from 1 to {MaxWidth:N0}, such as {string.Join(',', settings.Hidden)}"),
            ReadWidths);
        optimizer = Parsing.Choice($"--optimizer", $"Optimiser [default: {training.Optimizer.Name}]", Optimizer.All, each => each.Name);
        learningRate = Parsing.Number(
            "--lr", "RATE", string.Create(culture, $"Learning rate [default: {training.Optimizer.LearningRate} for {training.Optimizer.Name}]"),
            "a number above 0, such as 0.001", number => number > 0);
        schedule = Parsing.Choice(
            "--schedule", $"How the learning rate changes over the epochs [default: {training.Schedule.Name}]", Schedule.All, each => each.Name);
        batch = Parsing.Value<int?>(
            "--batch", "N", $"Rows a step, or all [default: {training.BatchSize}]", "all, or a whole number of at least 1, such as 64",
            (string text, out int? value) =>
            {
                var read = int.TryParse(text, NumberStyles.None, culture, out var number) && number >= 1;
                value = text == "all" ? int.MaxValue : number;
                return read || text == "all";
            });
        epochs = Parsing.WholeNumber("--epochs", $"Passes over the training rows at most [default: {training.Epochs}]", 1, 20);
        patience = Parsing.WholeNumber(
            "--patience", "Epochs without a lower validation loss after which training stops [default: "
            + $"{(training.Patience == int.MaxValue ? "none" : training.Patience.ToString(culture))}]", 1, 20);
        threads = Parsing.Threads(experiment.IsTimed
            ? "Threads of each run; one runs at a time [default: one a core]"
            : "Runs at a time, with one thread each [default: one a core]");

        string[] varied = experiment.Name switch
        {
            "width" => ["--hidden"],
            "batch-size" => ["--batch"],
            "learning-rate" => ["--lr"],
            "optimizer" => ["--optimizer", "--lr"],
            _ => [],
        };
        foreach (var option in (Option[])[target, values, hidden, activation, loss, optimizer, learningRate, schedule, batch, epochs, patience, rows,
            split, repeat, seed, threads, output, json])
        {
            if (!varied.Contains(option.Name))
                command.Options.Add(option);
        }
    }

    public bool IsJson(ParseResult result) => result.GetValue(json);

    public string? Output(ParseResult result) => result.GetValue(output);

    public ExperimentPlan Read(ParseResult result, Terminal terminal)
    {
        var settings = experiment.Settings;
        var training = settings.Training;
        var chosen = Given(result, optimizer) ?? training.Optimizer;
        if (Given(result, learningRate) is { } rate)
            chosen = chosen with { LearningRate = rate };
        var set = DataArguments.Open(data.Given(result), data.Csv(result), terminal);
        return new ExperimentPlan
        {
            Experiment = experiment,
            Settings = settings with
            {
                Hidden = Given(result, hidden) is { Length: > 0 } widths ? widths : settings.Hidden,
                Activation = Given(result, activation) ?? settings.Activation,
                Training = training with
                {
                    Optimizer = chosen,
                    Schedule = Given(result, schedule) ?? training.Schedule,
                    BatchSize = Given(result, batch) switch { int.MaxValue => null, null => training.BatchSize, var size => size },
                    Epochs = Given(result, epochs) ?? training.Epochs,
                    Patience = Given(result, patience) ?? training.Patience,
                },
            },
            Values = result.GetValue(values) is { } text ? Split(text) : experiment.Values,
            Data = set,
            Target = result.GetValue(target) ?? set.Target ?? throw new GradusException(
                $"Which column of '{set.Name}' is to be predicted? Name it with --target, such as --target {set.Table.Columns[^1].Name}."),
            Shares = result.GetValue(split),
            Rows = result.GetValue(rows),
            Loss = result.GetValue(loss),
            Repetitions = result.GetValue(repeat) ?? 1,
            Seed = result.GetValue(seed) ?? 1,
            Threads = result.GetValue(threads),
        };
    }

    private static string Shown(Experiment experiment) => experiment.Name == "optimizer" ? "all" : string.Join(',', experiment.Values);

    // An option that the experiment varies was not added to the command.
    private static T? Given<T>(ParseResult result, Option<T> option) => result.GetResult(option) is null ? default : result.GetValue(option);

    // At commas, but not at those of uniform(0,1).
    private static string[] Split(string text)
    {
        var (parts, depth, first) = (new List<string>(), 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[i] != ',' || depth > 0)
                continue;
            parts.Add(text[first..i].Trim());
            first = i + 1;
        }

        return [.. parts, text[first..].Trim()];
    }

    private bool ReadWidths(string text, out int[]? widths)
    {
        var parts = text.Split(',');
        widths = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out widths[i]) || widths[i] is < 1 or > MaxWidth)
                return false;
        }

        return experiment.Name != "depth" || parts.Length == 1;
    }
}
