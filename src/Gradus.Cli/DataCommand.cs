using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Gradus.Cli;

/// <summary><c>gradus data</c>: the data sets known by name, and fetching them.</summary>
internal static class DataCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = Commands.Create("data", "Data sets that are known by name: list them, or fetch one", """
            gradus data list
            gradus data get mnist
            """);
        command.Subcommands.Add(CreateList(terminal));
        command.Subcommands.Add(CreateGet(terminal));
        return command;
    }

    private static Command CreateList(Terminal terminal)
    {
        var command = Commands.Create("list", "List the data sets and where they are on this machine", "gradus data list");
        var json = Parsing.Json();
        command.Options.Add(json);
        command.SetAction(result =>
        {
            if (result.GetValue(json))
                terminal.Json(new JsonObject { ["dataSets"] = new JsonArray([.. DataCatalog.Entries.Select(ToJson)]) });
            else
                Draw(terminal);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateGet(Terminal terminal)
    {
        var command = Commands.Create(
            "get", "Fetch a data set into the cache; an interrupted fetch goes on where it stopped", "gradus data get mnist");
        var name = new Argument<string>("NAME") { Description = string.Join(", ", DataCatalog.Entries.Select(entry => entry.Name)) };
        var json = Parsing.Json();
        command.Arguments.Add(name);
        command.Options.Add(json);
        command.SetAction(result =>
        {
            var asked = result.GetRequiredValue(name);
            var near = Suggestion.Nearest(asked, DataCatalog.Entries.Select(each => each.Name));
            var entry = DataCatalog.Find(asked) ?? throw new GradusException($"There is no known data set '{asked}'."
                + (near is null ? " 'gradus data list' shows them." : $" Did you mean '{near}'?"));
            var path = Fetch(entry, terminal);
            if (result.GetValue(json))
                terminal.Json(new JsonObject { ["name"] = entry.Name, ["path"] = path });
            else
                terminal.Say($"{entry.Name} is in {path}. Train on it with 'gradus train {entry.Name}'.");
            return ExitCode.Success;
        });
        return command;
    }

    private static string Fetch(CatalogEntry entry, Terminal terminal)
    {
        using var client = new HttpClient();
        var downloader = new DataDownloader(client);
        if (!terminal.IsInteractive)
        {
            terminal.Note($"Fetching {entry.Name}: {string.Join(", ", entry.Files.Select(file => file.Name))}");
            return downloader.GetAsync(entry, cancellationToken: terminal.Cancellation).GetAwaiter().GetResult();
        }

        return terminal.Progress.Progress().AutoClear(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 20 }, new DownloadedColumn(),
                new RemainingTimeColumn())
            .Start(context => downloader.GetAsync(
                entry, progress: new Bars(context), cancellationToken: terminal.Cancellation).GetAwaiter().GetResult());
    }

    private static void Draw(Terminal terminal)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(2)).AddColumn(new GridColumn().PadLeft(0));
        foreach (var entry in DataCatalog.Entries)
        {
            var rows = Figures.Count(entry.Rows) + (entry.TestRows > 0 ? $" + {Figures.Count(entry.TestRows)}" : "");
            var place = DataCatalog.Locate(entry)
                ?? (entry.Files.Count == 0 ? "comes with Gradus" : $"not here: gradus data get {entry.Name}");
            grid.AddRow(new Text(entry.Name), new Text($"{entry.Description}\n{rows} rows; target: {entry.Target}\n{place}"));
        }

        terminal.Screen.Write(grid);
    }

    private static JsonObject ToJson(CatalogEntry entry) => new()
    {
        ["name"] = entry.Name,
        ["description"] = entry.Description,
        ["task"] = Figures.TaskName(entry.Task),
        ["rows"] = entry.Rows,
        ["testRows"] = entry.TestRows,
        ["target"] = entry.Target,
        ["source"] = entry.Source,
        ["licence"] = entry.Licence,
        ["path"] = DataCatalog.Locate(entry),
    };

    /// <summary>One bar a file.</summary>
    private sealed class Bars(ProgressContext context) : IProgress<DownloadProgress>
    {
        private readonly Dictionary<string, ProgressTask> bars = new(StringComparer.Ordinal);

        public void Report(DownloadProgress value)
        {
            if (!bars.TryGetValue(value.File, out var bar))
                bars[value.File] = bar = context.AddTask(Markup.Escape(value.File), maxValue: value.Total ?? double.MaxValue);
            bar.Value = value.Received;
        }
    }
}
