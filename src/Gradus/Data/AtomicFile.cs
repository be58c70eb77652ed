using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gradus;

/// <summary>Writes a file so that a reader, or a machine that lost power, finds the old file or the whole new one.</summary>
internal static class AtomicFile
{
    /// <summary>Writes to a temporary name in the same folder, flushes to disk, and renames. On an exception nothing is
    /// left behind and an existing file is as it was.</summary>
    /// <param name="path">The file; its folder is made if need be.</param>
    /// <param name="write">Writes the content.</param>
    public static void Write(string path, Action<Stream> write)
    {
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target) ?? throw new GradusException($"'{path}' is no file name.");
        if (Directory.Exists(target))
            throw new GradusException($"'{path}' is a folder; a file cannot be written there. Give a file name.");
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
