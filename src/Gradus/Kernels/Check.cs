using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Gradus.Kernels;

/// <summary>The checks at the door of each kernel; behind it pointers go unchecked.</summary>
internal static class Check
{
    /// <summary>The span holds at least <paramref name="needed"/> elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Length<T>(ReadOnlySpan<T> span, long needed, string name)
    {
        if (span.Length < needed)
            ThrowLength(span.Length, needed, name);
    }

    /// <summary>The range start … start + count − 1 lies within 0 … limit − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Range(int start, int count, int limit, string name)
    {
        if ((start | count) < 0 || (long)start + count > limit)
            ThrowRange(start, count, limit, name);
    }

    [DoesNotReturn]
    private static void ThrowLength(int length, long needed, string name) =>
        throw new ArgumentException($"'{name}' has {length} elements; the kernel needs {needed}.", name);

    [DoesNotReturn]
    private static void ThrowRange(int start, int count, int limit, string name) =>
        throw new ArgumentOutOfRangeException(
            name, $"'{name}' {start} … {(long)start + count - 1} does not lie within 0 … {limit - 1}.");
}
