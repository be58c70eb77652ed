using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gradus.Cli;

/// <summary>The options of <c>train</c> that say which rows count, and for how much.</summary>
internal sealed class RowArguments
{
    private readonly Option<string?> weight = new("--weight")
    {
        HelpName = "COLUMN",
        Description = "The column that says how much each row counts, at least 0; it is no input",
    };

    /// <param name="command">Gets the options.</param>
    /// <param name="split">The option <c>--split</c>.</param>
    public RowArguments(Command command, Option<(double Validation, double Test)?> split)
    {
        command.Options.Add(Validation);
        command.Options.Add(weight);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Validation) is not { } path)
                return;
            if (result.Given(split) is { Validation: > 0 } shares)
            {
                result.AddError($"--validation and --split both give validation rows. Give --split {Percent(1 - shares.Validation - shares.Test)}/0/"
                    + $"{Percent(shares.Validation + shares.Test)} for training and test rows alone, or leave one of them out.");
            }
            else if (result.Children.OfType<OptionResult>().Any(option => option.Option.Name == "--folds"))
            {
                result.AddError("--validation and --folds both give validation rows. Leave one of them out.");
            }
            else if (path.Length == 0)
            {
                result.AddError("--validation is empty. Expected a file, such as validation.csv.");
            }
        });
    }

    /// <summary>The file of validation rows.</summary>
    public Option<string?> Validation { get; } = new("--validation")
    {
        HelpName = "FILE",
        Description = "Validation rows of their own, with the columns of DATA; --split then deals training and test rows [default: 80/0/20]",
    };

    /// <summary>The column of weights; null without.</summary>
    public string? Weight(ParseResult result) => result.GetValue(weight);

    private static string Percent(double share) => (share * 100).ToString("0.##", System.Globalization.CultureInfo.InvariantCulture);
}
