using System.Text.RegularExpressions;

namespace Gradus.Tests.Architecture;

/// <summary>What the documents name exists.</summary>
public sealed partial class DocumentTests
{
    private static IEnumerable<string> Documents() => Directory.EnumerateFiles(Repository.Root, "*.md")
        .Concat(Directory.Exists(Repository.PathOf("docs")) ? Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md") : []);

    [Fact]
    public void Every_path_that_a_document_names_exists()
    {
        foreach (var document in Documents())
        {
            var text = File.ReadAllText(document);
            var missing = RepositoryPath().Matches(text).Select(match => match.Value.TrimEnd('.', '/'))
                .Where(path => !Exists(Repository.PathOf(path)))
                .Concat(Link().Matches(text).Select(match => match.Groups[1].Value)
                    .Where(path => !Exists(Path.Combine(Path.GetDirectoryName(document) ?? "", path))));
            Assert.Empty(missing.Select(path => $"{Path.GetFileName(document)}: {path}"));
        }
    }

    [Theory]
    [InlineData("as `src/Gradus/Kernels/` and (docs/notation.md), ./check.sh.", "src/Gradus/Kernels/", "docs/notation.md", "./check.sh")]
    [InlineData("see ../shared/data, /usr/src/linux, resrc/x and <https://example.org/docs/x>")]
    public void What_looks_like_a_path_of_the_repository_is_found(string text, params string[] paths) =>
        Assert.Equal(paths, RepositoryPath().Matches(text).Select(match => match.Value.TrimEnd('.')));

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    [GeneratedRegex("""(?<![\w/.-])(?:\./[\w-]+\.sh|(?:\./)?(?:src|tests|docs|samples|bench|\.ci)/[\w./-]*)(?![\w*<{])""")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex("""\]\((?!https?:|#|mailto:)([^)#\s]+)""")]
    private static partial Regex Link();
}
