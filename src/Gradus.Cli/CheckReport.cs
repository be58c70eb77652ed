using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Gradus.Cli;

/// <summary>The lines of <c>check</c>.</summary>
internal static class CheckReport
{
    private const int NameWidth = 24;

    /// <summary>Verdict, name, what was measured; below it what was expected, and what to do.</summary>
    public static void Line(RecipeCheck check, Terminal terminal)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().Width(4).PadLeft(0).PadRight(1))
            .AddColumn(new GridColumn().NoWrap().Width(NameWidth).PadLeft(0).PadRight(1)).AddColumn(new GridColumn().PadLeft(0).PadRight(0));
        grid.AddRow(new Text(Name(check.Verdict), StyleOf(check.Verdict)), new Text(check.Name), new Text(check.Measured));
        grid.AddRow(new Text(""), new Text(""), new Text($"expected: {check.Expected}", new Style(decoration: Decoration.Dim)));
        if (check.Advice.Length > 0)
            grid.AddRow(new Text(""), new Text(""), new Text($"advice: {check.Advice}"));
        terminal.Screen.Write(grid);
    }

    /// <summary>Verdict, name, what was measured and what to do, in a sentence.</summary>
    public static void Sentence(RecipeCheck check, Terminal terminal)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().Width(4).PadLeft(2).PadRight(1)).AddColumn(new GridColumn().PadLeft(0).PadRight(0));
        grid.AddRow(new Text(Name(check.Verdict), StyleOf(check.Verdict)), new Text($"{check.Name}: {check.Measured.TrimEnd('.')}. {check.Advice}"));
        terminal.Screen.Write(grid);
    }

    /// <summary>A repair that was tried.</summary>
    public static void Repaired(RecipeCheck check, Repair repair, RecipeCheck? after, bool helped, Terminal terminal)
    {
        terminal.Say("");
        terminal.Say($"Repair of {check.Name}: {repair.Description}.");
        terminal.Say($"  before: {Name(check.Verdict)}, {check.Measured}");
        terminal.Say($"  after:  {(after is null ? "gone" : $"{Name(after.Verdict)}, {after.Measured}")}{(helped ? "" : " (not kept: it did not help)")}");
    }

    /// <summary>How many passed, and how long it took.</summary>
    public static void Ending(RecipeReport report, Terminal terminal)
    {
        int Count(Verdict verdict) => report.Checks.Count(check => check.Verdict == verdict);
        terminal.Say("");
        terminal.Say(string.Create(CultureInfo.InvariantCulture,
            $"{Count(Verdict.Pass)} passed, {Count(Verdict.Warn)} warned, {Count(Verdict.Fail)} failed in {report.Seconds:0.0} s."));
    }

    /// <summary>The object of <c>--json</c>.</summary>
    public static JsonObject ToJson(RecipeReport report) => new()
    {
        ["verdict"] = Name(report.Verdict),
        ["seconds"] = report.Seconds,
        ["checks"] = new JsonArray([.. report.Checks.Select(check => new JsonObject
        {
            ["name"] = check.Name,
            ["verdict"] = Name(check.Verdict),
            ["expected"] = check.Expected,
            ["measured"] = check.Measured,
            ["advice"] = check.Advice,
        })]),
    };

    /// <summary>pass, warn or fail.</summary>
    public static string Name(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    private static Style StyleOf(Verdict verdict) => new(verdict switch
    {
        Verdict.Pass => Color.Green,
        Verdict.Warn => Color.Yellow,
        _ => Color.Red,
    });
}
