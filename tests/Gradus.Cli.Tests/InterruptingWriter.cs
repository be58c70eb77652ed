using System.Globalization;

namespace Gradus.Cli.Tests;

/// <summary>Presses Ctrl-C when an epoch is reported.</summary>
internal sealed class InterruptingWriter(CancellationTokenSource interruption) : StringWriter(CultureInfo.InvariantCulture)
{
    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (value?.StartsWith("epoch", StringComparison.Ordinal) == true)
            interruption.Cancel();
    }
}
