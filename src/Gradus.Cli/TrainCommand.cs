using System.CommandLine;

namespace Gradus.Cli;

/// <summary><c>gradus train</c>: splits, trains, measures, compares and saves.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = Commands.Create("train", "Train a network on a table or on images, and save it as a model file", """
            gradus train samples/digits.csv --target digit
            gradus train california-housing --hidden 128,64 --lr 0.003 --seed 2
            gradus train california-housing --ensemble 5
            gradus train california-housing --auto 5m
            """);
        var arguments = new TrainArguments(command);
        command.SetAction(result => Run(arguments.Read(arguments.Resumed(result)), arguments, terminal));
        return command;
    }

    /// <summary>The data, with numbers that are to be classes read as such, and the columns to predict.</summary>
    public static (DataSet Data, IReadOnlyList<string> Targets) Open(TrainRequest request, Terminal terminal)
    {
        var data = DataArguments.Open(request.Data, request.Csv, terminal);
        var targets = TargetNames.Find(request.Target ?? data.Target ?? throw new GradusException(
            $"Which column of '{data.Name}' is to be predicted? Name it with --target, such as --target {data.Table.Columns[^1].Name}."), data.Table);
        foreach (var numbers in targets.Select(target => data.Table[target]).OfType<NumberColumn>())
        {
            if (request.Task == LearningTask.Classification)
                data = data with { Table = data.Table.With(AsCategories(numbers)) };
        }

        return (data, targets);
    }

    private static int Run(TrainRequest request, TrainArguments arguments, Terminal terminal)
    {
        if (request.Output is not null)
            CheckOutput(request.Output, request);
        var start = request.Start?.Load(request.Ensemble);
        if (start is not null && request.Start is not null)
            request = request.Start.Adapt(request, start);
        var (data, targets) = Open(request, terminal);
        if (request.Weight is { } weight)
            CheckWeights(weight, targets, start, data);
        var path = request.Output ?? data.Name + ".safetensors";
        CheckOutput(path, request);
        request = arguments.WithOutput(request, path);
        if (request.Auto is { } auto)
            return TrainAuto.Run(request, auto, data, targets, path, terminal);

        var split = Split(data, targets[0], request);
        var model = start is null ? Model.For(split.Train, request.ModelOptions(targets), request.Layers)
            : request.Start?.NewTarget is null ? start : start.ForTarget(split.Train, request.ModelOptions(targets));
        model.WeightColumn = request.Weight;
        if (request.Frozen is { } frozen)
            request = request with { Training = request.Training with { Freeze = StartArguments.LayersOf(frozen, model.Network) } };
        if (request.Validation is { } file)
            split = split with { Validation = OpenValidation(model, file, request, terminal) };
        var trainer = new Trainer(model.Network, model.Loss, model.Weights, request.Training);   // refuses what does not fit, before anything is said
        var training = Encode(model, split.Train);
        if (request.Training.Augmentation is not null && Augmentation.SizeOf(training) is var size && request.AugmentsInProportion)
            request = request with { Training = request.Training with { Augmentation = Augmentation.DefaultFor(size) } };
        var run = new TrainRun(request, data, split, model, path,
            training, EncodeOrNull(model, split.Validation), EncodeOrNull(model, split.Test));
        var (hasValidation, defaults) = (run.Validation is not null || request.Folds is not null, new TrainOptions());
        if (!hasValidation && request.Training.Patience != defaults.Patience)
        {
            throw new GradusException("--patience counts epochs without a better validation loss, and there are no validation rows. Leave it out, or give a "
                + "--split with some.");
        }

        if (!hasValidation && request.Training.StopOn is not TrainOptions.StopOnNone && request.Training.StopOn != defaults.StopOn)
        {
            throw new GradusException($"--stop-on '{request.Training.StopOn}' is measured on validation rows, and there are none. Leave it out, or give a --split "
                + "with some.");
        }

        if (request.Folds > run.Train.Rows)
            throw new GradusException($"--folds is {request.Folds}, but there are {run.Train.Rows} rows with a target to deal into folds. Use fewer folds or more rows.");
        trainer.Check(run.Train, request.Folds is null ? run.Validation : run.Train);
        terminal.Cancellation.ThrowIfCancellationRequested();
        model.CheckCheckpoint(run.Train, run.Validation, request.Training, request.Members, request.Folds is not null, start is not null);
        TrainReport.Before(run, terminal);
        if (request.Members > 1)
            return TrainEnsemble.Run(run, terminal);

        if (request.Training.Checkpoint is { Resume: true } resumed)
            terminal.Note($"Resuming '{resumed.Folder}'.");
        var stopped = Train(run, terminal, out var history);
        if (history.StopReason == StopReason.Cancelled && request.Training.Checkpoint is { } checkpoint)
        {
            if (request.Json)
                terminal.Json(TrainReport.ToJson(run, history, stopped, test: null, baselines: null, recipe: null, saved: false));
            terminal.Note($"Interrupted after {Figures.Count(history.Epochs.Count, "epoch")}. {CheckpointArguments.GoOn(checkpoint)}");
            return ExitCode.Interrupted;
        }

        run.HasLearnt |= history.BestEpoch > 0;
        var recipe = TrainRecipe.Make(run, history.Watch, terminal);
        if (!run.HasLearnt)
        {
            if (request.Json)
                terminal.Json(TrainReport.ToJson(run, history, stopped, test: null, baselines: null, recipe, saved: false));
            else
                TrainRecipe.Say(recipe, run, terminal);
            terminal.Note(stopped?.Message ?? (history.StopReason == StopReason.Exploded ? "Stopped: the loss exploded before an epoch was completed." : "Cancelled before anything was learnt."));
            terminal.Note("No model was saved.");
            return ExitCode.Failed;
        }

        model.Save(path);
        var test = run.Test is null ? null : model.Evaluate(run.Test);
        var baselines = run.Test is null || !request.WithBaselines ? null
            : Baselines.Measure(model, run.Train, run.Validation, run.Test, request.Training.Seed, terminal.Cancellation);
        if (request.Json)
            terminal.Json(TrainReport.ToJson(run, history, stopped, test, baselines, recipe, saved: true));
        TrainReport.After(run, history, stopped, test, baselines, recipe, terminal);
        return stopped is null && history.StopReason != StopReason.Exploded ? ExitCode.Success : ExitCode.Failed;
    }

    // Before the split: errors name the row of the file.
    private static void CheckWeights(string weight, IReadOnlyList<string> targets, Model? start, DataSet data)
    {
        if (targets.Contains(weight) || start?.Preprocessor.InputNames.Contains(weight) == true)
            throw new GradusException($"--weight '{weight}' is {(targets.Contains(weight) ? "the target" : "an input of the model")} and cannot be the weight of rows too. Name another column.");
        _ = RowWeights.Of(data.Table, weight);
    }

    public static Table OpenValidation(Model model, string file, TrainRequest request, Terminal terminal)
    {
        if (file == DataArguments.StandardInput || Path.GetFullPath(file) == Path.GetFullPath(request.Data))
            throw new GradusException($"--validation '{file}' is {(file == DataArguments.StandardInput ? "standard input" : "the data itself")}. Expected a file of other rows.");
        var table = DataArguments.OpenFor(model, file, request.Csv, withTarget: true, terminal).Table;
        return model.Preprocessor.Encode(table).Rows > 0 ? table
            : throw new GradusException($"--validation '{file}' has no row with a '{TargetNames.Of(model)}', so it cannot decide when to stop. Leave it out, or give other rows.");
    }

    private static DataSplit Split(DataSet data, string target, TrainRequest request)
    {
        if (request.Validation is not null)
            return data.Split(request.Training.Seed, target, request.Shares ?? (0, 0.2));
        if (request.Folds is null)
            return data.Split(request.Training.Seed, target, request.Shares);
        var (learning, test) = data.SplitForFolds(request.Training.Seed, target, request.Shares);
        return new DataSplit(learning, learning.SelectRows([]), test);
    }

    private static DivergedException? Train(TrainRun run, Terminal terminal, out History history)
    {
        try
        {
            history = TrainProgress.Show(run, terminal);
            if (history.StopReason == StopReason.Exploded)
                run.HasLearnt = history.BestEpoch > 0;
            return null;
        }
        catch (DivergedException e)
        {
            history = e.History;
            run.HasLearnt = history.BestEpoch > 0;
            return e;
        }
    }

    private static void CheckOutput(string path, TrainRequest request)
    {
        if (path.Length == 0)
            throw new GradusException("--out is empty. Expected a file name, such as model.safetensors.");
        if (Path.GetFullPath(path) == Path.GetFullPath(request.Data))
            throw new GradusException($"--out '{path}' is the data file itself. Choose another name.");
        AtomicFile.CheckWritable(path);
    }

    private static CategoryColumn AsCategories(NumberColumn numbers) =>
        CategoryColumn.FromTexts(numbers.Name, [.. Enumerable.Range(0, numbers.Count).Select(numbers.TextAt)]);

    private static EncodedTable Encode(Model model, Table part) => model.Encode(part);

    private static EncodedTable? EncodeOrNull(Model model, Table part) =>
        part.RowCount > 0 && Encode(model, part) is { Rows: > 0 } encoded ? encoded : null;
}
