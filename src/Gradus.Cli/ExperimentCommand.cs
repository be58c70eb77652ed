using System.CommandLine;

namespace Gradus.Cli;

/// <summary><c>gradus experiment</c>: the experiments of the lectures, a command each.</summary>
internal static class ExperimentCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = Commands.Create("experiment", "Vary one setting of a network and see what it does", "gradus experiment width --repeat 3 --out width.html");
        foreach (var experiment in Experiment.All)
            command.Subcommands.Add(Create(experiment, terminal));
        return command;
    }

    private static Command Create(Experiment experiment, Terminal terminal)
    {
        var command = Commands.Create(experiment.Name, $"Vary the {experiment.Varies}: training and test error{(experiment.IsTimed ? ", times" : "")}",
            $"gradus experiment {experiment.Name} --repeat 3 --out {experiment.Name}.html");
        var arguments = new ExperimentArguments(command, experiment);
        command.SetAction(result =>
        {
            var files = ExperimentFiles.For(arguments.Output(result), experiment);
            if (files is not null)
                Page.CheckAvailable();
            var plan = arguments.Read(result, terminal);
            return Run(plan, files, arguments.IsJson(result), string.Join(' ', result.Tokens.Select(token => Quote(token.Value)).Prepend("gradus")), terminal);
        });
        return command;
    }

    private static int Run(ExperimentPlan plan, ExperimentFiles? files, bool asJson, string commandLine, Terminal terminal)
    {
        var runner = new ExperimentRunner(plan);
        using var journal = files is null ? null : ExperimentJournal.Open(files.Journal, runner.Description);
        if (journal is { Runs.Count: > 0 })
            terminal.Note($"{Figures.Count(journal.Runs.Count, "run")} of {journal.Path} {(journal.Runs.Count == 1 ? "is" : "are")} taken as they are.");
        ExperimentResult result;
        try
        {
            result = ExperimentProgress.Show(runner, plan, journal, terminal);
        }
        catch (OperationCanceledException) when (journal is not null)
        {
            terminal.Note($"Cancelled: {journal.Path} holds {Figures.Count(journal.Runs.Count, "finished run")}; the same command goes on from there.");
            return ExitCode.Failed;
        }

        if (files is not null)
            ExperimentPage.Of(result, commandLine, plan.Time.GetUtcNow()).Write(files.Page);
        if (asJson)
            terminal.Json(ExperimentReport.ToJson(result));
        else
            ExperimentReport.Draw(result, terminal);
        if (files is not null)
            terminal.Note($"Wrote {files.Page}.");
        return ExitCode.Success;
    }

    private static string Quote(string word) => word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ',' or ':' or '=')
        ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
