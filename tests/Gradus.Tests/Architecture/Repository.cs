using System.Text.RegularExpressions;

namespace Gradus.Tests.Architecture;

/// <summary>The checkout that the tests were built from.</summary>
internal static partial class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>The C# files under a folder, without what a build makes.</summary>
    public static IEnumerable<string> Sources(string folder) => Directory
        .EnumerateFiles(PathOf(folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    /// <summary>The code of a file without comments, strings and characters.</summary>
    public static string Code(string file) => Literals().Replace(File.ReadAllText(file), " ");

    private static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Gradus.slnx")))
            at = at.Parent;
        return at?.FullName ?? throw new DirectoryNotFoundException("The tests run inside of the repository.");
    }

    // Raw strings, then line and block comments, then verbatim and plain strings, then characters.
    [GeneratedRegex("""
        \$*\"{3,}.*?\"{3,}|//[^\n]*|/\*.*?\*/|(?:\$@|@\$|@)"(?:[^"]|"")*"|\$?"(?:\\.|[^"\\\n])*"|'(?:\\.[^']*|[^'\\])'
        """, RegexOptions.Singleline)]
    private static partial Regex Literals();
}
