using System.CommandLine;
using System.Globalization;

namespace Gradus.Cli;

/// <summary><c>gradus explain</c>: a formula with its gradients, a row's way through a model, or the columns that a model needs.</summary>
internal static class ExplainCommand
{
    private static readonly string[] Formats = ["tree", "mermaid", "dot", "svg"];

    public static Command Create(Terminal terminal)
    {
        var command = Commands.Create("explain", "Show how a formula gets its value and its gradients, how a model gets the answer for a "
            + "row, or which columns a model needs", """
            gradus explain "1/(w0*x0+w1)" --at w0=-2,x0=3,w1=4
            gradus explain "sigmoid(w*x+b)" --at w=1,x=2,b=-1 --format svg > graph.svg
            gradus explain digits.safetensors samples/digits.csv --row 7
            gradus explain digits.safetensors samples/digits.csv --importance
            """);
        var subject = new Argument<string>("FORMULA-or-MODEL")
        {
            Description = "A model file, if DATA is given; else numbers, names, + - * / ^, parentheses and the functions "
                + string.Join(", ", ParsedExpression.FunctionNames),
        };
        command.Arguments.Add(subject);
        var data = new DataArguments(command, "For a model: a CSV file, a folder with MNIST's IDX files (its test part), a known name, or - "
            + "for standard input", withKinds: false);
        var given = (Argument<string>)command.Arguments[^1];
        given.Arity = ArgumentArity.ZeroOrOne;
        var at = Parsing.Value<IReadOnlyDictionary<string, double>?>("--at", "NAME=NUMBER,…", "The value of each name of a formula",
            "NAME=NUMBER,…, such as w0=-2,x0=3, each name once", TryParsePoint);
        var format = Parsing.Choice("--format", "How to draw the graph of a formula [default: tree]", Formats, each => each);
        var row = Parsing.WholeNumber("--row", "The row of DATA to walk through the model; the first row under the header is 1 [default: 1]", 1, 7);
        var importance = Parsing.Flag("--importance", "How much worse the model is when a column is permuted, for every column");
        var notation = Parsing.Choice("--notation", "Patterns as rows, as rows with W transposed (outputs × inputs), or as columns "
            + "[default: row]", Orientation.All, each => each.Name);
        var seed = Parsing.Seed("Seed of the permutations [default: 1]");
        var json = Parsing.Json();
        foreach (var option in (Option[])[at, format, row, importance, notation, seed, json])
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            var (forFormula, forModel) = (new Option[] { at, format }, new Option[] { row, importance, notation, seed });
            var isModel = result.GetResult(given) is { Tokens.Count: > 0 };
            if ((isModel ? forFormula : forModel).FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } wrong)
                result.AddError(isModel ? $"{wrong.Name} is for a formula, but DATA is given." : $"{wrong.Name} is for a model and needs DATA.");
            else if (result.GetResult(row) is { Implicit: false } && result.GetValue(importance))
                result.AddError("--row explains one row and --importance a whole file; give one of them.");
        });
        command.SetAction(result =>
        {
            var text = result.GetRequiredValue(subject);
            if (result.GetValue(given) is null)
            {
                ShowFormula(text, result.GetValue(at) ?? new Dictionary<string, double>(), result.GetValue(format), result.GetValue(json), terminal);
                return ExitCode.Success;
            }

            var model = Model.Load(text);
            var table = Read(model, data.Given(result), data.Csv(result), needsTarget: result.GetValue(importance), terminal);
            if (result.GetValue(importance))
                ExplainImportance.Run(model, table, result.GetValue(seed) ?? 1, result.GetValue(json), terminal);
            else
                ShowRow(model, table, result.GetValue(row) ?? 1, result.GetValue(notation) ?? Orientation.Row, result.GetValue(json), terminal);
            return ExitCode.Success;
        });
        return command;
    }

    private static void ShowFormula(
        string text, IReadOnlyDictionary<string, double> at, string? format, bool asJson, Terminal terminal)
    {
        if (File.Exists(text))
            throw new GradusException($"'{text}' is a file. To explain a model give data too: gradus explain {text} DATA --row 1");
        var explanation = Explain(text, at);
        if (asJson)
            terminal.Json(ExplainExpression.ToJson(explanation));
        else
            ExplainExpression.Draw(explanation, format ?? "tree", terminal);
    }

    private static void ShowRow(Model model, Table table, int row, Orientation orientation, bool asJson, Terminal terminal)
    {
        if (row > table.RowCount)
            throw new GradusException($"--row is {row}, but '{table.Name}' has {Figures.Count(table.RowCount, "row")}.");
        var explanation = RowExplanation.Of(model, table.SelectRows([row - 1]));
        foreach (var message in explanation.Report.Messages())
            terminal.Note(message);
        if (asJson)
            terminal.Json(ExplainRow.ToJson(explanation, row, orientation));
        else
            ExplainRow.Draw(explanation, row, orientation, terminal);
    }

    /// <summary>The columns that a model needs, and the target if it is there or needed.</summary>
    private static Table Read(Model model, string path, CsvOptions csv, bool needsTarget, Terminal terminal)
    {
        if (!DataArguments.IsStream(path))
        {
            var set = DataSet.Open(path, csv);
            return set.Test ?? set.Table;
        }

        var text = "";
        if (path == DataArguments.StandardInput)
        {
            using var input = new StreamReader(terminal.OpenInput());
            text = input.ReadToEnd();
        }

        var kinds = new Dictionary<string, ColumnKind>(model.Preprocessor.InputKinds);
        var first = needsTarget ? null : Chunks(csv, 1).First();
        foreach (var target in model.Preprocessor.Targets.Where(target => first is null || first.TryGetColumn(target.Column, out _)))
            kinds[target.Column] = target.Kind;
        return Chunks(csv with { Columns = kinds }, int.MaxValue).First();

        IEnumerable<Table> Chunks(CsvOptions options, int rows) => path == DataArguments.StandardInput
            ? Table.ReadCsvInChunks(new StringReader(text), "standard input", options, rows)
            : Table.ReadCsvInChunks(path, options, rows);
    }

    private static ExpressionExplanation Explain(string text, IReadOnlyDictionary<string, double> at)
    {
        try
        {
            return ExpressionExplanation.Of(ParsedExpression.Parse(text), at);
        }
        catch (ExpressionSyntaxException e)
        {
            var near = e.UnknownFunction is { } name ? Suggestion.Nearest(name, ParsedExpression.FunctionNames) : null;
            var hint = near is not null ? $" Did you mean '{near}'?"
                : e.UnknownFunction is not null ? $" There are {string.Join(", ", ParsedExpression.FunctionNames)}; a product is written with *." : "";
            throw new GradusException($"Character {e.Position + 1}: {e.Message}{hint}\n{e.Caret}", e);
        }
    }

    private static bool TryParsePoint(string text, out IReadOnlyDictionary<string, double>? point)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        point = values;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !double.TryParse(part.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                || !values.TryAdd(part[..equals].TrimEnd(), value))
                return false;
        }

        return true;
    }
}
