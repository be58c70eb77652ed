using System.Text;
using CsvHelper;

namespace Gradus;

/// <summary>Opens what a CSV table may be read from.</summary>
internal static class CsvSource
{
    public static Table Read(string path, CsvOptions options)
    {
        var source = Path.GetFileName(path);
        using var stream = Open(path);
        return ReadSeekable(stream, source, Path.GetFileNameWithoutExtension(path), options);
    }

    public static Table Read(Stream stream, string name, CsvOptions options)
    {
        if (stream.CanSeek)
            return ReadSeekable(stream, name, name, options);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        copy.Position = 0;
        return ReadSeekable(copy, name, name, options);
    }

    public static Table Read(TextReader text, string name, CsvOptions options)
    {
        using var copy = new MemoryStream(Encoding.UTF8.GetBytes(text.ReadToEnd()));
        return ReadSeekable(copy, name, name, options);
    }

    public static IEnumerable<Table> ReadChunks(string path, CsvOptions options, int rowsPerChunk)
    {
        using var stream = Open(path);
        using var reader = new CsvTableReader(o => CsvReader.Create(stream, o, leaveOpen: true), Path.GetFileName(path), options);
        foreach (var table in reader.ReadChunks(Path.GetFileNameWithoutExtension(path), rowsPerChunk))
            yield return table;
    }

    public static IEnumerable<Table> ReadChunks(TextReader text, string name, CsvOptions options, int rowsPerChunk)
    {
        using var reader = new CsvTableReader(o => CsvReader.Create(text, o, leaveOpen: true), name, options);
        foreach (var table in reader.ReadChunks(name, rowsPerChunk))
            yield return table;
    }

    private static Table ReadSeekable(Stream stream, string source, string tableName, CsvOptions options)
    {
        var start = stream.Position;
        using var first = New();
        return first.ReadAll(tableName, New);

        CsvTableReader New()
        {
            stream.Position = start;
            return new CsvTableReader(o => CsvReader.Create(stream, o, leaveOpen: true), source, options);
        }
    }

    private static FileStream Open(string path)
    {
        if (Directory.Exists(path))
            throw new GradusException($"'{path}' is a folder. Expected a CSV file.");
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new GradusException($"There is no file '{path}'.{NearestFile(path)}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new GradusException($"'{path}' cannot be opened: {e.Message}", e);
        }
    }

    private static string NearestFile(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (folder is null || !Directory.Exists(folder))
            return $" Its folder does not exist: '{folder}'.";
        var near = Suggestion.Nearest(Path.GetFileName(path), Directory.EnumerateFiles(folder).Take(1000).Select(f => Path.GetFileName(f)));
        return near is null ? " Check the path." : $" Did you mean '{near}'?";
    }
}
