using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Gradus.Cli;

/// <summary>The options of <c>train</c> that say how columns become features.</summary>
internal sealed class PreprocessingArguments
{
    private readonly Option<Scalings?> preprocess = new("--preprocess")
    {
        HelpName = "[NAME=]SCALING,…",
        Description = $"Scaling of number columns, of all or by name: {Names} "
            + "[default: standard, but pixels share one scale]",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = ReadScalings,
    };

    private readonly Option<bool> standardize = Parsing.Flag("--standardize", "Short for --preprocess standard");
    private readonly Option<bool> minMax = Parsing.Flag("--minmax", "Short for --preprocess minmax");

    private readonly Option<OutlierClip?> clip = Parsing.Value<OutlierClip?>(
        "--clip-outliers", "N|N%", "Clip number columns before scaling: to the mean ± N deviations, or N % off each end; by default they are not",
        "a number of deviations above 0, such as 4, or percents above 0 and below 50, such as 1%", ReadClip);

    private readonly Option<int?> rare = Parsing.WholeNumber(
        "--rare", "Categories with fewer training rows than N share one feature [default: each has its own]", 1, 10);

    private readonly Option<string?> target = Parsing.Choice("--target-transform", "Scaling of a regression's target, undone in every answer "
        + "[default: standard]", [.. ScalingNames.OfTargets.Select(each => each.Name)], each => each);

    private static string Names => string.Join(", ", ScalingNames.All.Select(each => each.Name));

    public PreprocessingArguments(Command command)
    {
        command.Validators.Add(result =>
        {
            if (result.GetValue(standardize) && result.GetValue(minMax))
                result.AddError("--standardize and --minmax exclude each other. Give one of them.");
            else if ((result.GetValue(standardize) || result.GetValue(minMax)) && result.Given(preprocess)?.OfAll is not null)
                result.AddError($"--preprocess and {(result.GetValue(minMax) ? "--minmax" : "--standardize")} both scale every column. Give one "
                    + "of them, or --preprocess for single columns (NAME=SCALING).");
        });
        foreach (var option in (Option[])[preprocess, standardize, minMax, clip, rare, target])
            command.Options.Add(option);
    }

    /// <summary>What was asked for; the target's name and the task are left to the caller.</summary>
    public PreprocessingOptions Read(ParseResult result)
    {
        var scalings = result.GetValue(preprocess) ?? new Scalings(null, []);
        var options = new PreprocessingOptions
        {
            Scaling = scalings.OfAll
                ?? (result.GetValue(minMax) ? Scaling.MinMax : result.GetValue(standardize) ? Scaling.Standardize : null),
            ColumnScaling = scalings.OfColumns,
            Clip = result.GetValue(clip),
            RareBelow = result.GetValue(rare) ?? 0,
        };
        return result.GetValue(target) is { } name && ScalingOf(name) is { } scaling ? options with { TargetScaling = scaling } : options;
    }

    private static Scaling? ScalingOf(string name) =>
        ScalingNames.All.Where(each => each.Name == name).Select(each => (Scaling?)each.Scaling).FirstOrDefault();

    private static bool ReadClip(string text, out OutlierClip? clip)
    {
        clip = null;
        var percent = text.EndsWith('%');
        if (!double.TryParse(percent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || !(number > 0) || !double.IsFinite(number) || (percent && number >= 50))
            return false;
        clip = percent ? OutlierClip.Quantiles(number / 100) : OutlierClip.Deviations(number);
        return true;
    }

    private static Scalings? ReadScalings(ArgumentResult result)
    {
        Scaling? ofAll = null;
        var ofColumns = new Dictionary<string, Scaling>(StringComparer.Ordinal);
        foreach (var part in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            var equals = part.LastIndexOf('=');
            var name = part[(equals + 1)..];
            if (equals == 0 || ScalingOf(name) is not { } scaling)
            {
                var near = Suggestion.Nearest(name, ScalingNames.All.Select(each => each.Name));
                result.AddError($"--preprocess has '{part}'. Expected SCALING or NAME=SCALING with SCALING one of "
                    + $"{Names}, such as robust or age=robust,income=log."
                    + (near is null ? "" : $" Did you mean '{near}'?"));
                return null;
            }

            var twice = equals < 0 ? ofAll is not null && ofAll != scaling
                : ofColumns.TryGetValue(part[..equals], out var other) && other != scaling;
            if (twice)
            {
                result.AddError($"--preprocess gives {(equals < 0 ? "all columns" : $"'{part[..equals]}'")} two scalings; '{part}' is the second. "
                    + "Give one of them.");
                return null;
            }

            if (equals < 0)
                ofAll = scaling;
            else
                ofColumns[part[..equals]] = scaling;
        }

        return new Scalings(ofAll, ofColumns);
    }

    private sealed record Scalings(Scaling? OfAll, Dictionary<string, Scaling> OfColumns);
}
