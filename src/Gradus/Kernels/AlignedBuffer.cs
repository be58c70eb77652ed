using System.Runtime.CompilerServices;

namespace Gradus.Kernels;

/// <summary>Zeroed floats whose first element stands on a 64-byte boundary, a cache line and an AVX-512 register, and
/// never moves.</summary>
/// <remarks>The memory is a pinned array of the garbage collector, so there is nothing to dispose of.</remarks>
internal sealed unsafe class AlignedBuffer
{
    private const int Alignment = 64;
    private readonly float[] array;
    private readonly int start;

    /// <summary>Makes a buffer of <paramref name="length"/> zeros.</summary>
    public AlignedBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        array = GC.AllocateArray<float>(length + Alignment / sizeof(float), pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref array[0]);
        start = (int)((Alignment - address % Alignment) % Alignment / sizeof(float));
        Length = length;
    }

    /// <summary>Number of floats.</summary>
    public int Length { get; }

    /// <summary>The whole buffer.</summary>
    public Span<float> Span => array.AsSpan(start, Length);

    /// <summary>The <paramref name="length"/> floats from <paramref name="offset"/>.</summary>
    public Span<float> Slice(int offset, int length) => Span.Slice(offset, length);
}
