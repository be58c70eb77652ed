using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>The options of <c>train</c> that let a run be interrupted and resumed. A checkpoint keeps the command line of its run, so that
/// <c>--resume DIR</c> alone goes on.</summary>
internal sealed class CheckpointArguments
{
    private static readonly Dictionary<char, TimeSpan> Units = new()
    {
        ['s'] = TimeSpan.FromSeconds(1),
        ['m'] = TimeSpan.FromMinutes(1),
        ['h'] = TimeSpan.FromHours(1),
    };

    private readonly Option<string?> folder = new("--checkpoint")
    {
        HelpName = "DIR",
        Description = "Keep a checkpoint in a folder: after Ctrl-C, SIGTERM or a crash, --resume goes on from it",
    };

    private readonly Option<(int Epochs, TimeSpan? Interval)?> every = Parsing.Value<(int Epochs, TimeSpan? Interval)?>(
        "--every", "N|TIME", "With --checkpoint: epochs or time between checkpoints [default: 1 epoch]",
        "a whole number of epochs of at least 1, such as 5, or a time, such as 30s, 10m or 2h", ReadEvery);

    private readonly Option<string?> resume = new("--resume")
    {
        HelpName = "DIR",
        Description = "Go on with the run whose checkpoint a folder keeps, to the same bits as if it had never been interrupted; needs neither DATA nor options",
    };

    private readonly Command command;
    private readonly Argument<string> data;
    private readonly Option output;
    private readonly Option[] files;
    private readonly Option[] free;

