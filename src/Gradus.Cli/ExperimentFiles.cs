namespace Gradus.Cli;

/// <summary>Where an experiment is written.</summary>
/// <param name="Page">The page.</param>
/// <param name="Journal">The finished runs.</param>
internal sealed record ExperimentFiles(string Page, string Journal)
{
    private const string PageExtension = ".html", JournalExtension = ".jsonl";

    /// <summary>The files of <c>--out</c>; null if it was not given.</summary>
    /// <exception cref="GradusException">It is neither a folder nor a page, or cannot be written.</exception>
    public static ExperimentFiles? For(string? output, Experiment experiment)
    {
        if (output is null)
            return null;
        if (output.Length == 0)
            throw new GradusException($"--out is empty. Expected a folder, or a file such as {experiment.Name}{PageExtension}.");
        var isPage = Path.GetExtension(output).Equals(PageExtension, StringComparison.OrdinalIgnoreCase) && !Directory.Exists(output);
        if (!isPage && File.Exists(output))
            throw new GradusException($"--out '{output}' is a file, and no page. Expected a folder, or a file name that ends in {PageExtension}.");
        var page = isPage ? output : Path.Combine(output, experiment.Name + PageExtension);
        AtomicFile.CheckWritable(page);
        return new ExperimentFiles(page, Path.ChangeExtension(page, JournalExtension));
    }
}
