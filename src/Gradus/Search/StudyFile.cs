using System.Text;

namespace Gradus;

/// <summary>The file of a study: lines that are only ever added, by one process at a time, each on disk before the file is free
/// again.</summary>
/// <remarks>The lock is that of the operating system (flock, share modes), which falls with its process. A last line without an end is
/// what a process left that died while it wrote; the next to write cuts it off.</remarks>
internal sealed class StudyFile(string path)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(3);

    private static ReadOnlySpan<byte> Start => "{\"gradusStudy\":"u8;   // of every study

    private long read;   // bytes up to here are known

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>Hands over the lines that are new since the last call, with the lock held, and adds those that the answer has.</summary>
    /// <param name="mode">Whether the file may be made.</param>
    /// <param name="update">Takes the new lines, gives those to add.</param>
    /// <exception cref="GradusException">The file cannot be opened, read or written, or is shorter than it was.</exception>
    public void Update(FileMode mode, Func<IReadOnlyList<string>, IReadOnlyList<string>> update)
    {
        try
        {
            using var stream = Open(mode);
            var (lines, end) = ReadLines(stream);
            var added = update(lines);
            if (stream.Length > end)
                stream.SetLength(end);
            if (added.Count > 0)
            {
                stream.Position = end;
                stream.Write(Encoding.UTF8.GetBytes(string.Concat(added.Select(line => line + "\n"))));
                stream.Flush(flushToDisk: true);
            }

            read = stream.Position = stream.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GradusException($"The study '{path}' cannot be reached: {e.Message} What it holds is safe; the same command goes on with it.", e);
        }
    }

    /// <summary>The lines that are new since the last call, without a lock.</summary>
    /// <exception cref="GradusException">The file cannot be read.</exception>
    public IReadOnlyList<string> Read()
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var (lines, end) = ReadLines(stream);
            read = end;
            return lines;
        }
        catch (FileNotFoundException e)
        {
            throw new GradusException($"There is no study '{path}'. 'gradus tune list' names those of a folder.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GradusException($"The study '{path}' cannot be read: {e.Message}", e);
        }
    }

    private (string[] Lines, long End) ReadLines(FileStream stream)
    {
        if (stream.Length < read)
            throw new GradusException($"The study '{path}' is shorter than it was: another program has changed it. Begin a new one.");
        stream.Position = read;
        var bytes = new byte[stream.Length - read];
        stream.ReadExactly(bytes);
        var whole = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        // Nothing of a file that is no study may be cut off.
        if (read == 0 && whole == 0 && !bytes.AsSpan().StartsWith(Start[..Math.Min(Start.Length, bytes.Length)]))
            throw new GradusException($"'{path}' is no study. Choose another --study.");
        return (whole == 0 ? [] : Encoding.UTF8.GetString(bytes, 0, whole - 1).Split('\n'), read + whole);
    }

    private FileStream Open(FileMode mode)
    {
        var begun = TimeProvider.System.GetTimestamp();
        using var pause = new ManualResetEventSlim();
        while (true)
        {
            try
            {
                return new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException)
                && TimeProvider.System.GetElapsedTime(begun) < Patience)
            {
                pause.Wait(Pause);   // another process writes
            }
        }
    }
}
