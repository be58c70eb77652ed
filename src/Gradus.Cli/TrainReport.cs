using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Gradus.Cli;

/// <summary>What <c>train</c> says before and after.</summary>
internal static class TrainReport
{
    /// <summary>The data, the parts and the network; and what was not as expected.</summary>
    public static void Before(TrainRun run, Terminal terminal)
    {
        var (table, model, options) = (run.Data.Table, run.Model, run.Request.Training);
        if (!run.Request.Json)
        {
            var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(2)).AddColumn(new GridColumn().PadLeft(0));
            void Row(string name, string text) => grid.AddRow(new Text(name), new Text(text));
            Row("data", $"{run.Data.Name}: {Figures.Count(table.RowCount, "row")}, {Kinds(table)}");
            foreach (var (head, i) in model.Heads.Select((head, i) => (head, i)))
                Row(i > 0 ? "" : model.Heads.Count > 1 ? "targets" : "target", Target(head));
            Row("rows", (run.Request.Folds is { } folds ? $"{Figures.Count(run.Train.Rows)} in {folds} folds · "
                : $"{Figures.Count(run.Train.Rows)} training · {Figures.Count(run.Validation?.Rows ?? 0)} validation · ")
                + $"{Figures.Count(run.Test?.Rows ?? 0)} test{(run.Data.Test is null ? "" : " (its own test part)")}");
            Row("network", $"{(run.Request.Members > 1 ? $"{run.Request.Members} × " : "")}{model.Network}{Activation(run)}, {Figures.Count(model.Network.ParameterCount, "parameter")}, loss {model.Loss}");
            if (CategoryReport.Embeddings(model) is { } embeddings)
                Row("embedded", embeddings);
            Row("training", string.Create(CultureInfo.InvariantCulture, $"{options.Optimizer.Name} at {options.Optimizer.LearningRate}, ")
                + $"batches of {Figures.Count(Math.Min(options.BatchSize ?? run.Train.Rows, run.Train.Rows))}, at most "
                + $"{Figures.Count(options.Epochs, "epoch")}, seed {options.Seed}");
            if (run.Request.Start is { } start)
                Row("from", start.Describe(model.Network));
            if (options.Freeze.Count > 0)
                Row("frozen", $"{string.Join(", ", options.Freeze)}: {Figures.Count(Frozen(run), "parameter")}");
            if (run.Request.Weight is { } weight)
                Row("weights", $"of rows: column '{weight}'");
            if (options.Augmentation is { } augmentation)
                Row("pictures", $"changed by {augmentation}");
            terminal.Screen.Write(grid);
        }

