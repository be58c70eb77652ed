using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Gradus.Cli;

/// <summary>The command line: all commands, and what happens to their errors.</summary>
internal static class Commands
{
    private const int HelpWidth = 80;

    private static readonly NamedCommand[] All =
    [
        new("train", TrainCommand.Create),
        new("check", CheckCommand.Create),
        new("tune", TuneCommand.Create),
        new("evaluate", EvaluateCommand.Create),
        new("predict", PredictCommand.Create),
        new("describe", DescribeCommand.Create),
        new("explain", ExplainCommand.Create),
        new("experiment", ExperimentCommand.Create),
        new("data", DataCommand.Create),
        new("bench", BenchCommand.Create),
    ];

    /// <summary>Runs a command line and returns the exit code.</summary>
    public static int Run(string[] args, Terminal terminal)
    {
        try
        {
            var result = Root(args, terminal).Parse(args.Length == 0 ? ["--help"] : args);
            return result.Action is ParseErrorAction
                ? Refuse(result, terminal)
                : result.Invoke(new InvocationConfiguration
                {
                    Output = terminal.Output,
                    Error = terminal.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                });
        }
        catch (GradusException e)
        {
            terminal.Note(e.Message);
            return ExitCode.BadInput;
        }
        catch (OperationCanceledException)
        {
            terminal.Note("Cancelled; nothing was written.");
            return ExitCode.Failed;
        }
        catch (OutOfMemoryException)
        {
            terminal.Note("There is not enough memory for this. Use a smaller network, smaller batches or fewer rows.");
            return ExitCode.Failed;
        }
        catch (IOException e)
        {
            terminal.Note($"Reading or writing failed: {e.Message}");
            return ExitCode.Failed;
        }
    }

    /// <summary>A command with an example at the end of its help.</summary>
    public static Command Create(string name, string description, string example)
    {
        var command = new Command(name, description);
        command.Options.Add(new HelpOption { Action = new HelpWithExample(example) });
        return command;
    }

    private static RootCommand Root(string[] args, Terminal terminal)
    {
        var root = new RootCommand("Gradus trains, explains and ships feedforward neural networks.") { HelpName = "gradus" };
        foreach (var option in root.Options)
        {
            if (option is HelpOption)
                option.Action = new HelpWithExample("gradus train samples/digits.csv --target digit");
        }

        // Options are many: only those of the command that is asked for are made, or all, for help and for suggestions.
        var asked = Array.Find(All, command => command.Name == args.FirstOrDefault());
        foreach (var command in asked is null ? All : [asked])
            root.Subcommands.Add(command.Create(terminal));
        return root;
    }

    private static int Refuse(ParseResult result, Terminal terminal)
    {
        var command = result.CommandResult.Command;
        if (result.UnmatchedTokens is [var token, ..])
        {
            var isOption = token.StartsWith('-');
            var known = isOption ? command.Options.Select(option => option.Name) : command.Subcommands.Select(sub => sub.Name);
            var near = Suggestion.Nearest(token, known);
            var what = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
            var shown = token.IndexOf("://", StringComparison.Ordinal) is > 0 and var at ? token[..at] + "://…" : token;   // may hold a password
            terminal.Note($"There is no {what} '{shown}' here." + (near is null ? "" : $" Did you mean '{near}'?"));
        }
        else
        {
            foreach (var error in result.Errors)
                terminal.Note(error.Message);
        }

        var path = string.Join(' ', Path(result.CommandResult));
        terminal.Note($"'{path} --help' lists what there is.");
        return ExitCode.BadInput;
    }

    private static IEnumerable<string> Path(System.CommandLine.Parsing.CommandResult result)
    {
        var names = new Stack<string>();
        for (System.CommandLine.Parsing.SymbolResult? at = result; at is not null; at = at.Parent)
        {
            if (at is System.CommandLine.Parsing.CommandResult { Command: not RootCommand and var command })
                names.Push(command.Name);
        }

        return names.Prepend("gradus");
    }

    private sealed record NamedCommand(string Name, Func<Terminal, Command> Create);

    private sealed class HelpWithExample(string example) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            // A subcommand stands in the place of its parent's arguments.
            foreach (var argument in parseResult.CommandResult.Command.Parents.OfType<Command>().SelectMany(parent => parent.Arguments))
                argument.Hidden = true;
            new HelpAction { MaxWidth = HelpWidth }.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Example:");
            foreach (var line in example.Split('\n'))
                output.WriteLine($"  {line.TrimEnd('\r')}");
            return ExitCode.Success;
        }
    }
}
