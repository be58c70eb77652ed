using System.Diagnostics;
using System.Globalization;

namespace Gradus;

/// <summary>A process that runs trials, by a name that no other has: machine, process, and when that began.</summary>
internal static class StudyWorker
{
    private static string Machine { get; } = FindMachine();

    /// <summary>This process.</summary>
    public static string Current { get; } = Name(Environment.ProcessId);

    /// <summary>Whether a worker has died: a process of this machine that is no more, or one of another machine that has not been heard of
    /// for a time.</summary>
    public static bool IsDead(string worker, TimeSpan silence, TimeSpan deadAfter)
    {
        var parts = worker.Split('/');
        if (parts.Length == 3 && parts[0] == Machine && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var process))
            return StartOf(process) != parts[2];
        return silence > deadAfter;
    }

    private static string Name(int process) => string.Create(CultureInfo.InvariantCulture, $"{Machine}/{process}/{StartOf(process)}");

    // Machines may have the same name, and processes of two containers the same number; the numbers of their starts and their name
    // spaces differ.
    private static string FindMachine()
    {
        const string Boot = "/proc/sys/kernel/random/boot_id";
        var name = Environment.MachineName.Replace('/', '-');
        return OperatingSystem.IsLinux() && File.Exists(Boot) && new FileInfo("/proc/self/ns/pid").LinkTarget is { } space
            ? $"{name} {File.ReadAllText(Boot)[..8]} {space}" : name;
    }

    // When a process began; null if there is none. A process that has ended and that nobody has asked about is none.
    private static string? StartOf(int process)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                using var found = Process.GetProcessById(process);
                return found.StartTime.ToFileTimeUtc().ToString(CultureInfo.InvariantCulture);
            }

            // proc(5): behind the name in parentheses, field 3 is the state and field 22 the start in clock ticks since boot.
            var status = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            var fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : fields[22 - 3];
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