        foreach (var column in table.Columns.OfType<IgnoredColumn>())
            terminal.Note($"Ignored: '{column.Name}' ({column.Reason}).");
        foreach (var message in CategoryReport.Warnings(model, run.Train.Rows))
            terminal.Note(message);
        foreach (var (part, encoded) in (ReadOnlySpan<(string, EncodedTable?)>)[
            ("Training", run.Train), ("Validation", run.Validation), ("Test", run.Test)])
        {
            foreach (var message in encoded?.Report.Messages() ?? [])
                terminal.Note($"{part}: {message}");
        }
    }

    /// <summary>How it ended, the metrics beside the baselines, and where the model is.</summary>
    public static void After(
        TrainRun run, History history, DivergedException? stopped, Metrics? test, Baselines? baselines, RecipeReport? recipe, Terminal terminal)
    {
        if (stopped is not null)
            terminal.Note(stopped.Message);
        else if (history.StopReason == StopReason.Exploded)
            terminal.Note($"Stopped: the loss exploded; the weights of epoch {history.BestEpoch} are kept.");
        else if (history.StopReason == StopReason.Cancelled)
        {
            terminal.Note(history.BestEpoch > 0
                ? $"Cancelled: the weights of epoch {history.BestEpoch} are kept."
                : "Cancelled: no epoch was completed; the weights so far are kept.");
        }

        if (run.Request.Json)
            return;
        terminal.Say(Ending(run, history));
        if ((test ?? history.Best?.ValidationMetrics) is { } measured)
            Compare(run, measured, test is null ? "validation" : "test", baselines, terminal);
        TrainRecipe.Say(recipe, run, terminal);
        terminal.Say($"Saved {run.Path}.");
    }

    /// <summary>The object of <c>--json</c>.</summary>
    public static JsonObject ToJson(
        TrainRun run, History history, DivergedException? stopped, Metrics? test, Baselines? baselines, RecipeReport? recipe, bool saved)
    {
        var json = new JsonObject
        {
            ["task"] = TargetReport.TaskName(run.Model),
            ["target"] = TargetNames.Of(run.Model),
            ["rows"] = new JsonObject
            {
                ["train"] = run.Train.Rows,
                ["validation"] = run.Validation?.Rows ?? 0,
                ["test"] = run.Test?.Rows ?? 0,
            },
            ["network"] = run.Model.Network.ToString(),
            ["parameters"] = run.Model.Network.ParameterCount,
            ["lookups"] = CategoryReport.ToJson(run.Model),
            ["epochs"] = history.Epochs.Count,
            ["bestEpoch"] = history.BestEpoch,
            ["stopReason"] = Figures.Camel(history.StopReason),
            ["seconds"] = history.Seconds,
            ["examplesPerSecond"] = history.ExamplesPerSecond,
            ["seed"] = run.Request.Training.Seed,
            ["model"] = saved ? run.Path : null,
        };
        if (run.Request.Start is { } start)
            json["from"] = start.Path;
        if (run.Request.Training.Freeze.Count > 0)
            json["frozenParameters"] = Frozen(run);
        if (run.Request.Training.Checkpoint is { } checkpoint)
            json["checkpoint"] = checkpoint.Folder;
        if (history.Best?.ValidationMetrics is { } validation)
            json["validation"] = Figures.ToJson(validation.Values);
        if (test is not null)
            json["test"] = Figures.ToJson(test.Values);
        if (baselines is not null)
            json["baselines"] = ToJson(baselines);

        if (run.Model.Heads.Count > 1)
            json["targets"] = TargetReport.ToJson(run.Model, history.Best?.ValidationMetrics, test, baselines);
        if (run.Request.Training.Augmentation is { } augmentation)
            json["augmentation"] = augmentation.ToString();
        json["watch"] = TrainRecipe.ToJson(history.Watch, withMember: run.Request.Members > 1);
        if (recipe is not null)
            json["recipe"] = CheckReport.ToJson(recipe);
        if (history.StopReason == StopReason.Exploded && history.Watch is [.., var last])
            json["error"] = $"{last.Message} {last.Advice}";
        if (stopped is not null)
        {
            json["error"] = stopped.Message;
            json["epoch"] = stopped.Epoch;
            json["step"] = stopped.Step;
            json["learningRate"] = stopped.LearningRate;
            json["origin"] = stopped.Origin;
        }

        return json;
    }

    /// <summary>What the baselines reach.</summary>
    public static JsonObject ToJson(Baselines baselines)
    {
        var compared = new JsonObject { ["constant"] = Figures.ToJson(baselines.Constant.Values) };
        if (baselines.Linear is { } linear)
            compared["linear"] = Figures.ToJson(linear.Values);
        return compared;
    }

    /// <summary>The kinds of a table's columns.</summary>
    public static string Kinds(Gradus.Table table)
    {
        if (table.Columns.Count(column => column is PixelColumn) is > 0 and var pixels)
            return $"{Figures.Count(pixels)} pixels and a label";
        var kinds = table.Columns.CountBy(column => column.Kind).OrderBy(each => each.Key).Select(
            each => $"{each.Value} {each.Key.ToString().ToLowerInvariant()}");
        return $"{Figures.Count(table.Columns.Count, "column")} ({string.Join(", ", kinds)})";
    }

    private static string Target(Head head) => head.Task == LearningTask.Regression
        ? $"{head.Target}: regression"
        : $"{head.Target}: {head.Classes.Count} classes ({Shorten(string.Join(", ", head.Classes), 45)})";

    private static int Frozen(TrainRun run) => run.Model.Network.Parameters.Where(parameter => parameter.IsTrained
        && run.Request.Training.Freeze.Any(layer => parameter.Name.StartsWith(layer + ".", StringComparison.Ordinal))).Sum(parameter => parameter.Count);

    private static string Shorten(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";

    private static string Activation(TrainRun run)
    {
        var names = run.Request.Layers.SelectMany(layer => layer is Residual block ? block.Layers.Prepend(layer) : [layer]).Select(layer => layer switch
        {
            MemberDense { Activation: var activation } => activation.Name,
            Members => null,
            Dense { Activation: var activation } when activation != Gradus.Activation.Identity => activation.Name,
            Dense => null,
            BatchNormalization normalization => $"batch-norm {normalization.Activation}",
            LayerNormalization normalization => $"layer-norm {normalization.Activation}",
            Dropout dropout => string.Create(CultureInfo.InvariantCulture, $"dropout {dropout.DropProbability}"),
            GaussianNoise noise => string.Create(CultureInfo.InvariantCulture, $"noise {noise.Deviation}"),
            _ => layer.Kind,
        });
        return string.Concat(names.OfType<string>().Distinct().Select((name, i) => (i == 0 ? " " : ", ") + name));
    }

    private static string Ending(TrainRun run, History history)
    {
        var why = history.StopReason switch
        {
            StopReason.EarlyStopping => $" (no better for {run.Request.Training.Patience})",
            StopReason.Converged => " (no step makes the loss smaller)",
            StopReason.Cancelled => " (cancelled)",
            StopReason.Diverged => " (diverged)",
            StopReason.Exploded => " (exploded)",
            _ => "",
        };
        var best = run.Validation is null || history.BestEpoch == 0 ? "" : $"; best: epoch {history.BestEpoch}";
        var seconds = history.Seconds.ToString("0.0", CultureInfo.InvariantCulture);
        return $"{Figures.Count(history.Epochs.Count, "epoch")} in {seconds} s{why}{best}; {Figures.Rate(history.ExamplesPerSecond)}.";
    }

    /// <summary>Metrics beside those of the baselines.</summary>
    /// <param name="run">What was trained.</param>
    /// <param name="measured">Its metrics.</param>
    /// <param name="rows">What they were measured on: test or validation.</param>
    /// <param name="baselines">The same of the baselines, if they were measured.</param>
    /// <param name="terminal">Where the table goes.</param>
    /// <param name="best">The same of the best trial of a search; null if there was none.</param>
    public static void Compare(TrainRun run, Metrics measured, string rows, Baselines? baselines, Terminal terminal, Metrics? best = null)
    {
        if (measured is JointMetrics joint)
        {
            terminal.Screen.Write(TargetReport.Compare($"on {Figures.Count(measured.Count, $"{rows} row")}", joint, baselines));
            return;
        }

        var names = measured.Values.Keys.ToArray();
        var heading = $"on {Figures.Count(measured.Count, $"{rows} row")}";
        var table = Tables.New(names.Select(name => ' ' + Figures.Heading(name)).Prepend(heading));
        void Row(string label, Metrics? metrics)
        {
            if (metrics is not null)
                table.Add(names.Select(name => metrics.Values.ContainsKey(name) ? metrics.Format(name) : "").Prepend(label));
        }

        Row(run.Model.Members.Count > 1 ? $"ensemble of {run.Model.Members.Count}{(run.Model.Networks.Distinct().Count() > 1 ? "" : $", {run.Model.Network}")}"
            : $"this network, {run.Model.Network}", measured);
        Row("its best trial alone", best);
        Row(run.Model.Task switch
        {
            LearningTask.Regression => "linear regression",
            LearningTask.BinaryClassification => "logistic regression",
            _ => "softmax regression",
        }, baselines?.Linear);
        Row(run.Model.Loss.Quantiles.Count > 1 ? "always the same quantiles"
            : run.Model.Task == LearningTask.Regression ? "always the mean" : "always the most frequent class", baselines?.Constant);
        terminal.Screen.Write(table);
    }
}
