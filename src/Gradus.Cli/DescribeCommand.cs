using System.CommandLine;

namespace Gradus.Cli;

/// <summary><c>gradus describe</c>: what is in a table, or in a model file.</summary>
internal static class DescribeCommand
{
    private const string ModelExtension = ".safetensors";

    public static Command Create(Terminal terminal)
    {
        var command = Commands.Create("describe", "Show what is in a table, or in a model file", """
            gradus describe samples/digits.csv
            gradus describe digits.safetensors
            """);
        var data = new DataArguments(
            command, "A CSV file, a folder with MNIST's IDX files, a known name, - for standard input, or a model file", withKinds: true);
        var json = Parsing.Json();
        command.Options.Add(json);
        command.SetAction(result =>
        {
            var path = data.Given(result);
            if (IsModel(path))
            {
                var model = Model.Load(path);
                if (result.GetValue(json))
                    terminal.Json(ModelDescription.ToJson(model));
                else
                    ModelDescription.Draw(model, Path.GetFileName(path), terminal);
                return ExitCode.Success;
            }

            var set = DataArguments.Open(path, data.Csv(result), terminal);
            if (result.GetValue(json))
                terminal.Json(TableDescription.ToJson(set));
            else
                TableDescription.Draw(set, terminal);
            return ExitCode.Success;
        });
        return command;
    }

    // Eight bytes of length, then JSON: no text begins so.
    private static bool IsModel(string path)
    {
        if (path.EndsWith(ModelExtension, StringComparison.OrdinalIgnoreCase) || !File.Exists(path))
            return path.EndsWith(ModelExtension, StringComparison.OrdinalIgnoreCase) && !Directory.Exists(path);
        Span<byte> start = stackalloc byte[9];
        using var stream = File.OpenRead(path);
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start[7] == 0 && start[8] == (byte)'{';
    }
}
