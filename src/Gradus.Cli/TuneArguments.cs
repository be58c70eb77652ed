using System.CommandLine;
using System.Globalization;

namespace Gradus.Cli;

/// <summary>The options of <c>tune</c> beside those of <c>train</c>, which are fixed.</summary>
internal sealed class TuneArguments
{
    private static readonly (string Name, SearchMethod Method)[] Methods =
        [("tpe", SearchMethod.Tpe), ("random", SearchMethod.Random), ("coarse-fine", SearchMethod.CoarseFine)];

    private readonly TrainArguments train;
    private readonly Option<int?> trials = Parsing.WholeNumber("--trials", "Networks to try, those of earlier runs of the study included [default: 100]", 1, 100);
    private readonly Option<TimeSpan?> time = Parsing.Value<TimeSpan?>("--time", "TIME", "Stop after this time; the same command goes on later",
        Parsing.ExpectedTime, Parsing.ReadTime);

    private readonly Option<string?> method = Parsing.Choice("--method", "How to choose [default: tpe]", [.. Methods.Select(each => each.Name)], each => each);
    private readonly Option<string?> space = new("--space")
    {
        HelpName = "FILE",
        Description = "What may change: a JSON file, or lecture (lr = 10^U(-6, -3), l2 = 10^U(-5, 5)) [default: lr (around the "
            + "suggestion of a range test), l2, dropout, width, depth, activation, batch, as far as no option fixes them]",
    };

    private readonly Option<string[]> vary = new("--vary")
    {
        HelpName = "NAME=RANGE",
        Description = "May change, such as lr=1e-4..1e-1:log, activation=relu,tanh, or a name alone for its usual range; several times for several: "
            + string.Join(", ", SearchSpace.Names),
    };

    private readonly Option<int?> halving = Parsing.Value<int?>("--halving", "N", "At each rung the best of N go on, or none: all trials run to their end [default: 3]",
        "none, or a whole number of at least 2, such as 3", (string text, out int? value) =>
        {
            var read = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 2;
            value = text == "none" ? 0 : number;
            return read || text == "none";
        });

    private readonly Option<int?> workers = Parsing.WholeNumber("--workers", "Trials at a time, one thread each; with 1 the same seed gives the same trials [default: one a core]", 1, 2);
    private readonly Option<string?> study = new("--study")
    {
        HelpName = "FILE",
        Description = $"Where the search is kept, and goes on from; with --store its name there [default: NAME{StudyStore.Extension}, of the data; NAME with --store]",
    };

    private readonly Option<string?> store = StudyStore.CreateOption();
    private readonly Option<string?> report = new("--report") { HelpName = "FILE", Description = "Write a page with charts of the search" };

    public TuneArguments(Command command)
    {
        train = new TrainArguments(command, trains: false);
        foreach (var option in (Option[])[trials, time, method, space, vary, halving, workers, study, store, report])
            command.Options.Add(option);
    }

    public TrainRequest Train(ParseResult result)
    {
        var request = train.Read(result);
        return request.Members == 1 ? request : throw new GradusException(
            $"{(request.Folds is null ? "--ensemble" : "--folds")} trains several networks, and a trial is one. Search without it, and add it to the line of train that results.");
    }

    public string? Study(ParseResult result) => result.GetValue(study) is { Length: 0 } ? throw new GradusException("--study is empty. Expected a name.") : result.GetValue(study);

    public string? Store(ParseResult result) => result.GetValue(store);

    public string? Report(ParseResult result) => result.GetValue(report);

    public SearchPlan Plan(ParseResult result, CommandLine line) => new()
    {
        Space = Space(result, line),
        Method = Methods.FirstOrDefault(each => each.Name == result.GetValue(method)).Method,
        Trials = result.GetValue(trials) ?? 100,
        Limit = result.GetValue(time),
        Seed = Train(result).Training.Seed,
        Workers = result.GetValue(workers),
        Epochs = int.Parse(line.Options["--epochs"][0], CultureInfo.InvariantCulture),
        Halving = result.GetValue(halving) switch { null => 3, 0 => null, var factor => factor },
    };

    /// <summary>The line of train that all trials begin with.</summary>
    public CommandLine Line(ParseResult result)
    {
        var given = new CommandLine(result, [.. ((Option[])[trials, time, method, space, vary, halving, workers, study, store, report]).Select(option => option.Name), "--threads"]);
        return given.Options.ContainsKey("--epochs") ? given
            : given.With([new("--epochs", new SearchPlan().Epochs.ToString(CultureInfo.InvariantCulture))]);
    }

    /// <summary>Whether the learning rates are those around the suggestion of a range test: where nothing says which to search.</summary>
    public bool MeasuresRate(ParseResult result, CommandLine line) => result.GetValue(space) is null && result.GetValue(vary) is null or []
        && !TrialLines.FixedBy(line).Contains("lr") && line.Options.GetValueOrDefault("--optimizer") is not ["lbfgs"];

    private SearchSpace Space(ParseResult result, CommandLine line)
    {
        SearchParameter[] varied = [.. (result.GetValue(vary) ?? []).Select(SearchParameter.Parse)];
        var given = result.GetValue(space);
        SearchSpace chosen;
        if (given is not null)
            chosen = varied.Aggregate(given == "lecture" ? SearchSpace.Lecture : SearchSpace.Read(given), (all, each) => all.With(each));
        else if (varied.Length > 0)
            chosen = new SearchSpace(varied);
        else
            return SearchSpace.Default.Without(TrialLines.FixedBy(line));
        if (chosen.Parameters.FirstOrDefault(each => line.Options.ContainsKey(TrialLines.OptionOf(each.Name))) is { } twice)
            throw new GradusException($"'{twice.Name}' is to change, and {TrialLines.OptionOf(twice.Name)} fixes it. Leave one of them out.");
        return chosen;
    }
}
