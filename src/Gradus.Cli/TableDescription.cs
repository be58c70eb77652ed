using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>What <c>describe</c> shows of a table.</summary>
internal static class TableDescription
{
    private const int MostColumns = 40;
    private const int TopCategories = 3;

    public static void Draw(DataSet set, Terminal terminal)
    {
        var pixels = set.Table.Columns.OfType<PixelColumn>().Select(column => column.Name).ToArray();
        var test = set.Test is null ? "" : $" and {Figures.Count(set.Test.RowCount, "test row")}";
        terminal.Say($"{set.Name}: {Figures.Count(set.Table.RowCount, "row")}{test}, "
            + $"{Figures.Count(set.Table.Columns.Count, "column")}{(set.Target is null ? "" : $"; usual target: {set.Target}")}");
        if (pixels.Length > 0)
            terminal.Say($"{pixels[0]} … {pixels[^1]}: {Figures.Count(pixels.Length, "pixel")} from 0 to 255");

        var table = Tables.New("column", "kind", " missing", " distinct", "values");
        var shown = TableSummary.Of(pixels.Length > 0 ? set.Table.Without(pixels) : set.Table, TopCategories).Columns;
        foreach (var column in shown.Take(MostColumns))
        {
            table.Add(column.Name, Kind(column.Kind), column.Missing == 0 ? "" : Figures.Count(column.Missing),
                column.Kind == ColumnKind.Ignored ? "" : Figures.Count(column.Distinct), Values(column));
        }

        terminal.Screen.Write(table);
        if (shown.Count > MostColumns)
            terminal.Say($"and {Figures.Count(shown.Count - MostColumns, "more column")}; --json has them all.");
    }

    public static JsonObject ToJson(DataSet set)
    {
        var summary = TableSummary.Of(set.Table);
        return new JsonObject
        {
            ["name"] = set.Name,
            ["rows"] = summary.Rows,
            ["testRows"] = set.Test?.RowCount ?? 0,
            ["target"] = set.Target,
            ["columns"] = new JsonArray([.. summary.Columns.Select(ToJson)]),
        };
    }

    private static JsonObject ToJson(ColumnSummary column)
    {
        var json = new JsonObject
        {
            ["name"] = column.Name,
            ["kind"] = Kind(column.Kind),
            ["missing"] = column.Missing,
            ["distinct"] = column.Distinct,
        };
        if (column.Numbers is { } numbers)
        {
            json["minimum"] = numbers.Minimum;
            json["mean"] = numbers.Mean;
            json["median"] = numbers.Median;
            json["maximum"] = numbers.Maximum;
            json["deviation"] = numbers.Deviation;
        }

        if (column.Top.Count > 0)
        {
            json["top"] = new JsonArray([.. column.Top.Select(
                each => new JsonObject { ["category"] = each.Category, ["count"] = each.Count })]);
        }

        if (column.Note is not null)
            json["note"] = column.Note;
        return json;
    }

    private static string Kind(ColumnKind kind) => kind.ToString().ToLowerInvariant();

    private static string Values(ColumnSummary column) => column switch
    {
        { Numbers: { } numbers } =>
            $"{Figures.Number(numbers.Minimum)} to {Figures.Number(numbers.Maximum)}, mean {Figures.Number(numbers.Mean)}",
        { Top.Count: > 0 } => string.Join(", ", column.Top.Select(each => $"{each.Category} {Figures.Count(each.Count)}"))
            + (column.Distinct > column.Top.Count ? ", …" : ""),
        _ => column.Note ?? "",
    };
}
