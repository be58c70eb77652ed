namespace Gradus.Cli.Tests;

/// <summary>A test that needs a real data file; skipped, with the reason, where it is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DataFactAttribute : FactAttribute
{
    public DataFactAttribute(string name)
    {
        if (SharedData.Find(name) is null)
            Skip = $"'{name}' is in no data folder (GRADUS_DATA, shared/data, cache).";
    }
}

internal static class SharedData
{
    public static string? Find(string name) => Folders().Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(path => File.Exists(path) || Directory.Exists(path));

    public static string At(string name) => Find(name) ?? throw new FileNotFoundException(name);

    private static IEnumerable<string> Folders()
    {
        if (Environment.GetEnvironmentVariable("GRADUS_DATA") is { Length: > 0 } folder)
            yield return folder;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            yield return Path.Combine(at.FullName, "shared", "data");
        yield return DataCatalog.CacheFolder;
    }
}
