using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gradus.Cli;

/// <summary>A command line of <c>check</c> or <c>tune</c> as one of <c>train</c>, with the options that repairs and trials change.</summary>
internal sealed class CommandLine
{
    private readonly List<string> data = [];
    private readonly OrderedDictionary<string, List<string>> options = [];

    /// <param name="result">What was given.</param>
    /// <param name="leaveOut">Options that are not those of <c>train</c>.</param>
    public CommandLine(ParseResult result, params IReadOnlyCollection<string> leaveOut)
    {
        foreach (var child in result.CommandResult.Children)
        {
            switch (child)
            {
                case ArgumentResult argument:
                    data.AddRange(argument.Tokens.Select(token => token.Value));
                    break;
                case OptionResult { Implicit: false } option when option.Option.Name is not ("--fix" or "--json") && !leaveOut.Contains(option.Option.Name):
                    options[option.Option.Name] = [.. option.Tokens.Select(token => token.Value)];
                    break;
            }
        }
    }

    private CommandLine(CommandLine other)
    {
        data = other.data;
        options = new(other.options);
    }

    /// <summary>The options that are given, with their values.</summary>
    public IReadOnlyDictionary<string, List<string>> Options => options;

    /// <summary>The words behind <c>gradus train</c>.</summary>
    public IEnumerable<string> Words => [.. data, .. options.SelectMany(option => option.Value.Prepend(option.Key))];

    /// <summary>The line with some options set.</summary>
    public CommandLine With(IEnumerable<KeyValuePair<string, string>> values)
    {
        var changed = new CommandLine(this);
        foreach (var (name, value) in values)
            changed.options[name] = [value];
        return changed;
    }

    /// <summary>The line with an option left out.</summary>
    public CommandLine Without(string name)
    {
        var changed = new CommandLine(this);
        changed.options.Remove(name);
        return changed;
    }

    /// <summary>Sets the options of a repair; an initialiser that is taken back is left out, and columns join those given.</summary>
    public void Apply(Repair repair)
    {
        foreach (var (name, value) in repair.Options)
        {
            if (name == "--initializer" && value is null)
                options.Remove(name);
            else if (name is "--columns" or "--preprocess" && value is not null && value.Contains('=', StringComparison.Ordinal)
                && options.TryGetValue(name, out var given) && given.Count > 0)
                options[name] = [string.Join(',', [.. given, value])];
            else
                options[name] = value is null ? [] : [value];
        }
    }

    /// <summary>The line, quoted for a shell.</summary>
    public override string ToString() => string.Join(' ', [
        "gradus train", .. data.Select(Quoted), .. options.SelectMany(option => option.Value.Select(Quoted).Prepend(option.Key))]);

    private static string Quoted(string word) => word.All(c => char.IsLetterOrDigit(c) || "-_./,=%:+".Contains(c)) && word.Length > 0 ? word
        : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
