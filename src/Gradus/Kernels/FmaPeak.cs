using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gradus.Kernels;

/// <summary>The most multiply-adds that one core does: independent sums in registers, nothing read or written.</summary>
internal static class FmaPeak
{
    /// <summary>Runs 12 sums for <paramref name="rounds"/> rounds.</summary>
    /// <returns>Multiplications and additions done.</returns>
    public static double Run(int rounds)
    {
        if (Vector512.IsHardwareAccelerated)
            return Run512(rounds);
        return Vector256.IsHardwareAccelerated ? Run256(rounds) : RunPortable(rounds);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Run512(int rounds)
    {
        var factor = Vector512.Create(0.999f);
        Vector512<float> a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11;
        a0 = a1 = a2 = a3 = a4 = a5 = a6 = a7 = a8 = a9 = a10 = a11 = Vector512.Create(1f);
        for (var i = 0; i < rounds; i++)
        {
            a0 = Vector512.FusedMultiplyAdd(a0, factor, factor);
            a1 = Vector512.FusedMultiplyAdd(a1, factor, factor);
            a2 = Vector512.FusedMultiplyAdd(a2, factor, factor);
            a3 = Vector512.FusedMultiplyAdd(a3, factor, factor);
            a4 = Vector512.FusedMultiplyAdd(a4, factor, factor);
            a5 = Vector512.FusedMultiplyAdd(a5, factor, factor);
            a6 = Vector512.FusedMultiplyAdd(a6, factor, factor);
            a7 = Vector512.FusedMultiplyAdd(a7, factor, factor);
            a8 = Vector512.FusedMultiplyAdd(a8, factor, factor);
            a9 = Vector512.FusedMultiplyAdd(a9, factor, factor);
            a10 = Vector512.FusedMultiplyAdd(a10, factor, factor);
            a11 = Vector512.FusedMultiplyAdd(a11, factor, factor);
        }

        Keep(Vector512.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11));
        return 2.0 * 12 * Vector512<float>.Count * rounds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Run256(int rounds)
    {
        var factor = Vector256.Create(0.999f);
        Vector256<float> a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11;
        a0 = a1 = a2 = a3 = a4 = a5 = a6 = a7 = a8 = a9 = a10 = a11 = Vector256.Create(1f);
        for (var i = 0; i < rounds; i++)
        {
            a0 = Vector256.FusedMultiplyAdd(a0, factor, factor);
            a1 = Vector256.FusedMultiplyAdd(a1, factor, factor);
            a2 = Vector256.FusedMultiplyAdd(a2, factor, factor);
            a3 = Vector256.FusedMultiplyAdd(a3, factor, factor);
            a4 = Vector256.FusedMultiplyAdd(a4, factor, factor);
            a5 = Vector256.FusedMultiplyAdd(a5, factor, factor);
            a6 = Vector256.FusedMultiplyAdd(a6, factor, factor);
            a7 = Vector256.FusedMultiplyAdd(a7, factor, factor);
            a8 = Vector256.FusedMultiplyAdd(a8, factor, factor);
            a9 = Vector256.FusedMultiplyAdd(a9, factor, factor);
            a10 = Vector256.FusedMultiplyAdd(a10, factor, factor);
            a11 = Vector256.FusedMultiplyAdd(a11, factor, factor);
        }

        Keep(Vector256.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11));
        return 2.0 * 12 * Vector256<float>.Count * rounds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double RunPortable(int rounds)
    {
        var factor = new Vector<float>(0.999f);
        Vector<float> a0, a1, a2, a3, a4, a5, a6, a7;
        a0 = a1 = a2 = a3 = a4 = a5 = a6 = a7 = Vector<float>.One;
        for (var i = 0; i < rounds; i++)
        {
            a0 = (a0 * factor) + factor;
            a1 = (a1 * factor) + factor;
            a2 = (a2 * factor) + factor;
            a3 = (a3 * factor) + factor;
            a4 = (a4 * factor) + factor;
            a5 = (a5 * factor) + factor;
            a6 = (a6 * factor) + factor;
            a7 = (a7 * factor) + factor;
        }

        Keep(Vector.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7));
        return 2.0 * 8 * Vector<float>.Count * rounds;
    }

    // So that the sums are not removed as unused.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep(float value) => _ = value;
}
