using Gradus.Kernels;

namespace Gradus.Programs;

/// <summary>Where a matrix lies: <paramref name="Length"/> floats of a buffer from <paramref name="Offset"/>.</summary>
internal readonly record struct Slot(AlignedBuffer Buffer, int Offset, int Length)
{
    /// <summary>Offsets are multiples of this, so that every matrix begins on a cache line of 64 bytes.</summary>
    public const int Alignment = 16;

    public Span<float> Span => Buffer.Slice(Offset, Length);

    public static int Aligned(int length) => checked((int)Aligned((long)length));

    public static long Aligned(long length) => (length + Alignment - 1) / Alignment * Alignment;

    /// <summary>Elements <paramref name="start"/> … of this slot.</summary>
    public Span<float> Part(int start, int length)
    {
        System.Diagnostics.Debug.Assert(start >= 0 && length >= 0 && start <= Length - length, "Outside of the slot.");
        return Buffer.Slice(Offset + start, length);
    }

    public bool Overlaps(in Slot other) =>
        ReferenceEquals(Buffer, other.Buffer) && Offset < other.Offset + other.Length && other.Offset < Offset + Length;
}
