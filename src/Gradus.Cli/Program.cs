using System.Runtime.InteropServices;
using Gradus.Cli;

// The first Ctrl-C asks the command to end in good order; the second ends the process.
// Never disposed: a signal may come until the process has ended.
var interruption = new CancellationTokenSource();
var signal = PosixSignal.SIGINT;
void Interrupt(PosixSignalContext context)
{
    context.Cancel = !interruption.IsCancellationRequested;
    if (context.Cancel)
    {
        signal = context.Signal;
        interruption.Cancel();
    }
    else if (!Console.IsErrorRedirected)
        Console.Error.Write("\e[?25h\n");   // the cursor, which a progress bar hides
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
var code = Commands.Run(args, new Terminal(Console.Out, Console.Error, Console.OpenStandardInput, interruption.Token));
return code == ExitCode.Interrupted && signal == PosixSignal.SIGTERM ? ExitCode.Terminated : code;
