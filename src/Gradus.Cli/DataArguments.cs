using System.CommandLine;

namespace Gradus.Cli;

/// <summary>The DATA argument and how its file is read.</summary>
internal sealed class DataArguments
{
    /// <summary>DATA that stands for standard input.</summary>
    public const string StandardInput = "-";

    private readonly Argument<string> data = new("DATA");
    private readonly Option<IReadOnlyDictionary<string, ColumnKind>?> columns;
    private readonly Option<char?> delimiter = Parsing.Value<char?>(
        "--delimiter", "CHARACTER", "Character between fields; found out by default", "one character, such as ';', or tab",
        (string text, out char? value) =>
        {
            value = text is "tab" or @"\t" ? '\t' : text.Length == 1 ? text[0] : null;
            return value is not null and not '"' and not '\n' and not '\r';
        });

    private readonly Option<bool> noHeader = Parsing.Flag("--no-header", "The first row is data; columns are called column1, column2, …");

    /// <param name="command">Gets the argument and the options.</param>
    /// <param name="description">What DATA may be.</param>
    /// <param name="withKinds">Whether kinds of columns may be given.</param>
    /// <param name="byDefault">What DATA is if it is left out; null if it may not be.</param>
    public DataArguments(Command command, string description, bool withKinds, string? byDefault = null)
    {
        if (byDefault is not null)
        {
            data.DefaultValueFactory = _ => byDefault;
            data.Arity = ArgumentArity.ZeroOrOne;
        }

        data.Description = description;
        columns = new Option<IReadOnlyDictionary<string, ColumnKind>?>("--columns")
        {
            HelpName = "NAME=KIND,…",
            Description = $"Kinds of columns, where they are not to be found out: {KindNames}",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = ReadKinds,
        };
        command.Arguments.Add(data);
        if (withKinds)
            command.Options.Add(columns);
        command.Options.Add(delimiter);
        command.Options.Add(noHeader);
    }

    private static string KindNames { get; } =
        string.Join(", ", Enum.GetNames<ColumnKind>().Select(name => name.ToLowerInvariant()));

    /// <summary>The argument.</summary>
    public Argument<string> Argument => data;

    /// <summary>The path or name.</summary>
    /// <exception cref="GradusException">It is empty.</exception>
    public string Given(ParseResult result) => result.GetRequiredValue(data) is { Length: > 0 } given ? given
        : throw new GradusException("DATA is empty. Expected a file, a folder or a known name, such as samples/digits.csv.");

    /// <summary>How to read the file.</summary>
    public CsvOptions Csv(ParseResult result) => new()
    {
        HasHeader = result.GetValue(noHeader) ? false : null,
        Delimiter = result.GetValue(delimiter),
        Columns = result.GetValue(columns) ?? new Dictionary<string, ColumnKind>(),
    };

    /// <summary>Opens a file, a folder, a known name or standard input.</summary>
    public static DataSet Open(string path, CsvOptions csv, Terminal terminal)
    {
        if (path == StandardInput)
        {
            using var input = terminal.OpenInput();
            return new DataSet { Name = "input", Table = Table.ReadCsv(input, "standard input", csv) };
        }

        var set = DataSet.Open(path, csv);
        if (csv.Columns.Count > 0 && set.Table.Columns.Any(column => column is PixelColumn))
            throw new GradusException($"'{path}' holds images, whose columns are pixels and a label; --columns is for CSV files.");
        return set;
    }

    /// <summary>Opens data for a model: only the columns that it needs are read, and as the kinds it was trained with.</summary>
    public static DataSet OpenFor(Model model, string path, CsvOptions csv, bool withTarget, Terminal terminal)
    {
        if (!IsStream(path))
            return DataSet.Open(path, csv);
        var whole = Chunks(model, path, csv, withTarget, int.MaxValue, terminal).First();
        return new DataSet { Name = whole.Name, Table = whole };
    }

    /// <summary>Reads a CSV file or standard input in chunks of the columns that a model needs.</summary>
    public static IEnumerable<Table> Chunks(
        Model model, string path, CsvOptions csv, bool withTarget, int rows, Terminal terminal)
    {
        var kinds = new Dictionary<string, ColumnKind>(model.Preprocessor.InputKinds);
        foreach (var target in withTarget ? model.Preprocessor.Targets : [])
            kinds[target.Column] = target.Kind;
        if (withTarget && model.WeightColumn is { } weight)
            kinds[weight] = ColumnKind.Number;
        var options = csv with { Columns = kinds };
        if (path != StandardInput)
            return Table.ReadCsvInChunks(path, options, rows);
        return Table.ReadCsvInChunks(new StreamReader(terminal.OpenInput()), "standard input", options, rows);
    }

    /// <summary>Whether the path is read row by row: standard input or a file, but not a folder of images or a known name.</summary>
    public static bool IsStream(string path) => path == StandardInput || File.Exists(path)
        || (!Directory.Exists(path) && (Path.HasExtension(path) || path.AsSpan().ContainsAny('/', '\\')));

    private static Dictionary<string, ColumnKind>? ReadKinds(System.CommandLine.Parsing.ArgumentResult result)
    {
        var kinds = new Dictionary<string, ColumnKind>(StringComparer.Ordinal);
        foreach (var part in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            var equals = part.LastIndexOf('=');
            var kind = equals < 0 ? "" : part[(equals + 1)..];
            if (equals > 0 && KindNames.Split(", ").Contains(kind))
            {
                if (kinds.TryAdd(part[..equals], Enum.Parse<ColumnKind>(kind, ignoreCase: true)))
                    continue;
                result.AddError($"--columns names '{part[..equals]}' twice; '{part}' is the second. Give it once.");
                return null;
            }

            result.AddError($"--columns has '{part}'. Expected NAME=KIND with KIND one of {KindNames}, such as "
                + "passengerId=ignored,class=category.");
            return null;
        }

        return kinds;
    }
}
