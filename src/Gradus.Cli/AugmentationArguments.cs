using System.CommandLine;

namespace Gradus.Cli;

/// <summary>The option <c>--augment</c>.</summary>
internal sealed class AugmentationArguments
{
    private readonly Option<Augmentation?> option = new("--augment")
    {
        HelpName = "NAME=AMOUNT,…",
        Arity = ArgumentArity.ZeroOrOne,
        Description = "Images: change them anew in each epoch, by up to: "
            + string.Join("; ", Augmentation.Amounts.Select(each => $"{each.Name}{(each.Unit.Length > 0 ? $" ({each.Unit})" : "")} {each.Description}"))
            + $". Without amounts: {Augmentation.Default} in proportion to the images",
        CustomParser = result =>
        {
            if (result.Tokens.Count == 0)
                return Augmentation.Default;
            if (Augmentation.TryParse(result.Tokens[^1].Value, out var augmentation, out var error))
                return augmentation;
            result.AddError($"--augment: {error}");
            return null;
        },
    };

    public AugmentationArguments(Command command) => command.Options.Add(option);

    /// <summary>The amounts, or null; and whether they are the default's, to be put in proportion to the images.</summary>
    public (Augmentation? Amounts, bool InProportion) Read(ParseResult result) =>
        result.GetResult(option) is { } given ? (result.GetValue(option) ?? Augmentation.Default, given.Tokens.Count == 0) : (null, false);
}
