using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gradus.Cli;

/// <summary>A command line of <c>check</c> as one of <c>train</c>, with the options that repairs change.</summary>
internal sealed class CommandLine
{
    private readonly List<string> data = [];
    private readonly OrderedDictionary<string, List<string>> options = [];

    public CommandLine(ParseResult result)
    {
        foreach (var child in result.CommandResult.Children)
        {
            switch (child)
            {
                case ArgumentResult argument:
                    data.AddRange(argument.Tokens.Select(token => token.Value));
                    break;
                case OptionResult { Implicit: false } option when option.Option.Name is not ("--fix" or "--json"):
                    options[option.Option.Name] = [.. option.Tokens.Select(token => token.Value)];
                    break;
            }
        }
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
