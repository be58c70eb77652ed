namespace Gradus;

/// <summary>How long a training step or a forward pass takes.</summary>
/// <param name="Microseconds">Median.</param>
/// <param name="CompileMicroseconds">From expressions to a program.</param>
/// <param name="FirstMicroseconds">The first run, with what the runtime still had to compile.</param>
/// <param name="Flops">Multiplications and additions of the matrix products.</param>
/// <param name="AllocatedBytes">Managed memory allocated by a run.</param>
public sealed record StepTime(
    double Microseconds, double CompileMicroseconds, double FirstMicroseconds, double Flops, long AllocatedBytes)
{
    /// <summary>Speed of the products, other work counted as their time.</summary>
    public double GigaflopsPerSecond => Flops / Microseconds / 1e3;
}
