using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gradus;

/// <summary>Writes a file so that a reader, or a machine that lost power, finds the old file or the whole new one.</summary>
public static class AtomicFile
{
    /// <summary>Writes to a temporary name in the same folder, flushes to disk, and renames. On an exception nothing is
    /// left behind and an existing file is as it was.</summary>
    /// <param name="path">The file; its folder is made if need be.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="GradusException">The file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var (target, folder) = Target(path);
        string? temporary = null;
        try
        {
            Directory.CreateDirectory(folder);
            temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}.tmp");
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            Rename(temporary, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(temporary);
            throw new GradusException($"'{path}' cannot be written: {e.Message}", e);
        }
        catch
        {
            Remove(temporary);
            throw;
        }
    }

    /// <summary>Finds out whether a file could be written, and leaves nothing behind: so that hours of work do not end with a
    /// file that cannot be.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="GradusException">It could not.</exception>
    public static void CheckWritable(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var (_, folder) = Target(path);
        var existing = folder;
        while (!Directory.Exists(existing) && !File.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
            existing = parent;
        try
        {
            var probe = Path.Combine(existing, $".gradus.{Path.GetRandomFileName()}.tmp");
            using var stream = new FileStream(
                probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GradusException($"'{path}' cannot be written: '{existing}' takes no new file. Choose another folder.", e);
        }
    }

    /// <summary>Deletes temporary files of earlier writes to a file that were killed on the way.</summary>
    internal static void RemoveUnfinished(string path)
    {
        var (target, folder) = Target(path);
        foreach (var left in Directory.Exists(folder) ? Directory.GetFiles(folder, $".{Path.GetFileName(target)}.*.tmp") : [])
            Remove(left);
    }

    private static (string File, string Folder) Target(string path)
    {
        string target;
        try
        {
            target = Path.GetFullPath(path);
        }
        catch (ArgumentException e)
        {
            throw new GradusException($"'{path}' is no file name: {e.Message}", e);
        }

        var folder = Path.GetDirectoryName(target) ?? throw new GradusException($"'{path}' is no file name.");
        return Directory.Exists(target)
            ? throw new GradusException($"'{path}' is a folder; a file cannot be written there. Give a file name.")
            : (target, folder);
    }

    /// <summary>Moves a finished, flushed file to its name, over an existing one, and makes the move durable.</summary>
    internal static void Rename(string temporary, string target)
    {
        File.Move(temporary, target, overwrite: true);
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(target)));
    }

    // The new name is in the folder, and the folder has to reach the disk too. Windows has no such call and needs none.
    private static void FlushFolder(string? folder)
    {
        if (folder is null || RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            return;
        try
        {
            using SafeFileHandle handle = File.OpenHandle(folder);
            RandomAccess.FlushToDisk(handle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Some file systems refuse to open a folder; the file itself is on disk.
        }
    }

    private static void Remove(string? temporary)
    {
        try
        {
            if (temporary is not null)
                File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The exception under way says more than this one would.
        }
    }
}