    /// <param name="command">Gets the options.</param>
    /// <param name="data">The DATA argument, which may then be left out.</param>
    /// <param name="output">The model file.</param>
    /// <param name="files">Other options that name a file.</param>
    /// <param name="others">Options that change nothing of what is computed and may be given anew.</param>
    public CheckpointArguments(Command command, Argument<string> data, Option output, Option[] files, params Option[] others)
    {
        (this.command, this.data, this.output, this.files) = (command, data, output, files);
        free = [output, every, .. others];
        data.Arity = ArgumentArity.ZeroOrOne;
        foreach (var option in (Option[])[folder, every, resume])
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            var (checkpoint, resumed) = (result.GetValue(folder), result.GetValue(resume));
            if (result.GetResult(data) is not { Tokens.Count: > 0 } && resumed is null)
                result.AddError("DATA is missing. Expected a file, a folder or a known name, such as samples/digits.csv.");
            else if (checkpoint is not null && resumed is not null && checkpoint != resumed)
                result.AddError("--checkpoint and --resume name different folders. A resumed run keeps its own; leave --checkpoint out.");
            else if (checkpoint?.Length == 0 || resumed?.Length == 0)
                result.AddError($"{(checkpoint?.Length == 0 ? "--checkpoint" : "--resume")} is empty. Expected a folder, such as runs/first.");
            else if (result.GetResult(every) is not null && checkpoint is null && resumed is null)
                result.AddError("--every says how often a checkpoint is written. Give --checkpoint DIR too, or leave it out.");
        });
    }

    /// <summary>The command line of the run to resume, with what may be given anew taken from this one; this one if none is resumed.</summary>
    /// <exception cref="GradusException">There is no checkpoint, or an option differs from that of its run.</exception>
    public ParseResult Resumed(ParseResult given)
    {
        if (given.GetValue(resume) is not { } path)
            return given;
        var note = CheckpointSummary.Read(path).Note ?? throw new GradusException(
            $"The checkpoint in '{path}' was not written by 'gradus train', so its command line is not known. Resume it in the program that wrote it; a member of an ensemble, by the folder above.");
        var run = Parsed([.. (JsonNode.Parse(note)?.AsArray() ?? []).Select(each => (string?)each ?? ""), resume.Name, path], path);
        if (given.GetResult(data) is { Tokens: [var token, ..] } && run.GetResult(data)?.Tokens[0].Value is { } before && Full(token.Value) != before)
            throw Differs("DATA", token.Value, before, path);
        foreach (var option in Given(given).Where(option => option != resume && option != folder && !free.Contains(option)))
        {
            var (here, there) = (Values(given, option), Given(run).Contains(option) ? Values(run, option) : null);
            if (there is null || !here.SequenceEqual(there))
                throw Differs(option.Name, string.Join(' ', here), there is null ? null : string.Join(' ', there), path);
        }

        return Parsed(
        [
            .. Arguments(run, option => option != resume && !(free.Contains(option) && Given(given).Contains(option))),
            .. Arguments(given, free.Contains).Skip(given.GetResult(data) is { Tokens.Count: > 0 } ? 1 : 0), resume.Name, path,
        ], path);
    }

    /// <summary>Where checkpoints go, and the command line to keep with them; null for nowhere.</summary>
    public CheckpointOptions? Read(ParseResult result)
    {
        if ((result.GetValue(resume) ?? result.GetValue(folder)) is not { } path)
            return null;
        var (epochs, interval) = result.GetValue(every) ?? (1, null);
        return new CheckpointOptions(path)
        {
            Epochs = epochs,
            Interval = interval,
            Resume = result.GetValue(resume) is not null,
            Note = Json(Arguments(result, option => option != resume && option != folder)),
        };
    }

    /// <summary>The same with the model file, which is to be the same one wherever the run is resumed.</summary>
    public CheckpointOptions? WithOutput(CheckpointOptions? options, string path) => options is not { Note: { } note } || JsonNode.Parse(note) is not JsonArray arguments
        || arguments.Any(each => (string?)each == output.Name) ? options
        : options with { Note = Json([.. arguments.Select(each => (string?)each ?? ""), output.Name, Path.GetFullPath(path)]) };

    /// <summary>How an interrupted run is resumed, for people.</summary>
    public static string GoOn(CheckpointOptions options) => $"Go on with: gradus train --resume {Quote(options.Folder)}";

    /// <summary>A word as a shell takes it.</summary>
    public static string Quote(string path) => path.All(c => char.IsLetterOrDigit(c) || "/._-".Contains(c, StringComparison.Ordinal))
        ? path : $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static string Json(IEnumerable<string> arguments) => new JsonArray([.. arguments.Select(each => JsonValue.Create(each))]).ToJsonString();

    private ParseResult Parsed(string[] arguments, string path) => command.Parse(arguments) is { Errors: [] } result ? result
        : throw new GradusException($"The command line of the run in '{path}' cannot be read: {command.Parse(arguments).Errors[0].Message} Resume it with the Gradus that wrote it.");

    private static IEnumerable<Option> Given(ParseResult result) =>
        result.CommandResult.Children.OfType<OptionResult>().Where(option => !option.Implicit).Select(option => option.Option);

    // Names of files from the root, for the run may be resumed elsewhere.
    private List<string> Values(ParseResult result, Option option) =>
        [.. result.GetResult(option)?.Tokens.Select(token => option == output ? Path.GetFullPath(token.Value) : files.Contains(option) ? Full(token.Value) : token.Value) ?? []];

    // DATA first, then options with their values.
    private List<string> Arguments(ParseResult result, Func<Option, bool> isKept)
    {
        var arguments = new List<string>();
        if (result.GetResult(data) is { Tokens: [var token, ..] })
            arguments.Add(Full(token.Value));
        foreach (var option in Given(result).Where(isKept))
        {
            var values = Values(result, option);
            if (values.Count == 0)
                arguments.Add(option.Name);
            foreach (var value in values)
                arguments.AddRange([option.Name, value]);
        }

        return arguments;
    }

    // A file or folder by its full path; the name of a data set, and - for standard input, as they are.
    private static string Full(string path) => File.Exists(path) || Directory.Exists(path) ? Path.GetFullPath(path) : path;

    private static GradusException Differs(string name, string here, string? there, string path) => new(
        $"{name} is {(here.Length > 0 ? $"'{here}'" : "given")} here, but {(there is null ? "was not given" : $"was '{there}'")} for the run in '{path}'. "
        + "A resumed run keeps its options: leave it out, or begin anew with another --checkpoint.");

    private static bool ReadEvery(string text, out (int Epochs, TimeSpan? Interval)? every)
    {
        every = null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var epochs))
        {
            every = (epochs, null);
            return epochs >= 1;
        }

        if (text.Length < 2 || !Units.TryGetValue(text[^1], out var unit)
            || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) || !(count > 0) || count > 1e6)
            return false;
        every = (1, unit * count);
        return true;
    }
}
