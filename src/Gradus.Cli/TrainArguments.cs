using System.CommandLine;
using System.Globalization;

namespace Gradus.Cli;

/// <summary>The options of <c>train</c>, and what they ask for.</summary>
internal sealed class TrainArguments
{
    private const int MaxWidth = 16_384;
    private const int MaxLayers = 64;
    private static readonly int[] DefaultHidden = [64, 64];

    private readonly DataArguments data;
    private readonly RegularizationArguments regularization;
    private readonly CheckpointArguments? checkpoint;   // where a network is trained to its end
    private readonly StartArguments? start;
    private readonly RowArguments? rows;
    private readonly AutoArguments? auto;
    private readonly EnsembleArguments ensemble;
    private readonly StructureArguments structure;
    private readonly AugmentationArguments augmentation;
    private readonly Option<string?> target = new("--target")
    {
        HelpName = "COLUMN,…",
        Description = "The column to predict, or several with commas between; may be left out where the data set knows its own",
    };

    private readonly Option<int[]?> hidden = Parsing.Value<int[]?>(
        "--hidden", "WIDTHS", "Widths of the hidden layers, or none [default: 64,64]",
        FormattableString.Invariant($"up to {MaxLayers} whole numbers from 1 to {MaxWidth:N0}, such as 64,64, or none"), ReadHidden);

    private readonly Option<Activation[]?> activation = Parsing.Choices(
        "--activation", "Activation of the hidden layers, or one for each with commas between [default: relu]", Activation.All, each => each.Name);

    private readonly Option<Loss[]?> loss = Parsing.Choices(
        "--loss", "Loss, or one for each target with commas between; by default it follows from the task", Loss.All, each => each.Kind);

    private readonly Option<double[]?> quantiles = QuantilesOption();

    private readonly Option<Optimizer?> optimizer =
        Parsing.Choice("--optimizer", "Optimiser [default: adam]", Optimizer.All, each => each.Name);

