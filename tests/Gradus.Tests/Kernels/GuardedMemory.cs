using Gradus.Kernels;

namespace Gradus.Tests.Kernels;

/// <summary>Floats between guards of NaN: a read past either end poisons the result, a write is seen afterwards.
/// </summary>
internal sealed class GuardedMemory
{
    private const int Guard = 64;
    private readonly AlignedBuffer buffer;

    /// <param name="length">Floats between the guards.</param>
    /// <param name="misaligned">Floats by which the first one stands off a 64-byte boundary.</param>
    public GuardedMemory(int length, int misaligned = 0)
    {
        buffer = new AlignedBuffer(length + 2 * Guard + misaligned);
        buffer.Span.Fill(float.NaN);
        Start = Guard + misaligned;
        Length = length;
        Span.Clear();
    }

    public int Start { get; }

    public int Length { get; }

    public Span<float> Span => buffer.Slice(Start, Length);

    public void AssertGuards()
    {
        foreach (var value in buffer.Span[..Start])
            Assert.True(float.IsNaN(value), "written before the beginning");
        foreach (var value in buffer.Span[(Start + Length)..])
            Assert.True(float.IsNaN(value), "written past the end");
    }
}
