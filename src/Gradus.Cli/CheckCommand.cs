using System.CommandLine;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary><c>gradus check</c>: runs the recipe on a user's data, and with <c>--fix</c> applies what it advises.</summary>
internal static class CheckCommand
{
    private const int MostRepairs = 12;

    public static Command Create(Terminal terminal)
    {
        var command = Commands.Create("check", "Run the recipe for training on a table: data, loss at the start, regularisation, gradients, "
            + "a few rows by heart, signals, learning rate, baselines", """
            gradus check titanic.csv --target survived
            gradus check california-housing --hidden 128,64 --lr 0.003 --fix
            """);
        var arguments = new TrainArguments(command, trains: false);
        var fix = Parsing.Flag("--fix", "Apply the advice, check again, and print the command line of 'train' that results");
        command.Options.Add(fix);
        command.SetAction(result =>
        {
            var request = arguments.Read(result);
            var (data, targets) = TrainCommand.Open(request, terminal);
            if (targets.Count > 1 || request.Losses.Any(loss => loss.Quantiles.Count > 1))
                throw new GradusException("The recipe checks one answer a row: one target and at most one quantile. Check each on its own.");
            var split = data.Split(request.Training.Seed, targets[0], request.Shares);
            var setup = new RecipeSetup
            {
                Train = split.Train,
                Validation = split.Validation,
                Test = split.Test,
                Model = request.ModelOptions(targets),
                Layers = request.Layers,
                Training = request.Training,
            };
            if (request.Members > 1)
                terminal.Note($"{(request.Folds is null ? "--ensemble" : "--folds")} trains {request.Members} such networks; the recipe is run on one of them.");
            var line = new CommandLine(result);
            return result.GetValue(fix) ? Fix(setup, line, request.Json, terminal) : Check(setup, request.Json, terminal);
        });
        return command;
    }

    private static int Check(RecipeSetup setup, bool json, Terminal terminal)
    {
        var report = Recipe.Run(Shown(setup, json, terminal), terminal.Cancellation);
        if (json)
            terminal.Json(CheckReport.ToJson(report));
        else
            CheckReport.Ending(report, terminal);
        return ExitCodeOf(report);
    }

    // The worst and earliest fault that can be repaired, again and again: later faults often follow from earlier ones.
    private static int Fix(RecipeSetup setup, CommandLine line, bool json, Terminal terminal)
    {
        var report = Recipe.Run(Shown(setup, json, terminal), terminal.Cancellation);
        var before = report;
        var (repairs, tried) = (new JsonArray(), new HashSet<string>());
        while (tried.Count < MostRepairs && Next(report, tried) is { Check: var check, Repair: var repair })
        {
            tried.Add(repair.Description);
            var changed = repair.Apply(setup);
            var after = Recipe.Run(changed, terminal.Cancellation);
            var (old, now) = (check.Verdict, after[check.Name]?.Verdict ?? Verdict.Pass);
            var helped = now < old && after.Checks.Count(each => each.Verdict == Verdict.Fail) <= report.Checks.Count(each => each.Verdict == Verdict.Fail);
            if (helped)
            {
                (setup, report) = (changed, after);
                line.Apply(repair);
            }

            repairs.Add(new JsonObject
            {
                ["check"] = check.Name,
                ["repair"] = repair.Description,
                ["before"] = check.Measured,
                ["after"] = after[check.Name]?.Measured,
                ["applied"] = helped,
            });
            if (!json)
                CheckReport.Repaired(check, repair, after[check.Name], helped, terminal);
        }

        if (json)
        {
            var answer = CheckReport.ToJson(report);
            answer["before"] = CheckReport.Name(before.Verdict);
            answer["repairs"] = repairs;
            answer["train"] = line.ToString();
            terminal.Json(answer);
            return ExitCodeOf(report);
        }

        CheckReport.Ending(report, terminal);
        terminal.Say("");
        terminal.Say(line.ToString());
        return ExitCodeOf(report);
    }

    private static (RecipeCheck Check, Repair Repair)? Next(RecipeReport report, HashSet<string> tried)
    {
        foreach (var check in report.Checks.Where(check => check.Verdict != Verdict.Pass).OrderByDescending(check => check.Verdict))
        {
            if (check.Repair is { } repair && !tried.Contains(repair.Description))
                return (check, repair);
        }

        return null;
    }

    private static RecipeSetup Shown(RecipeSetup setup, bool json, Terminal terminal) =>
        json ? setup : setup with { OnCheck = check => CheckReport.Line(check, terminal) };

    private static int ExitCodeOf(RecipeReport report) => report.Verdict == Verdict.Fail ? ExitCode.Failed : ExitCode.Success;
}
