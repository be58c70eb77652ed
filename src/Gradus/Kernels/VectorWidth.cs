using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gradus.Kernels;

/// <summary>How many floats one register holds on a path of the kernels.</summary>
internal enum VectorWidth
{
    /// <summary>One float: plain scalar code.</summary>
    Scalar = 1,

    /// <summary>Four floats: SSE, NEON.</summary>
    Bits128 = 4,

    /// <summary>Eight floats: AVX2 with FMA.</summary>
    Bits256 = 8,

    /// <summary>Sixteen floats: AVX-512.</summary>
    Bits512 = 16,
}

/// <summary>Which paths this machine can run.</summary>
internal static class VectorWidths
{
    /// <summary>The widest path.</summary>
    public static VectorWidth Best { get; } =
        CanRun(VectorWidth.Bits512) ? VectorWidth.Bits512
        : CanRun(VectorWidth.Bits256) ? VectorWidth.Bits256
        : CanRun(VectorWidth.Bits128) ? VectorWidth.Bits128
        : VectorWidth.Scalar;

    /// <summary>Whether this machine has the instructions of <paramref name="width"/>.</summary>
    public static bool CanRun(VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => Vector512.IsHardwareAccelerated && Avx512F.IsSupported,
        VectorWidth.Bits256 => Vector256.IsHardwareAccelerated && Avx2.IsSupported && Fma.IsSupported,
        VectorWidth.Bits128 => Vector128.IsHardwareAccelerated,
        _ => true,
    };
}
