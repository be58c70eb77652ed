using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Gradus.Cli;

/// <summary>The option of <c>train</c> that turns categories into vectors.</summary>
internal sealed class EmbeddingArguments
{
    private readonly Option<EmbeddingOptions?> embed = new("--embed")
    {
        HelpName = "N|NAME=N,…",
        Description = "Categories as trained vectors in place of one-hot features: of every category column, of length N [default: half of the "
            + "categories, at most 50], or of the columns named",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = Read,
    };

    public EmbeddingArguments(Command command) => command.Options.Add(embed);

    /// <summary>What was asked for; null without the option.</summary>
    public EmbeddingOptions? Read(ParseResult result) => result.GetResult(embed) is null ? null : result.GetValue(embed) ?? new EmbeddingOptions();

    private static EmbeddingOptions? Read(ArgumentResult result)
    {
        if (result.Tokens.Count == 0)
            return new EmbeddingOptions();
        var text = result.Tokens[^1].Value;
        if (IsWidth(text, out var width))
            return new EmbeddingOptions { Width = width };
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var part in text.Split(','))
        {
            var equals = part.LastIndexOf('=');
            if (equals < 1 || !IsWidth(part[(equals + 1)..], out width))
            {
                result.AddError($"--embed has '{part}'. Expected nothing, a length from 1 to {EmbeddingOptions.MaxWidth} for all category columns, such as 8, or "
                    + "NAME=LENGTH for single ones, such as city=16,street=32.");
                return null;
            }

            if (!columns.TryAdd(part[..equals], width))
            {
                result.AddError($"--embed names '{part[..equals]}' twice. Give it once.");
                return null;
            }
        }

        return new EmbeddingOptions { Columns = columns };
    }

    private static bool IsWidth(string text, out int width) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out width) && width is >= 1 and <= EmbeddingOptions.MaxWidth;
}
