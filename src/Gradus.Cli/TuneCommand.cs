using System.CommandLine;
using System.Globalization;

namespace Gradus.Cli;

/// <summary><c>gradus tune</c>: searches the settings of a network, and trains the best.</summary>
internal static class TuneCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = Commands.Create("tune", "Search the settings of a network on a table, and save the best; options of train that are given stay fixed "
            + "(--epochs is 60 here)", """
            gradus tune california-housing --trials 200 --time 10m
            gradus tune titanic.csv --target survived --vary lr --vary dropout=0..0.6
            gradus tune california-housing --store postgres://anna@db.lan/searches
            """);
        var arguments = new TuneArguments(command);
        command.SetAction(result => Run(result, arguments, terminal));
        foreach (var subcommand in TuneStudies.Commands(terminal))
            command.Subcommands.Add(subcommand);
        return command;
    }

    private static int Run(ParseResult result, TuneArguments arguments, Terminal terminal)
    {
        var (request, line) = (arguments.Train(result), arguments.Line(result));
        var plan = arguments.Plan(result, line);
        using var store = StudyStore.Of(arguments.Store(result));
        var page = arguments.Report(result);
        if (page is not null)
        {
            Page.CheckAvailable();
            AtomicFile.CheckWritable(page);
        }

        var (data, targets) = TrainCommand.Open(request, terminal);
        var path = request.Output ?? data.Name + ".safetensors";
        AtomicFile.CheckWritable(path);
        var split = data.Split(request.Training.Seed, targets[0], request.Shares);
        var lines = new TrialLines(line);
        NetworkTrials? networks = null;
        networks = new NetworkTrials(split.Train, split.Validation, request.ModelOptions(targets), trial => lines.SetupOf(trial, networks?.Training));
        var started = plan.Time.GetTimestamp();
        var journal = store.Journal(arguments.Study(result) ?? store.DefaultName(data.Name));
        var description = Description(plan, line, data, targets, networks);
        Study study;
        if (arguments.MeasuresRate(result, line))
        {
            description["learning rates"] = "around the suggestion of a range test";
            try
            {
                study = Study.Open(journal, () => AroundRate(plan.Space, networks, lines.SetupOf(Plain(plan), networks.Training), terminal), description);
            }
            catch (OperationCanceledException)
            {
                terminal.Note("Interrupted before the first trial.");
                return ExitCode.Interrupted;
            }
        }
        else
        {
            study = Study.Open(journal, plan.Space, description);
        }

        plan = plan with { Space = study.Space };
        TuneProgress.Show(plan, study, networks, terminal);
        var seconds = plan.Time.GetElapsedTime(started).TotalSeconds;
        if (study.Best is not { } best)
        {
            terminal.Note($"No trial was trained to its end, so no model was saved. The same command goes on with '{study.Name}'.");
            return ExitCode.Failed;
        }

        if (terminal.Cancellation.IsCancellationRequested)
        {
            TuneReport.Draw(study, seconds, terminal);
            terminal.Note($"Interrupted. The same command goes on with '{study.Name}'.");
            return ExitCode.Interrupted;
        }

        var again = lines.RequestOf(best);
        var model = Model.For(split.Train, again.ModelOptions(targets), again.Layers);
        var history = model.Train(networks.Training, networks.Judged, TrialLines.TrainingOf(again, networks.Training) with { Threads = request.Training.Threads }, terminal.Cancellation);
        if (history.StopReason == StopReason.Cancelled)
        {
            terminal.Note($"Interrupted while the best was trained again; no model was saved. The same command goes on with '{study.Name}'.");
            return ExitCode.Interrupted;
        }

        model.Save(path);
        var test = split.Test.RowCount > 0 && model.Encode(split.Test) is { Rows: > 0 } rows ? model.Evaluate(rows) : null;
        var command = lines.LineOf(best).ToString();
        if (page is not null)
            TunePage.Of(study, command, plan.Time.GetUtcNow()).Write(page);
        if (request.Json)
        {
            terminal.Json(TuneReport.ToJson(study, best, seconds, test, command));
            return ExitCode.Success;
        }

        TuneReport.Draw(study, seconds, terminal);
        if (test is not null)
            terminal.Say($"On {Figures.Count(test.Count, "test row")}: {string.Join(", ", test.Values.Keys.Select(name => $"{Figures.Heading(name)} {test.Format(name)}"))}.");
        terminal.Say($"Saved {path}. The line that repeats it:");
        terminal.Say("");
        terminal.Say(command);
        return ExitCode.Success;
    }

    // The network of the command line alone.
    private static StudyTrial Plain(SearchPlan plan) => new(0, new Dictionary<string, string>(), plan.Epochs, StudyTrial.OnlyPhase);

    private static SearchSpace AroundRate(SearchSpace space, NetworkTrials networks, TrialSetup plain, Terminal terminal)
    {
        if (networks.SuggestRate(plain, terminal.Cancellation) is not { } rate)
        {
            terminal.Note("The range test suggests no learning rate: at none does the loss fall. 'gradus check' says more.");
            return space;
        }

        var around = space.AroundRate(rate);
        terminal.Note(string.Create(CultureInfo.InvariantCulture, $"Learning rate: the range test suggests {rate:G2}; searched: {around.Parameters.First(each => each.Name == "lr")}."));
        return around;
    }

    // Whatever changes the result of a trial, beside its values.
    private static Dictionary<string, string> Description(SearchPlan plan, CommandLine line, DataSet data, IReadOnlyList<string> targets, NetworkTrials networks)
    {
        var description = new Dictionary<string, string>
        {
            ["data"] = data.Name,
            ["target"] = string.Join(',', targets),
            ["training and validation rows"] = string.Create(CultureInfo.InvariantCulture, $"{networks.Training.Rows} and {networks.Judged.Rows}"),
            ["checksums of the rows"] = networks.Checksum,
            ["method"] = plan.Method.ToString(),
            ["seed"] = plan.Seed.ToString(CultureInfo.InvariantCulture),
        };
        if (plan.Method == SearchMethod.CoarseFine)
            description["coarse trials"] = plan.CoarseTrials.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, words) in line.Options.Where(option => option.Key is not ("--out" or "--target" or "--seed" or "--no-baselines")))
            description[name] = string.Join(' ', words);
        return description;
    }
}
