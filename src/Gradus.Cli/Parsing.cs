using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gradus.Cli;

/// <summary>Options whose values are read here: errors say what was given, what was expected, and an example.</summary>
internal static class Parsing
{
    internal delegate bool TryParse<T>(string text, [MaybeNullWhen(false)] out T value);

    /// <param name="name">Such as <c>--lr</c>.</param>
    /// <param name="helpName">The value in help.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="expected">Continues "--lr is 'x'. Expected …".</param>
    /// <param name="parse">Reads the value.</param>
    public static Option<T> Value<T>(string name, string helpName, string description, string expected, TryParse<T> parse) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (parse(text, out var value))
                return value;
            result.AddError($"{name} is '{text}'. Expected {expected}.{Rounded(text)}");
            return default;
        },
    };

    // Says of a number that is out of range only where networks compute: 1e39 is infinite as float32, and 1e-300 is 0.
    private static string Rounded(string text)
    {
        foreach (var part in text.Split(','))
        {
            if (double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                && (float)number is var rounded && rounded != number && (rounded is 0 or 1 || !float.IsFinite(rounded)))
                return FormattableString.Invariant($" Networks compute in float32, which takes '{part}' for {rounded}.");
        }

        return "";
    }

    /// <summary>A value for checks of several options together: none where the option's own text was refused, which has its
    /// error already.</summary>
    public static T? Given<T>(this CommandResult result, Option<T> option)
    {
        try
        {
            return result.GetValue(option);
        }
        catch (InvalidOperationException)
        {
            return default;
        }
    }

    /// <summary>A whole number from <paramref name="least"/> up, to <paramref name="most"/> if that is given.</summary>
    public static Option<int?> WholeNumber(string name, string description, int least, int example, int most = int.MaxValue) => Value<int?>(
        name, "N", description, most == int.MaxValue ? FormattableString.Invariant($"a whole number of at least {least}, such as {example}")
            : FormattableString.Invariant($"a whole number from {least} to {most}, such as {example}"),
        (string text, out int? value) =>
        {
            var whole = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most;
            value = number;
            return whole;
        });

    /// <summary>How many threads work.</summary>
    public static Option<int?> Threads(string description) => WholeNumber("--threads", description, 1, 4, WorkerTeam.MaxThreads);

    /// <summary>A number of a range.</summary>
    /// <param name="name">Such as <c>--lr</c>.</param>
    /// <param name="helpName">The value in help.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="expected">The range and an example: continues "--lr is 'x'. Expected …".</param>
    /// <param name="isInRange">Whether a finite number will do.</param>
    public static Option<double?> Number(string name, string helpName, string description, string expected, Func<double, bool> isInRange) =>
        Value<double?>(name, helpName, description, expected, (string text, out double? value) =>
        {
            var read = TryNumber(text, isInRange, out var number);
            value = number;
            return read;
        });

    /// <summary>Reads a number that is in its range as float32 too, in which networks compute: 1e39 would be infinite, and 1e-300 would be 0.
    /// </summary>
    public static bool TryNumber(string text, Func<double, bool> isInRange, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number)
        && float.IsFinite((float)number) && isInRange(number) && isInRange((float)number);

    /// <summary>Where random numbers start.</summary>
    public static Option<ulong?> Seed(string description) => Value<ulong?>(
        "--seed", "N", description, "a whole number of at least 0, such as 1", (string text, out ulong? value) =>
        {
            var whole = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            value = number;
            return whole;
        });

    /// <summary>One of a list, by name.</summary>
    public static Option<T?> Choice<T>(string name, string description, IReadOnlyList<T> all, Func<T, string> nameOf)
        where T : class
    {
        var option = new Option<T?>(name) { HelpName = "NAME", Description = $"{description}: {string.Join(", ", all.Select(nameOf))}" };
        option.CompletionSources.Add(_ => all.Select(each => new System.CommandLine.Completions.CompletionItem(nameOf(each))));
        option.CustomParser = result => Find(name, result.Tokens[^1].Value, result, all, nameOf);
        return option;
    }

    /// <summary>One or more of a list, by name, with commas between.</summary>
    public static Option<T[]?> Choices<T>(string name, string description, IReadOnlyList<T> all, Func<T, string> nameOf)
        where T : class
    {
        var option = new Option<T[]?>(name) { HelpName = "NAMES", Description = $"{description}: {string.Join(", ", all.Select(nameOf))}" };
        option.CompletionSources.Add(_ => all.Select(each => new System.CommandLine.Completions.CompletionItem(nameOf(each))));
        option.CustomParser = result =>
        {
            var found = new List<T>();
            foreach (var text in result.Tokens[^1].Value.Split(',', StringSplitOptions.TrimEntries))
            {
                if (Find(name, text, result, all, nameOf) is not { } each)
                    return null;
                found.Add(each);
            }

            return [.. found];
        };
        return option;
    }

    private static T? Find<T>(
        string option, string text, System.CommandLine.Parsing.ArgumentResult result, IReadOnlyList<T> all, Func<T, string> nameOf)
        where T : class
    {
        if (all.FirstOrDefault(each => nameOf(each) == text) is { } found)
            return found;
        var near = Suggestion.Nearest(text, all.Select(nameOf));
        result.AddError($"{option} is '{text}'. "
            + (near is null ? $"Expected one of {string.Join(", ", all.Select(nameOf))}." : $"Did you mean '{near}'?"));
        return null;
    }

    /// <summary>Yes or no.</summary>
    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>Only what is needed is said: a JSON object and nothing else.</summary>
    public static Option<bool> Json() => Flag("--json", "Print one JSON object on standard output and nothing else there");

    /// <summary>What <see cref="ReadTime"/> reads.</summary>
    public const string ExpectedTime = "a number and s, m or h, such as 90s, 10m or 1.5h";

    /// <summary>Reads a time above 0.</summary>
    public static bool ReadTime(string text, out TimeSpan? value)
    {
        value = null;
        if (text.Length < 2 || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number is not (> 0 and < 1e5))
            return false;
        value = text[^1] switch { 's' => TimeSpan.FromSeconds(number), 'm' => TimeSpan.FromMinutes(number), 'h' => TimeSpan.FromHours(number), _ => null };
        return value is not null;
    }
}
