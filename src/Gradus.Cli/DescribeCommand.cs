using System.CommandLine;
using System.Text.Json.Nodes;

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
            gradus describe mnist --augment shift=2,elastic=34 --pictures pictures.png
            """);
        var data = new DataArguments(
            command, "A CSV file, a folder with MNIST's IDX files, a known name, - for standard input, or a model file", withKinds: true);
        var json = Parsing.Json();
        command.Options.Add(json);
        var pictures = new Option<string?>("--pictures")
        {
            HelpName = "FILE",
            Description = "Images: draw the first ones as a PNG file; with --augment, each as it is and then changed",
        };
        command.Options.Add(pictures);
        var augmentation = new AugmentationArguments(command);
        command.SetAction(result =>
        {
            var path = data.Given(result);
            var (amounts, inProportion) = augmentation.Read(result);
            var sheet = result.GetValue(pictures);
            if (amounts is not null && sheet is null)
                throw new GradusException("--augment is for a drawing of images. Give --pictures FILE too, such as --pictures pictures.png.");
            if (IsModel(path))
            {
                if (sheet is not null)
                    throw new GradusException($"'{path}' is a model file; --pictures draws images of data.");
                var model = Model.Load(path);
                if (result.GetValue(json))
                    terminal.Json(ModelDescription.ToJson(model));
                else
                    ModelDescription.Draw(model, Path.GetFileName(path), terminal);
                return ExitCode.Success;
            }

            var set = DataArguments.Open(path, data.Csv(result), terminal);
            if (sheet is not null)
                return DrawPictures(set.Table, amounts is null ? null : size => inProportion ? Augmentation.DefaultFor(size) : amounts, sheet, result.GetValue(json), terminal);
            if (result.GetValue(json))
                terminal.Json(TableDescription.ToJson(set));
            else
                TableDescription.Draw(set, terminal);
            return ExitCode.Success;
        });
        return command;
    }

    private static int DrawPictures(Table table, Func<ImageSize, Augmentation>? augmentation, string path, bool json, Terminal terminal)
    {
        if (path.Length == 0)
            throw new GradusException("--pictures is empty. Expected a file name, such as pictures.png.");
        var sheet = PictureSheet.Of(table, augmentation);
        sheet.Save(path);
        if (json)
            terminal.Json(new JsonObject { ["pictures"] = path, ["height"] = sheet.Images.Height, ["width"] = sheet.Images.Width, ["augmentation"] = sheet.Augmentation?.ToString() });
        else
            terminal.Say($"{path}: images of {sheet.Images} pixels{(sheet.Augmentation is null ? "" : $", each as it is and then changed by {sheet.Augmentation}")}.");
        return ExitCode.Success;
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
