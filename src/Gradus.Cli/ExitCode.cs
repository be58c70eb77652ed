namespace Gradus.Cli;

/// <summary>What a command tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>It did what was asked.</summary>
    public const int Success = 0;

    /// <summary>A check or a run failed: training diverged, or ended before anything was learnt.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage or bad input; nothing was written.</summary>
    public const int BadInput = 2;

    /// <summary>Ctrl-C paused a run that keeps checkpoints: 128 and the number of SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>The same by SIGTERM.</summary>
    public const int Terminated = 143;
}
