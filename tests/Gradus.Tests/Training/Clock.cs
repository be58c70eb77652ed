namespace Gradus.Tests.Training;

/// <summary>Moves a second each time that it is read.</summary>
internal sealed class Clock : TimeProvider
{
    private long reads;

    public override long TimestampFrequency => 1;

    public override long GetTimestamp() => reads++;
}
