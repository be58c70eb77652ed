using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary><c>gradus predict</c>: a CSV file with an answer for each row, however many there are.</summary>
internal static class PredictCommand
{
    private const int MostRowsAtOnce = 16_384;
    private const int MostFeaturesAtOnce = 4_000_000;   // 16 MB of float32

    public static Command Create(Terminal terminal)
    {
        var command = Commands.Create("predict", "Predict the target of each row, as CSV in the order of the rows: a number (and "
            + "q(share), each of several quantiles), or the class and p(class), the probability of each class", """
            gradus predict digits.safetensors samples/digits.csv --out predictions.csv
            cat samples/digits.csv | gradus predict digits.safetensors - | head
            """);
        var model = new Argument<string>("MODEL") { Description = "A model file" };
        command.Arguments.Add(model);
        var data = new DataArguments(command, "A CSV file with the model's input columns, a folder with MNIST's IDX files (its test part), "
            + "a known name, or - for standard input", withKinds: false);
        var output = new Option<string?>("--out") { HelpName = "FILE", Description = "The CSV file [default: standard output]" };
        var json = Parsing.Json();
        command.Options.Add(output);
        command.Options.Add(json);
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(output) is null)
                result.AddError("--json needs --out FILE: without it the predictions go to standard output.");
        });
        command.SetAction(result =>
        {
            var file = result.GetValue(output);
            var given = data.Given(result);
            var modelPath = result.GetRequiredValue(model);
            if (file is not null)
                CheckOutput(file, given, modelPath);
            var loaded = Model.Load(modelPath);
            var tables = Tables(loaded, given, data.Csv(result), terminal);
            var started = Stopwatch.GetTimestamp();
            var rows = file is null
                ? Write(loaded, tables, terminal.Output, terminal)
                : WriteFile(loaded, tables, file, terminal);
            if (file is null)
                return ExitCode.Success;
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (result.GetValue(json))
                terminal.Json(new JsonObject { ["rows"] = rows, ["seconds"] = seconds, ["target"] = TargetNames.Of(loaded), ["out"] = file });
            else
                terminal.Say($"Wrote {Figures.Count(rows, "prediction")} to {file}; {Figures.Rate(rows / Math.Max(seconds, 1e-9))}.");
            return ExitCode.Success;
        });
        return command;
    }

    private static void CheckOutput(string file, string data, string model)
    {
        if (file.Length == 0)
            throw new GradusException("--out is empty. Expected a file name, such as predictions.csv.");
        if (Path.GetFullPath(file) is var full && (full == Path.GetFullPath(data) || full == Path.GetFullPath(model)))
            throw new GradusException($"--out '{file}' is also what is read. Choose another name.");
        AtomicFile.CheckWritable(file);
    }

    private static IEnumerable<Table> Tables(Model model, string path, CsvOptions csv, Terminal terminal)
    {
        if (DataArguments.IsStream(path))
        {
            var rows = Math.Clamp(MostFeaturesAtOnce / model.Preprocessor.FeatureCount, 1, MostRowsAtOnce);
            return DataArguments.Chunks(model, path, csv, withTarget: false, rows, terminal);
        }

        var set = DataArguments.OpenFor(model, path, csv, withTarget: false, terminal);
        if (set.Test is not null)
            terminal.Note($"Predicting the test part that '{set.Name}' comes with.");
        return [set.Test ?? set.Table];
    }

    private static long WriteFile(Model model, IEnumerable<Table> tables, string file, Terminal terminal)
    {
        var rows = 0L;
        AtomicFile.Write(file, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true);
            rows = Write(model, tables, writer, terminal);
        });
        return rows;
    }

    private static long Write(Model model, IEnumerable<Table> tables, TextWriter output, Terminal terminal)
    {
        var findings = new Findings();
        PredictionWriter? writer = null;
        try
        {
            foreach (var table in tables)
            {
                var predictions = model.Predict(table);
                findings.Add(predictions.Report, writer?.Rows ?? 0);
                writer ??= new PredictionWriter(output, model);   // only once a first chunk was good
                writer.Write(predictions);
                terminal.Cancellation.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            writer?.Dispose();
        }

        foreach (var message in findings.Total.Messages())
            terminal.Note(message);
        return writer?.Rows ?? 0;
    }

    /// <summary>Adds up what the chunks had to report.</summary>
    private sealed class Findings
    {
        private readonly OrderedDictionary<string, ColumnReport> columns = [];

        public TransformReport Total => new([.. columns.Values], 0);

        public void Add(TransformReport report, long rowsBefore)
        {
            foreach (var found in report.Columns)
            {
                var shifted = found.UnseenRow > 0 ? found with { UnseenRow = (int)(found.UnseenRow + rowsBefore) } : found;
                columns[found.Name] = !columns.TryGetValue(found.Name, out var sum) ? shifted : sum with
                {
                    Missing = sum.Missing + found.Missing,
                    Unseen = sum.Unseen + found.Unseen,
                    UnseenExample = sum.UnseenExample ?? found.UnseenExample,
                    UnseenRow = sum.UnseenRow > 0 ? sum.UnseenRow : shifted.UnseenRow,
                };
            }
        }
    }
}
