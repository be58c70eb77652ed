using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gradus.Cli;

/// <summary>The options of <c>train</c> that say where weights start and which stay as they are.</summary>
internal sealed class StartArguments
{
    // What the model file decides, and what follows from a target that is new.
    private static readonly string[] OfModel =
    [
        "--hidden", "--activation", "--dropout", "--input-noise", "--batch-norm", "--layer-norm", "--embed", "--embed-numbers", "--embed-width",
        "--embed-bins", "--embed-deviation", "--members", "--member-scales", "--residual", "--columns", "--preprocess", "--standardize", "--minmax",
        "--clip-outliers", "--rare",
    ];

    private static readonly string[] OfTarget = ["--loss", "--quantile", "--quantiles", "--initializer", "--task", "--target-transform"];

    private readonly Option<string?> newOutput = new("--new-target")
    {
        HelpName = "COLUMN",
        Description = "With --from: predict another column, or other classes: the output layer begins anew, the others are taken over",
    };

    private readonly Option<string[]?> freeze = new("--freeze")
    {
        HelpName = "N|LAYERS",
        Description = "Layers that training leaves as they are: the first N that have parameters, or names such as layer1,layer3",
        CustomParser = result => result.Tokens[^1].Value.Split(',', StringSplitOptions.TrimEntries),
    };

    /// <param name="command">Gets the options.</param>
    public StartArguments(Command command)
    {
        foreach (var option in (Option[])[From, newOutput, freeze])
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            var given = result.Children.OfType<OptionResult>().Where(option => !option.Implicit).Select(option => option.Option.Name).ToArray();
            if (result.GetValue(From) is { Length: 0 })
            {
                result.AddError("--from is empty. Expected a model file, such as model.safetensors.");
            }
            else if (result.GetValue(From) is { } path)
            {
                var refused = result.GetValue(newOutput) is null ? OfModel.Concat(OfTarget) : OfModel.Append("--target");
                if (given.FirstOrDefault(refused.Contains) is { } name)
                    result.AddError($"{name} cannot be given with --from: layers and preprocessing are those of '{path}'"
                        + $"{(name == "--target" ? ", and --new-target names the target" : OfTarget.Contains(name) ? ", and so is the target unless --new-target is given" : "")}. Leave it out.");
            }
            else if (result.GetValue(newOutput) is not null)
            {
                result.AddError("--new-target begins the output layer of a model anew. Give --from MODEL too; or name the target with --target.");
            }
        });
    }

    /// <summary>The model file to begin from.</summary>
    public Option<string?> From { get; } = new("--from")
    {
        HelpName = "MODEL",
        Description = "Begin with the layers, weights and preprocessing of a model file; the data has the same columns",
    };

    /// <summary>The model to begin from; null to begin anew.</summary>
    public StartRequest? Read(ParseResult result) => result.GetValue(From) is { } path ? new StartRequest(path, result.GetValue(newOutput)) : null;

    /// <summary>The names that <c>--freeze</c> gives; null without it.</summary>
    public string[]? Frozen(ParseResult result) => result.GetValue(freeze) is { Length: > 0 } names ? names : null;

    /// <summary>Names of layers: the first N with parameters if a number is given.</summary>
    /// <exception cref="GradusException">There are not as many.</exception>
    public static IReadOnlyList<string> LayersOf(string[] given, Network network)
    {
        if (given.Length != 1 || !int.TryParse(given[0], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var count))
            return given;
        var layers = network.ParameterLayers;
        return count >= 1 && count < layers.Count ? [.. layers.Take(count)] : throw new GradusException(
            $"--freeze is '{count}', but the network has {layers.Count} layers with parameters ({string.Join(", ", layers)}) and one has to be trained. "
            + $"Expected a number from 1 to {layers.Count - 1}, or names of layers.");
    }
}
