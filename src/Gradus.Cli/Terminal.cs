using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Gradus.Cli;

/// <summary>Where a command's words go: results to standard output, progress and notes to standard error.</summary>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
/// <param name="openInput">Opens standard input.</param>
/// <param name="cancellation">Cancelled by the first Ctrl-C.</param>
internal sealed class Terminal(TextWriter output, TextWriter error, Func<Stream> openInput, CancellationToken cancellation)
{
    private const int PlainWidth = 80;

    private static readonly JsonSerializerOptions JsonOptions =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Made when first needed: a command that only writes data starts sooner without.
    private readonly Lazy<IAnsiConsole> screen = new(() => ConsoleOn(output));
    private readonly Lazy<IAnsiConsole> progress = new(() => ConsoleOn(error));

    public TextWriter Output => output;

    public TextWriter Error => error;

    public CancellationToken Cancellation => cancellation;

    /// <summary>Draws tables on standard output.</summary>
    public IAnsiConsole Screen => screen.Value;

    /// <summary>Draws progress on standard error.</summary>
    public IAnsiConsole Progress => progress.Value;

    /// <summary>Whether progress can be drawn over itself.</summary>
    public bool IsInteractive => Progress.Profile is { Out.IsTerminal: true, Capabilities.Ansi: true };

    public Stream OpenInput() => openInput();

    /// <summary>A line of the result; words wrap on a terminal.</summary>
    public void Say(string line) => WriteLine(Screen, output, line);

    /// <summary>A line that is no part of the result.</summary>
    public void Note(string line) => WriteLine(Progress, error, line);

    /// <summary>The one JSON object of <c>--json</c>.</summary>
    public void Json(JsonObject json) => output.WriteLine(json.ToJsonString(JsonOptions));

    private static void WriteLine(IAnsiConsole console, TextWriter writer, string line)
    {
        if (console.Profile.Out.IsTerminal)
            console.WriteLine(line);
        else
            writer.WriteLine(line);
    }

    private static IAnsiConsole ConsoleOn(TextWriter writer)
    {
        var target = new AnsiConsoleOutput(writer);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = target,
            Ansi = target.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = target.IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = target.IsTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!target.IsTerminal)
            console.Profile.Width = PlainWidth;
        return console;
    }
}
