using System.Text;

namespace Gradus;

/// <summary>A study in a file: lines that are only ever added, by one process at a time, each on disk before the file is free
/// again.</summary>
/// <param name="path">The file; its folder is made if need be.</param>
/// <param name="time">The clock of the workers.</param>
/// <remarks>The lock is that of the operating system (flock, share modes), which falls with its process. A last line without an end is
/// what a process left that died while it wrote; the next to write cuts it off.</remarks>
public sealed class StudyFile(string path, TimeProvider? time = null) : IStudyJournal
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(3);

    private static ReadOnlySpan<byte> Start => "{\"gradusStudy\":"u8;   // of every study

    private readonly TimeProvider time = time ?? TimeProvider.System;
    private long read;   // bytes up to here are known

    /// <inheritdoc/>
    public string Name { get; } = string.IsNullOrEmpty(path) ? throw new ArgumentException("The path of a study is empty.", nameof(path)) : path;

    /// <inheritdoc/>
    public IReadOnlyList<string> Read() => Try(() =>
    {
        using var stream = Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var (lines, end) = ReadLines(stream);
        read = end;
        return lines;
    });

    /// <inheritdoc/>
    public IReadOnlyList<string> Update(Func<IReadOnlyList<string>, DateTimeOffset, IReadOnlyList<string>> update, bool mayBegin = false)
    {
        ArgumentNullException.ThrowIfNull(update);
        if (mayBegin)
        {
            AtomicFile.CheckWritable(path);
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                Directory.CreateDirectory(folder);
        }

        return Try(() =>
        {
            using var stream = Open(mayBegin ? FileMode.OpenOrCreate : FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            var (lines, end) = ReadLines(stream);
            read = end;
            var added = update(lines, time.GetUtcNow());
            if (stream.Length > end)
                stream.SetLength(end);
            if (added.Count > 0)
            {
                stream.Position = end;
                stream.Write(Encoding.UTF8.GetBytes(string.Concat(added.Select(line => line + "\n"))));
                stream.Flush(flushToDisk: true);
            }

            read = stream.Length;
            return added;
        });
    }

    /// <inheritdoc/>
    public void Delete(Action<IReadOnlyList<string>, DateTimeOffset> check)
    {
        ArgumentNullException.ThrowIfNull(check);
        Try(() =>
        {
            using var stream = Open(FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            var (lines, end) = ReadLines(stream);
            read = end;
            check(lines, time.GetUtcNow());
            File.Delete(path);
            return true;
        });
    }

    private T Try<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (read == 0 && e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new GradusException($"There is no study '{path}'. 'gradus tune list' names those of a folder.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GradusException($"The study '{path}' cannot be reached: {e.Message} What it holds is safe; the same command goes on with it.", e);
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

    private FileStream Open(FileMode mode, FileAccess access, FileShare share)
    {
        var begun = TimeProvider.System.GetTimestamp();
        using var pause = new ManualResetEventSlim();
        while (true)
        {
            try
            {
                return new FileStream(path, mode, access, share);
            }
            catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException)
                && TimeProvider.System.GetElapsedTime(begun) < Patience)
            {
                pause.Wait(Pause);   // another process writes
            }
        }
    }
}
