using System.Text.Json.Nodes;

namespace Gradus.Cli.Tests;

/// <summary>A temporary folder in which commands are run in this process.</summary>
public sealed class Workplace : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gradus-cli-").FullName;

    /// <summary>samples/digits.csv of the repository.</summary>
    public static string Digits { get; } = FindUpwards(Path.Combine("samples", "digits.csv"))
        ?? throw new FileNotFoundException("samples/digits.csv is not above the test binary.");

    public string this[string name] => Path.Combine(folder, name);

    /// <summary>Names of the files that are there, temporary ones included.</summary>
    public IReadOnlyList<string> Files => [.. Directory.GetFileSystemEntries(folder).Select(each => Path.GetFileName(each)).Order()];

    public string Write(string name, params IEnumerable<string> lines)
    {
        File.WriteAllText(this[name], string.Join('\n', lines));
        return this[name];
    }

    public static Outcome Run(params string[] args) => RunUntil(new StringWriter(), args, CancellationToken.None);

    public static Outcome RunUntil(StringWriter error, string[] args, CancellationToken cancellation)
    {
        var output = new StringWriter();
        var code = Commands.Run(args, new Terminal(output, error, () => Stream.Null, cancellation));
        return new Outcome(code, output.ToString(), error.ToString());
    }

    public static Outcome RunWithInput(Stream input, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = Commands.Run(args, new Terminal(output, error, () => input, CancellationToken.None));
        return new Outcome(code, output.ToString(), error.ToString());
    }

    /// <summary>A small regression: y = 3a − 2b, 200 rows.</summary>
    public string WriteNumbers(string name = "numbers.csv") => Write(name, Enumerable.Range(0, 200)
        .Select(i => (A: i % 17, B: i % 23)).Select(x => $"{x.A},{x.B},{(3 * x.A) - (2 * x.B)}.5").Prepend("a,b,y"));

    /// <summary>A small classification by the sign of a, 120 rows, with the given class names.</summary>
    public string WriteClasses(string no, string yes, string name = "classes.csv") => Write(name, Enumerable.Range(0, 120)
        .Select(i => (A: (i % 13) - 6.5, B: i % 7)).Select(x => FormattableString.Invariant($"{x.A},{x.B},{(x.A > 0 ? yes : no)}")).Prepend("a,b,kind"));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string? FindUpwards(string path)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, path)))
                return Path.Combine(at.FullName, path);
        }

        return null;
    }
}

/// <summary>What a command gave.</summary>
public sealed record Outcome(int Code, string Output, string Error)
{
    /// <summary>The one JSON object on standard output.</summary>
    public JsonObject Json => JsonNode.Parse(Output)?.AsObject() ?? throw new InvalidOperationException("No JSON object: " + Output);
}
