using System.CommandLine;

namespace Gradus.Cli;

/// <summary>The options of <c>train</c> for several networks in one model.</summary>
internal sealed class EnsembleArguments
{
    private const int MostMembers = 1_000;

    private readonly Option<int?> ensemble = Parsing.WholeNumber(
        "--ensemble", "Train this many networks on seeds of their own and average their answers", 2, Model.UsualMembers, MostMembers);

    private readonly Option<int?> folds = Parsing.WholeNumber(
        "--folds", "Cross-validate: deal training and validation rows into this many folds, train a network without each, and average "
        + "their answers", 2, Model.UsualMembers);

    public EnsembleArguments(Command command)
    {
        command.Options.Add(ensemble);
        command.Options.Add(folds);
        command.Validators.Add(result =>
        {
            if (result.GetResult(ensemble) is not null && result.GetResult(folds) is not null)
            {
                result.AddError("--ensemble and --folds exclude each other: both train several networks, on the same rows or each on its "
                    + "own folds. Give one of them.");
            }
        });
    }

    /// <summary>Networks to train on the same rows; null for one.</summary>
    public int? Ensemble(ParseResult result) => result.GetValue(ensemble);

    /// <summary>Folds; null for none.</summary>
    public int? Folds(ParseResult result) => result.GetValue(folds);
}
