using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary><c>gradus tune list|show|export|delete</c>: the studies that searches leave behind.</summary>
internal static class TuneStudies
{
    public static IEnumerable<Command> Commands(Terminal terminal) => [List(terminal), Show(terminal), Export(terminal), Delete(terminal)];

    private static Command List(Terminal terminal)
    {
        var command = Gradus.Cli.Commands.Create("list", "The studies of a folder, or of a database", "gradus tune list");
        var folder = new Argument<string>("FOLDER") { Description = "Where to look", DefaultValueFactory = _ => "." };
        command.Arguments.Add(folder);
        var (json, address) = (Parsing.Json(), StudyStore.CreateOption());
        command.Options.Add(address);
        command.Options.Add(json);
        command.SetAction(result =>
        {
            var at = result.GetValue(folder) ?? ".";
            if (result.GetValue(address) is not null && result.GetResult(folder) is { Implicit: false })
                throw new GradusException("FOLDER and --store are both given. Leave one of them out.");
            using var store = StudyStore.Of(result.GetValue(address));
            var studies = store.All(at).ToArray();
            if (result.GetValue(json))
            {
                terminal.Json(new JsonObject
                {
                    ["studies"] = new JsonArray([.. studies.Select(each => each.Study).Select(study => new JsonObject
                    {
                        ["study"] = study.Name,
                        ["data"] = study.Description.GetValueOrDefault("data"),
                        ["trials"] = study.Trials.Count,
                        ["ended"] = study.Trials.Count(trial => trial.HasEnded),
                        ["best"] = study.Best?.Value,
                    })]),
                });
                return ExitCode.Success;
            }

            if (studies.Length == 0)
            {
                terminal.Say($"There is no study {(result.GetValue(address) is null ? $"in '{at}'" : "in the store")}. 'gradus tune DATA' makes one.");
                return ExitCode.Success;
            }

            var table = Tables.New("study", "target", " ended", " trials", "best");
            foreach (var (label, study) in studies)
                table.Add(label, study.Description.GetValueOrDefault("target", ""), Figures.Count(study.Trials.Count(trial => trial.HasEnded)),
                    Figures.Count(study.Trials.Count), study.Best is { } best ? TuneReport.Value(best) : "none");
            terminal.Screen.Write(table);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Show(Terminal terminal)
    {
        var command = OfStudy("show", "The best trials of a study, and what decided", out var arguments, out var json);
        command.SetAction(result =>
        {
            using var store = arguments.Store(result);
            var study = Study.Read(store.Journal(arguments.Name(result)));
            if (result.GetValue(json))
            {
                var answer = TuneReport.ToJson(study);
                answer["description"] = new JsonObject(study.Description.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value)));
                terminal.Json(answer);
                return ExitCode.Success;
            }

            foreach (var (name, value) in study.Description)
                terminal.Say($"{name}: {value}");
            terminal.Say("");
            TuneReport.Draw(study, seconds: null, terminal);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Export(Terminal terminal)
    {
        var command = OfStudy("export", "All trials of a study as CSV, or as JSON", out var arguments, out var json);
        var output = new Option<string?>("--out") { HelpName = "FILE", Description = "The file [default: standard output]" };
        command.Options.Add(output);
        command.SetAction(result =>
        {
            using var store = arguments.Store(result);
            var study = Study.Read(store.Journal(arguments.Name(result)));
            string[] metrics = [.. study.Trials.SelectMany(trial => trial.Metrics.Keys).Distinct()];
            string[] names = [.. study.Space.Parameters.Select(parameter => parameter.Name)];
            if (result.GetValue(json))
            {
                terminal.Json(new JsonObject { ["trials"] = new JsonArray([.. study.Trials.Select(TuneReport.ToJson)]) });
                return ExitCode.Success;
            }

            var text = new StringBuilder().AppendJoin(',', (string[])["trial", "phase", "state", "value", "bestEpoch", "epochs", "seconds", .. names, .. metrics]).Append('\n');
            foreach (var trial in study.Trials)
            {
                text.AppendJoin(',', (string[])[Text(trial.Number), trial.Phase, trial.State.ToString().ToLowerInvariant(), Text(trial.Value), Text(trial.BestEpoch), Text(trial.EpochsTaken),
                    Text(trial.Seconds), .. names.Select(name => trial.Parameters.GetValueOrDefault(name, "")),
                    .. metrics.Select(name => trial.Metrics.TryGetValue(name, out var value) ? Text(value) : "")]).Append('\n');
            }

            if (result.GetValue(output) is { } file)
                AtomicFile.Write(file, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));
            else
                terminal.Output.Write(text);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Delete(Terminal terminal)
    {
        var command = OfStudy("delete", "Delete a study that no worker is at", out var arguments, out var json);
        command.SetAction(result =>
        {
            using var store = arguments.Store(result);
            var name = arguments.Name(result);
            Study.Delete(store.Journal(name));
            if (result.GetValue(json))
                terminal.Json(new JsonObject { ["deleted"] = name });
            terminal.Note($"Deleted {name}.");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command OfStudy(string name, string description, out StudyArguments arguments, out Option<bool> json)
    {
        var command = Gradus.Cli.Commands.Create(name, description, $"""
            gradus tune {name} california-housing{StudyStore.Extension}
            gradus tune {name} california-housing --store postgres://anna@db.lan/searches
            """);
        arguments = new StudyArguments(command);
        json = Parsing.Json();
        command.Options.Add(json);
        return command;
    }

    private sealed class StudyArguments
    {
        private readonly Argument<string> name = new("STUDY") { Description = $"The file of a study, as --study names it (NAME{StudyStore.Extension} by default), or its name in --store" };
        private readonly Option<string?> store = StudyStore.CreateOption();

        public StudyArguments(Command command)
        {
            command.Arguments.Add(name);
            command.Options.Add(store);
        }

        public string Name(ParseResult result) => result.GetValue(name) is { Length: > 0 } given ? given : throw new GradusException("STUDY is empty. Expected a name.");

        public StudyStore Store(ParseResult result) => StudyStore.Of(result.GetValue(store));
    }

    private static string Text(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";
}
