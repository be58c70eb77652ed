using System.Runtime.CompilerServices;

namespace Gradus.Kernels;

/// <summary>No vector instructions: a register is one float; the tile is 6 × 2.</summary>
internal readonly unsafe struct LanesScalar : ILanes<float>
{
    public static int Width => 1;

    public static int TileRows => 6;

    public static int TileVectors => 2;

    public static bool PacksTransposed => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(float* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadPart(float* source, int count) => count > 0 ? *source : 0f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Broadcast(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float BroadcastBeside(float* source, int zero) => Broadcast(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, float value) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(float* destination, float value, int count)
    {
        if (count > 0)
            *destination = value;
    }

    // Not MathF.FusedMultiplyAdd: without the instruction that is a call of some hundred cycles.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float left, float right, float addend) => left * right + addend;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NonZero(float value) => value == 0 ? 0u : 1u;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(float value) => value;
}
