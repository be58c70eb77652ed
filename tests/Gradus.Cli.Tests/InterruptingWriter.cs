using System.Globalization;

namespace Gradus.Cli.Tests;

/// <summary>Presses Ctrl-C when an epoch is reported.</summary>
internal sealed class InterruptingWriter(CancellationTokenSource interruption) : StringWriter(CultureInfo.InvariantCulture)
{
    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (value?.Contains("epoch 1/", StringComparison.Ordinal) == true)
            interruption.Cancel();
    }
}
