namespace Gradus.Tests;

/// <summary>Finds the real data files, which are not part of the repository.</summary>
internal static class TestData
{
    /// <summary>The file or folder in GRADUS_DATA, in a folder shared/data above the test binary, or in the cache.</summary>
    public static string? Find(string name) => Folders().Select(f => System.IO.Path.Combine(f, name))
        .FirstOrDefault(p => File.Exists(p) || Directory.Exists(p));

    public static string Path(string name) =>
        Find(name) ?? throw new FileNotFoundException($"'{name}' is in no data folder; set GRADUS_DATA.");

    private static IEnumerable<string> Folders()
    {
        if (Environment.GetEnvironmentVariable("GRADUS_DATA") is { Length: > 0 } folder)
            yield return folder;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            yield return System.IO.Path.Combine(at.FullName, "shared", "data");
        yield return DataCatalog.CacheFolder;
    }
}

/// <summary>A test that needs a real data file; skipped, with the reason, where it is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DataFactAttribute : FactAttribute
{
    public DataFactAttribute(string name)
    {
        if (TestData.Find(name) is null)
            Skip = $"'{name}' is in no data folder (GRADUS_DATA, shared/data, cache).";
    }
}

/// <summary>Rows of tests that need the real data files.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DataTheoryAttribute : TheoryAttribute
{
    public DataTheoryAttribute(string name)
    {
        if (TestData.Find(name) is null)
            Skip = $"'{name}' is in no data folder (GRADUS_DATA, shared/data, cache).";
    }
}
