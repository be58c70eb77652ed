namespace Gradus.Cli;

/// <summary>The part of <c>train</c> that is its own with <c>--auto</c>: check, learning rate, search, ensemble, within a time.</summary>
internal static class TrainAuto
{
    private const int MostChecked = 20_000;   // rows that the recipe looks at

    public static int Run(TrainRequest request, AutoRequest auto, DataSet data, IReadOnlyList<string> targets, string path, Terminal terminal)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        var options = request.ModelOptions(targets);
        var (learning, test) = data.SplitForFolds(request.Training.Seed, targets[0], request.Shares ?? (request.Validation is null ? null : (0, 0.2)));
        var split = request.Validation is null && learning.RowCount < AutoTrainer.FoldsBelow ? new DataSplit(learning, learning.SelectRows([]), test)
            : request.Validation is null ? data.Split(request.Training.Seed, targets[0], request.Shares)
            : new DataSplit(learning, TrainCommand.OpenValidation(Model.For(learning, options), request.Validation, request, terminal), test);
        var hasFolds = split.Validation.RowCount == 0;
        if (hasFolds && learning.RowCount >= AutoTrainer.FoldsBelow)
            throw new GradusException("--auto compares networks on validation rows, and there are none. Give them a share, such as --split 64/16/20.");
        AutoReport.Before(request, auto, data, targets, split, hasFolds, terminal);
        var lines = new TrialLines(auto.Line);
        var images = request.Training.Augmentation is null ? null : Model.For(split.Train, options).Encode(split.Train);
        var trainer = new AutoTrainer(
            new AutoPlan
            {
                Limit = auto.Limit,
                Seed = request.Training.Seed,
                Workers = request.Training.Threads,
                Epochs = auto.Epochs,
                Fixed = auto.Fixed,
                Time = time,
            },
            split.Train, hasFolds ? null : split.Validation, options, trial => lines.SetupOf(trial, images))
        { OnStage = stage => terminal.Note($"{stage} …") };
        var recipe = !request.WithChecks ? null : Check(request, options, split, terminal);
        var progress = new AutoProgress(auto.Limit, time, terminal);
        var result = trainer.Run(progress, terminal.Cancellation);
        progress.End();
        var model = result.Model;
        model.Save(path);
        var seconds = time.GetElapsedTime(started).TotalSeconds;
        var rows = test.RowCount > 0 && model.Encode(test) is { Rows: > 0 } encoded ? encoded : null;
        var run = new TrainRun(request, data, split, model, path, model.Encode(split.Train), hasFolds ? null : model.Encode(split.Validation), rows);
        var report = new AutoReport(run, auto, result, recipe, lines, seconds)
        {
            Test = rows is null ? null : model.Evaluate(rows),
            BestTest = rows is null ? null : result.BestModel.Evaluate(rows),
            Baselines = rows is null || !request.WithBaselines ? null
                : Baselines.Measure(model, run.Train, run.Validation, rows, request.Training.Seed, terminal.Cancellation),
        };
        if (request.Json)
            terminal.Json(report.ToJson());
        else
            report.Draw(terminal);
        return ExitCode.Success;
    }

    // The recipe takes one answer a row.
    private static RecipeReport? Check(TrainRequest request, ModelOptions options, DataSplit split, Terminal terminal)
    {
        if (options.Targets.Count > 1 || request.Losses.Any(loss => loss.Quantiles.Count > 1))
            return null;
        terminal.Note("checking the data and a plain network …");
        var train = split.Train.RowCount <= MostChecked ? split.Train : split.Train.SelectRows([.. Enumerable.Range(0, MostChecked)]);
        try
        {
            return Recipe.Run(new RecipeSetup
            {
                Train = train,
                Validation = split.Validation.RowCount == 0 ? null : split.Validation,
                Test = split.Test,
                Model = options,
                Layers = request.Layers,
                Training = request.Training with { Augmentation = null },
            }, terminal.Cancellation);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
