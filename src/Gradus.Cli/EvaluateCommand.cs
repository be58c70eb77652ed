using System.CommandLine;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary><c>gradus evaluate</c>: how good a model is on rows whose target is known.</summary>
internal static class EvaluateCommand
{
    private const int MostClassesInMatrix = 12;
    private const int MostConfusions = 10;
    private static readonly string[] Parts = ["all", "train", "validation", "test"];

    public static Command Create(Terminal terminal)
    {
        var command = Commands.Create("evaluate", "Measure a model on rows whose target is known", """
            gradus evaluate digits.safetensors samples/digits.csv --part test
            """);
        var model = new Argument<string>("MODEL") { Description = "A model file" };
        command.Arguments.Add(model);
        var data = new DataArguments(
            command, "A CSV file, a folder with MNIST's IDX files, a known name, or - for standard input", withKinds: false);
        var part = Parsing.Choice("--part", "The rows to measure on, split as in training [default: all, or the test part that the data "
            + "comes with]", Parts, each => each);
        var split = TrainArguments.SplitOption();
        var seed = Parsing.Seed("Seed of the split [default: the model's]");
        var json = Parsing.Json();
        foreach (var option in (Option[])[part, split, seed, json])
            command.Options.Add(option);
        command.SetAction(result =>
        {
            var loaded = Model.Load(result.GetRequiredValue(model));
            var set = DataArguments.OpenFor(loaded, data.Given(result), data.Csv(result), withTarget: true, terminal);
            var chosen = result.GetValue(part) ?? (set.Test is null ? "all" : "test");
            var shares = result.GetValue(split);
            var table = Select(set, chosen, loaded.Target, result.GetValue(seed) ?? loaded.Training?.Seed ?? 1, shares);
            if (loaded.Training is { Folds: > 0 and var folds } && chosen == "validation")
                terminal.Note($"The model was cross-validated in {folds} folds: most of its members were trained on these rows. --part test has none of them.");
            var encoded = loaded.Preprocessor.Encode(table);
            foreach (var message in encoded.Report.Messages())
                terminal.Note(message);
            var metrics = encoded.Rows > 0 ? loaded.Evaluate(encoded) : throw new GradusException(
                $"'{set.Name}' has no row with a '{TargetNames.Of(loaded)}', so nothing can be measured.");
            if (result.GetValue(json))
                terminal.Json(ToJson(loaded, chosen, metrics));
            else
                Draw(loaded, set.Name, chosen, metrics, terminal);
            return ExitCode.Success;
        });
        return command;
    }

    private static Table Select(DataSet set, string part, string target, ulong seed, (double Validation, double Test)? shares)
    {
        if (part == "all" || (part == "test" && set.Test is not null))
            return part == "all" ? set.Table : set.Test ?? set.Table;
        var split = set.Split(seed, target, shares);
        return part switch { "train" => split.Train, "validation" => split.Validation, _ => split.Test };
    }

    private static JsonObject ToJson(Model model, string part, Metrics metrics)
    {
        var json = new JsonObject
        {
            ["task"] = TargetReport.TaskName(model),
            ["target"] = TargetNames.Of(model),
            ["part"] = part,
            ["rows"] = metrics.Count,
            ["metrics"] = Figures.ToJson(metrics.Values),
        };
        if (model.Heads.Count == 1)
            return AddClasses(json, model.Heads[0], metrics);
        json["targets"] = new JsonArray([.. model.Heads.Select(head => TargetReport.Of(metrics, head) is { } own
            ? AddClasses(new JsonObject
            {
                ["target"] = head.Target,
                ["task"] = Figures.TaskName(head.Task),
                ["rows"] = own.Count,
                ["metrics"] = Figures.ToJson(own.Values),
            }, head, own)
            : new JsonObject { ["target"] = head.Target, ["task"] = Figures.TaskName(head.Task), ["rows"] = 0 })]);
        return json;
    }

    private static JsonObject AddClasses(JsonObject json, Head head, Metrics metrics)
    {
        if (metrics is not ClassificationMetrics classes)
            return json;
        json["classes"] = new JsonArray([.. classes.PerClass.Select((each, i) => new JsonObject
        {
            ["class"] = head.Classes[i],
            ["precision"] = each.Precision,
            ["recall"] = each.Recall,
            ["f1"] = each.F1,
            ["support"] = each.Support,
        })]);
        json["confusion"] = new JsonArray([.. Enumerable.Range(0, head.Classes.Count).Select(truth => new JsonArray(
            [.. Enumerable.Range(0, head.Classes.Count).Select(predicted => JsonValue.Create(classes.Confusion[truth, predicted]))]))]);
        return json;
    }

    private static void Draw(Model model, string name, string part, Metrics metrics, Terminal terminal)
    {
        var which = part == "all" ? "" : $"{part} ";
        if (metrics is JointMetrics joint)
        {
            terminal.Screen.Write(TargetReport.Compare($"{name}, {Figures.Count(metrics.Count, $"{which}row")}", joint, baselines: null));
            return;
        }

        terminal.Say($"{name}, {Figures.Count(metrics.Count, $"{which}row")}: {metrics}");
        if (metrics is not ClassificationMetrics classes)
            return;
        var table = Tables.New("class", " precision", " recall", " F1", " rows");
        foreach (var (each, i) in classes.PerClass.Select((each, i) => (each, i)))
        {
            table.Add(model.Classes[i], Figure(each.Precision), Figure(each.Recall), Figure(each.F1), Figures.Count(each.Support));
        }

        terminal.Screen.Write(table);
        if (model.Classes.Count <= MostClassesInMatrix)
            DrawMatrix(model, classes.Confusion, terminal);
        else
            DrawConfusions(model, classes.Confusion, terminal);
    }

    private static void DrawMatrix(Model model, ConfusionMatrix confusion, Terminal terminal)
    {
        // Eighty columns are shared out; a heading longer than its share is cut, the row has it whole.
        var width = Math.Max(3, (72 / (model.Classes.Count + 1)) - 2);
        var headings = model.Classes.Select(name => ' ' + (name.Length <= width ? name : name[..(width - 1)] + "…"));
        var table = Tables.New(headings.Prepend("true \\ predicted"));
        for (var truth = 0; truth < model.Classes.Count; truth++)
        {
            table.Add([model.Classes[truth], .. Enumerable.Range(0, model.Classes.Count).Select(predicted =>
                confusion[truth, predicted] is > 0 and var count ? Figures.Count(count) : "·")]);
        }

        terminal.Screen.Write(table);
    }

    private static void DrawConfusions(Model model, ConfusionMatrix confusion, Terminal terminal)
    {
        var classes = Enumerable.Range(0, model.Classes.Count).ToArray();
        var worst = classes.SelectMany(truth => classes.Where(predicted => predicted != truth).Select(predicted => (truth, predicted)))
            .Where(pair => confusion[pair.truth, pair.predicted] > 0)
            .OrderByDescending(pair => confusion[pair.truth, pair.predicted]).Take(MostConfusions).ToArray();
        if (worst.Length == 0)
            return;
        var table = Tables.New("most often confused", "taken for", " rows");
        foreach (var (truth, predicted) in worst)
            table.Add(model.Classes[truth], model.Classes[predicted], Figures.Count(confusion[truth, predicted]));
        terminal.Screen.Write(table);
    }

    private static string Figure(double share) => share.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture);
}