    private readonly Option<double?> learningRate = Parsing.Number(
        "--lr", "RATE", "Learning rate [default: " + string.Join(", ", Optimizer.All.GroupBy(each => each.LearningRate).OrderBy(each => each.Key)
            .Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Key} for {string.Join(' ', each.Select(one => one.Name))}"))) + "]",
        "a number above 0, such as 0.001", number => number > 0);

    private readonly Option<double?> weightDecay = Parsing.Number(
        "--weight-decay", "L", "Weights shrink by this times the learning rate at each step [default: 0; 0.01 for adamw]",
        "a number of at least 0, such as 0.01", number => number >= 0);

    private readonly Option<Schedule?> schedule =
        Parsing.Choice("--schedule", "How the learning rate changes over the epochs [default: cosine; constant for lbfgs]", Schedule.All, each => each.Name);

    private readonly Option<int?> batch = Parsing.Value<int?>(
        "--batch", "N", "Rows a step, or all [default: 64; all for lbfgs]", "all, or a whole number of at least 1, such as 64",
        (string text, out int? value) =>
        {
            var read = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1;
            value = text == "all" ? int.MaxValue : number;
            return read || text == "all";
        });

    private readonly Option<int?> epochs = Parsing.WholeNumber("--epochs", "Passes over the training rows at most [default: 200]", 1, 100);

    private readonly Option<int?> patience = Parsing.WholeNumber(
        "--patience", "Epochs without a lower validation loss, or a better --stop-on, after which training stops [default: 20]", 1, 20);

    private readonly Option<string?> stopOn = new("--stop-on")
    {
        HelpName = "METRIC",
        Description = "What early stopping and the best weights go by: loss, a metric of the task, such as accuracy or rmse, or none: all epochs, and the last weights [default: loss]",
    };

    private readonly Option<(double Validation, double Test)?> split = SplitOption();
    private readonly PreprocessingArguments preprocessing;
    private readonly EmbeddingArguments embedding;

    private readonly Option<Initializer?> initializer = Parsing.Value<Initializer?>(
        "--initializer", "NAME", "How weights start: zeros, constant(v), uniform(a,b), normal(s), xavier-uniform, xavier-normal, "
        + "he-uniform, he-normal, lecun-normal; by default it follows from the activation",
        "zeros, constant(v), uniform(a,b), normal(s), xavier-uniform, xavier-normal, he-uniform, he-normal or lecun-normal, such as normal(0.01)",
        (string text, out Initializer? value) => (value = Initializer.Parse(text)) is not null);

    private readonly Option<string?> task = Parsing.Choice(
        "--task", "What is learned; by default it follows from the target", ["regression", "classification"], each => each);

    private readonly Option<ulong?> seed = Parsing.Seed("Seed of the split, the first weights and the order of rows [default: 1]");
    private readonly Option<int?> threads = Parsing.Threads("Threads; the result does not depend on it [default: one a core]");

    private readonly Option<string?> output = new("--out")
    {
        HelpName = "FILE",
        Description = "The model file [default: NAME.safetensors, of the data]",
    };

    private readonly Option<string?> onExplosion = Parsing.Choice(
        "--on-explosion", "When the loss rises above 3 times its start: only say so, stop with the best weights, or go back to the epoch's begin and "
        + "halve the learning rate, up to ten times [default: warn]",
        Enum.GetNames<ExplosionPolicy>().Select(each => each.ToLowerInvariant()).ToArray(), each => each);

    private readonly Option<bool> noChecks = Parsing.Flag("--no-checks", "Do not check the data");
    private readonly Option<bool> noBaselines = Parsing.Flag("--no-baselines", "Do not train a linear model to compare with");
    private readonly Option<bool> json = Parsing.Json();

    /// <param name="command">Gets the options.</param>
    /// <param name="trains">Whether a network is trained to its end, which may be interrupted.</param>
    public TrainArguments(Command command, bool trains = true)
    {
        command.Options.Add(target);
        data = new DataArguments(command, "A CSV file, a folder with MNIST's IDX files, a known name ("
            + $"{string.Join(", ", DataCatalog.Entries.Select(entry => entry.Name))}), or - for standard input", withKinds: true);
        foreach (var option in (Option[])[hidden, activation, loss, quantiles, optimizer, learningRate, weightDecay, schedule, batch, epochs, patience, stopOn,
            split, initializer, task, seed, threads, output, noBaselines, json])
            command.Options.Add(option);
        preprocessing = new PreprocessingArguments(command);
        embedding = new EmbeddingArguments(command);
        regularization = new RegularizationArguments(command);
        if (trains)
        {
            start = new StartArguments(command);
            rows = new RowArguments(command, split);
            auto = new AutoArguments(command);
            command.Options.Add(onExplosion);
            command.Options.Add(noChecks);
            checkpoint = new CheckpointArguments(command, data.Argument, output, [start.From, rows.Validation], json, threads, noBaselines, noChecks);
        }

        ensemble = new EnsembleArguments(command);
        structure = new StructureArguments(command);
        augmentation = new AugmentationArguments(command);
    }

    /// <summary>The command line of the run that <c>--resume</c> names, with what may be given anew; the given one without it.</summary>
    public ParseResult Resumed(ParseResult result) => checkpoint?.Resumed(result) ?? result;

    /// <summary>The request with the model file kept in its checkpoints.</summary>
    public TrainRequest WithOutput(TrainRequest request, string path) =>
        request with { Training = request.Training with { Checkpoint = checkpoint?.WithOutput(request.Training.Checkpoint, path) } };

    /// <summary>Shares of the parts, 64/16/20 by default.</summary>
    public static Option<(double Validation, double Test)?> SplitOption() => Parsing.Value<(double Validation, double Test)?>(
        "--split", "A/B/C", "Training, validation and test rows in % [default: 64/16/20; where the data has its own test part, 90/10 of "
        + "the rest]",
        "three percentages that make 100, the first above 0, such as 64/16/20", Shares.TryParse);

    public TrainRequest Read(ParseResult result)
    {
        var chosen = result.GetValue(optimizer) ?? new Adam();
        if (result.GetValue(learningRate) is { } rate)
            chosen = chosen with { LearningRate = rate };
        if (result.GetValue(weightDecay) is { } lambda)
            chosen = chosen with { WeightDecay = lambda };
        var started = result.GetValue(initializer);
        var widths = WidthsOf(result);
        Activation[] activations = result.GetValue(activation) is { Length: > 0 } named ? named : [Activation.Relu];
        if (widths.Length == 0 && result.GetResult(activation) is not null)
            throw new GradusException("--activation works on hidden layers, and there is none. Leave it out, or give --hidden 64,64.");
        if (result.GetValue(stopOn) == TrainOptions.StopOnNone && result.GetResult(patience) is not null)
            throw new GradusException("--patience ends training, and --stop-on none lets it go on to its last epoch. Leave one of them out.");
        var regularized = regularization.AddTo(new TrainOptions(), result);
        if (result.GetValue(weightDecay) > 0 && regularized.L2.Values.Any(each => each > 0))
        {
            throw new GradusException("--l2 and --weight-decay both shrink the weights: one through the gradient of the loss, the other beside it. "
                + "Leave one of them out.");
        }

        if (activations.Length != 1 && activations.Length != widths.Length)
        {
            throw new GradusException($"--activation names {activations.Length} activations for {Figures.Count(widths.Length, "hidden layer")}. "
                + "Give one for all, or one for each.");
        }

        var layers = widths.Select((width, i) =>
        {
            var layer = new Dense(width, activations[activations.Length == 1 ? 0 : i]);
            return started is null ? layer : layer with { Weights = started };
        });
        var defaults = new TrainOptions();
        var (amounts, inProportion) = augmentation.Read(result);
        return new TrainRequest
        {
            Data = data.Given(result),
            Csv = data.Csv(result),
            Target = result.GetValue(target),
            Layers = [.. regularization.OnInputs(result), .. structure.Arrange(regularization.Around([.. layers], result), result)],
            Losses = LossesOf(result),
            OutputWeights = started,
            Task = result.GetValue(task) switch
            {
                "regression" => LearningTask.Regression,
                "classification" => LearningTask.Classification,
                _ => null,
            },
            Preprocessing = preprocessing.Read(result),
            Embedding = embedding.Read(result),
            Shares = result.GetValue(split),
            Training = regularized with
            {
                Optimizer = chosen,
                Schedule = result.GetValue(schedule) ?? (chosen is Lbfgs ? Schedule.Constant : defaults.Schedule),
                BatchSize = result.GetValue(batch) switch { int.MaxValue => null, null => chosen is Lbfgs ? null : defaults.BatchSize, var rows => rows },
                Epochs = result.GetValue(epochs) ?? defaults.Epochs,
                Patience = result.GetValue(patience) ?? defaults.Patience,
                StopOn = result.GetValue(stopOn) ?? defaults.StopOn,
                Threads = result.GetValue(threads),
                Seed = result.GetValue(seed) ?? 1,
                Checkpoint = checkpoint?.Read(result),
                Augmentation = amounts,
                OnExplosion = result.GetValue(onExplosion) is { } policy ? Enum.Parse<ExplosionPolicy>(policy, ignoreCase: true) : defaults.OnExplosion,
            },
            Start = start?.Read(result),
            Frozen = start?.Frozen(result),
            Validation = rows is null ? null : result.GetValue(rows.Validation),
            Weight = rows?.Weight(result),
            Auto = auto?.Read(result),
            Ensemble = ensemble.Ensemble(result),
            Folds = ensemble.Folds(result),
            AugmentsInProportion = inProportion,
            Output = result.GetValue(output),
            WithBaselines = !result.GetValue(noBaselines),
            WithChecks = !result.GetValue(noChecks),
            Json = result.GetValue(json),
        };
    }

    private Loss[] LossesOf(ParseResult result)
    {
        var losses = result.GetValue(loss) ?? [];
        if (result.GetValue(quantiles) is not { Length: > 0 } shares)
            return losses;
        if (losses.Length == 0)
            return [Loss.Quantile(shares)];
        return losses.Any(each => each.Kind == "quantile")
            ? [.. losses.Select(each => each.Kind == "quantile" ? Loss.Quantile(shares) : each)]
            : throw new GradusException($"--quantiles belongs to --loss quantile, but --loss is {string.Join(',', losses.Select(each => each.Kind))}. "
                + "Leave one of them out.");
    }

    private static Option<double[]?> QuantilesOption()
    {
        var option = Parsing.Value<double[]?>("--quantiles", "SHARES", "Answer with a quantile of a number, which a share of the targets does not exceed; "
            + "several make an interval with its middle as the answer [default: 0.5 with --loss quantile]",
            "numbers above 0 and below 1 in ascending order, such as 0.9 or 0.05,0.5,0.95", ReadShares);
        option.Aliases.Add("--quantile");
        return option;
    }

    private static bool ReadShares(string text, out double[]? shares)
    {
        var parts = text.Split(',');
        shares = new double[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!Parsing.TryNumber(parts[i], number => number is > 0 and < 1, out shares[i]) || (i > 0 && (float)shares[i] <= (float)shares[i - 1]))
                return false;
        }

        return true;
    }

    // The value of a list that was not given is an empty list, not null.
    private int[] WidthsOf(ParseResult result) =>
        result.GetResult(hidden) is null ? DefaultHidden : result.GetValue(hidden) ?? [];

    private static bool ReadHidden(string text, out int[]? widths)
    {
        widths = [];
        if (text == "none")
            return true;
        var parts = text.Split(',');
        widths = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out widths[i])
                || widths[i] is < 1 or > MaxWidth)
                return false;
        }

        return parts.Length <= MaxLayers;
    }
}
