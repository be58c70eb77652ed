using System.CommandLine;
using System.Globalization;

namespace Gradus.Cli;

/// <summary>How a trial of a search becomes a line of <c>train</c>, and what that line asks for.</summary>
internal sealed class TrialLines
{
    private readonly Command command = new("trial");   // parses the lines
    private readonly TrainArguments arguments;
    private readonly CommandLine line;
    private readonly Lock parsing = new();

    /// <param name="line">What all trials have; with <c>--epochs</c>.</param>
    public TrialLines(CommandLine line) => (arguments, this.line) = (new TrainArguments(command, trains: false), line);

    /// <summary>The option that fixes a parameter of a search.</summary>
    public static string OptionOf(string name) => name is "width" or "depth" ? "--hidden" : "--" + name;

    /// <summary>The parameters that a line fixes.</summary>
    public static IReadOnlyCollection<string> FixedBy(CommandLine line) =>
    [
        .. SearchSpace.Names.Where(name => line.Options.ContainsKey(OptionOf(name))),
        .. line.Options.GetValueOrDefault("--optimizer") is ["lbfgs"] ? (string[])["lr", "batch", "dropout", "weight-decay"] : [],
        .. line.Options.GetValueOrDefault("--hidden") is ["none"] ? (string[])["activation", "dropout"] : [],
        .. line.Options.ContainsKey("--l2") ? (string[])["weight-decay"] : [],   // train refuses both
        .. line.Options.ContainsKey("--weight-decay") ? (string[])["l2"] : [],
    ];

    /// <summary>The line of train that repeats a trial.</summary>
    public CommandLine LineOf(StudyTrial trial)
    {
        var depth = int.Parse(trial.Parameters.GetValueOrDefault("depth", "2"), CultureInfo.InvariantCulture);
        // Without hidden layers there is nothing to drop, and no activation.
        var values = trial.Parameters.Where(each => each.Key is not ("width" or "depth") && each.Value != "none" && (each.Key != "dropout" || depth > 0))
            .Select(each => KeyValuePair.Create("--" + each.Key, each.Value)).ToList();
        if (trial.Parameters.ContainsKey("width") || trial.Parameters.ContainsKey("depth"))
            values.Add(new("--hidden", depth == 0 ? "none" : string.Join(',', Enumerable.Repeat(trial.Parameters.GetValueOrDefault("width", "64"), depth))));
        if (line.Options["--epochs"][0] != trial.Epochs.ToString(CultureInfo.InvariantCulture))
            values.Add(new("--epochs", trial.Epochs.ToString(CultureInfo.InvariantCulture)));
        return depth > 0 ? line.With(values) : line.With(values).Without("--activation");
    }

    /// <summary>What a trial asks for; for several threads.</summary>
    public TrainRequest RequestOf(StudyTrial trial)
    {
        lock (parsing)
        {
            var result = command.Parse([.. LineOf(trial).Words]);
            return result.Errors.Count == 0 ? arguments.Read(result)
                : throw new GradusException(string.Join(' ', result.Errors.Select(error => error.Message)));
        }
    }

    /// <summary>What a trial trains; for several threads.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="rows">The training rows, for the size of their images; null if they are not known yet.</param>
    public TrialSetup SetupOf(StudyTrial trial, EncodedTable? rows)
    {
        var request = RequestOf(trial);
        return new TrialSetup(request.Layers, TrainingOf(request, rows));
    }

    /// <summary>How a request trains, with amounts of augmentation that fit the size of the images.</summary>
    public static TrainOptions TrainingOf(TrainRequest request, EncodedTable? rows) => request.Training.Augmentation is null || !request.AugmentsInProportion || rows is null
        ? request.Training : request.Training with { Augmentation = Augmentation.DefaultFor(Augmentation.SizeOf(rows)) };
}
