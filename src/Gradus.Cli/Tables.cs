using Spectre.Console;

namespace Gradus.Cli;

/// <summary>Tables that fit into eighty columns: one rule under the headings, narrow gaps.</summary>
internal static class Tables
{
    /// <param name="headings">The columns' names; a name that begins with a space is of numbers, which stand to the right and
    /// do not wrap.</param>
    public static Spectre.Console.Table New(params IEnumerable<string> headings)
    {
        var table = new Spectre.Console.Table { Border = TableBorder.Simple };
        foreach (var heading in headings)
        {
            var column = new TableColumn(new Text(heading.TrimStart())) { Padding = new Padding(0, 0, 1, 0) };
            table.AddColumn(heading.StartsWith(' ') ? column.RightAligned().NoWrap() : column);
        }

        return table;
    }

    /// <summary>Adds a row of texts, which are not read as markup.</summary>
    public static void Add(this Spectre.Console.Table table, params IEnumerable<string> texts) =>
        table.AddRow([.. texts.Select(text => new Text(text))]);
}
