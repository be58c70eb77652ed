using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;

namespace Gradus.Cli;

/// <summary>A page of HTML in one file, with its style and the script that draws its charts: it opens anywhere and fetches
/// nothing.</summary>
/// <param name="title">The heading.</param>
internal sealed class Page(string title)
{
    private const string Script = "page.js", Style = "page.css";

    private readonly StringBuilder body = new();
    private int charts;

    /// <summary>Whether this build holds the script that draws charts.</summary>
    public static bool IsAvailable => typeof(Page).Assembly.GetManifestResourceInfo(Script) is not null;

    /// <summary>Refuses what cannot be written later.</summary>
    /// <exception cref="GradusException">This build holds no script.</exception>
    public static void CheckAvailable()
    {
        if (!IsAvailable)
            throw new GradusException("Pages with charts need a build of gradus on a machine with Node 20 or later; this one was built without.");
    }

    /// <summary>What was run, on what and when: names and values.</summary>
    public Page Facts(params IEnumerable<(string Name, string Value)> facts)
    {
        body.Append("<dl>\n");
        foreach (var (name, value) in facts)
            body.Append($"<dt>{Text(name)}</dt><dd>{Text(value)}</dd>\n");
        body.Append("</dl>\n");
        return this;
    }

    /// <summary>A heading of a part.</summary>
    public Page Heading(string text)
    {
        body.Append($"<h2>{Text(text)}</h2>\n");
        return this;
    }

    /// <summary>A paragraph.</summary>
    public Page Paragraph(string text)
    {
        body.Append($"<p>{Text(text)}</p>\n");
        return this;
    }

    /// <summary>A chart.</summary>
    /// <param name="option">What Apache ECharts draws, without colours; <see cref="Charts"/> makes the usual kinds. A series of type
    /// <c>custom</c> is drawn as bars from low to high: its data are [x, low, high].</param>
    /// <param name="label">What the chart shows, for those who cannot see it.</param>
    public Page Chart(JsonObject option, string label)
    {
        var id = $"chart{++charts}";
        // The serializer escapes <, > and &, so that no text of the user's can end the element.
        body.Append($"<figure data-chart=\"{id}\"><div role=\"img\" aria-label=\"{Text(label)}\"></div></figure>\n")
            .Append($"<script type=\"application/json\" id=\"{id}\">{option.ToJsonString()}</script>\n");
        return this;
    }

    /// <summary>A table.</summary>
    /// <param name="headings">A heading that begins with a space is of numbers, which stand to the right.</param>
    /// <param name="rows">Texts of each row.</param>
    public Page Table(IReadOnlyList<string> headings, IEnumerable<IEnumerable<string>> rows)
    {
        string Cell(string tag, int column, string text) =>
            $"<{tag}{(headings[column].StartsWith(' ') ? " class=\"number\"" : "")}>{Text(text.Trim())}</{tag}>";
        body.Append("<div class=\"wide\"><table>\n<thead><tr>").AppendJoin("", headings.Select((heading, i) => Cell("th", i, heading)))
            .Append("</tr></thead>\n<tbody>\n");
        foreach (var row in rows)
            body.Append("<tr>").AppendJoin("", row.Select((text, i) => Cell("td", i, text))).Append("</tr>\n");
        body.Append("</tbody></table></div>\n");
        return this;
    }

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <exception cref="GradusException">The file cannot be written, or this build holds no script.</exception>
    public void Write(string path)
    {
        var html = Encoding.UTF8.GetBytes(ToHtml());
        AtomicFile.Write(path, stream => stream.Write(html));
    }

    /// <summary>The whole text.</summary>
    /// <exception cref="GradusException">This build holds no script.</exception>
    public string ToHtml()
    {
        CheckAvailable();
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
            <title>{Text(title)}</title>
            <style>
            {Resource(Style)}</style>
            </head>
            <body>
            <h1>{Text(title)}</h1>
            {body}<noscript><p>The charts need JavaScript; the tables hold their figures.</p></noscript>
            <footer>Written by Gradus {Text(Version)}. Charts by Apache ECharts.</footer>
            <script>
            {Resource(Script)}</script>
            </body>
            </html>

            """;
    }

    private static string Version =>
        typeof(Page).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Resource(string name)
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"'{name}' is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
