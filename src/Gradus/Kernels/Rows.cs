using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gradus.Kernels;

/// <summary>Softmax and its kin over the rows of a matrix (rows × columns); the largest element of a row is subtracted
/// first, so nothing overflows. The destination may be the source itself.</summary>
internal static unsafe class Rows
{
    private enum Kind
    {
        Softmax,
        LogSoftmax,
        LogSumExp,
    }

    /// <summary>y_j = e^(x_j) / Σ e^(x_i), row by row; y (rows × columns).</summary>
    public static void Softmax(ReadOnlySpan<float> x, int rows, int columns, Span<float> y)
    {
        Check.Length<float>(y, (long)rows * columns, nameof(y));
        Run(x, rows, columns, y, Kind.Softmax);
    }

    /// <summary>y_j = x_j − ln Σ e^(x_i), row by row; y (rows × columns).</summary>
    public static void LogSoftmax(ReadOnlySpan<float> x, int rows, int columns, Span<float> y)
    {
        Check.Length<float>(y, (long)rows * columns, nameof(y));
        Run(x, rows, columns, y, Kind.LogSoftmax);
    }

    /// <summary>y = ln Σ e^(x_i), row by row; y (rows × 1). A row of no columns gives −∞.</summary>
    public static void LogSumExp(ReadOnlySpan<float> x, int rows, int columns, Span<float> y)
    {
        Check.Length<float>(y, rows, nameof(y));
        Run(x, rows, columns, y, Kind.LogSumExp);
    }

    private static void Run(ReadOnlySpan<float> x, int rows, int columns, Span<float> y, Kind kind)
    {
        Check.Length(x, (long)rows * columns, nameof(x));
        fixed (float* from = x, to = y)
        {
            if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
                Run<Floats512>(from, rows, columns, to, kind);
            else if (Vector256.IsHardwareAccelerated && Avx2.IsSupported)
                Run<Floats256>(from, rows, columns, to, kind);
            else
                Run<Floats128>(from, rows, columns, to, kind);
        }
    }

    private static void Run<T>(float* x, int rows, int columns, float* y, Kind kind)
        where T : struct, IFloats<T>
    {
        if (columns <= T.Width)
            Narrow<T>(x, rows, columns, y, kind);
        else
            Wide<T>(x, rows, columns, y, kind);
    }

    // A row is one register.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Narrow<T>(float* x, int rows, int columns, float* y, Kind kind)
        where T : struct, IFloats<T>
    {
        var nothing = T.Create(float.NegativeInfinity);
        for (var row = 0; row < rows; row++, x += columns)
        {
            var value = T.LoadPart(x, columns, nothing);
            var shift = Shift(T.Maximum(value));
            value = T.LoadPart(x, columns, T.Create(shift)) - T.Create(shift);
            var e = Functions.Exp(value) & T.First(columns);    // not e^−∞: results that underflow are slow
            var sum = T.Sum(e);
            if (kind == Kind.Softmax)
            {
                T.StorePart(e / T.Create(sum), y, columns);
                y += columns;
                continue;
            }

            var log = MathF.Log(sum);
            if (kind == Kind.LogSoftmax)
            {
                T.StorePart(value - T.Create(log), y, columns);
                y += columns;
            }
            else
            {
                *y++ = shift + log;
            }
        }
    }

    private static void Wide<T>(float* x, int rows, int columns, float* y, Kind kind)
        where T : struct, IFloats<T>
    {
        for (var row = 0; row < rows; row++, x += columns)
        {
            var shift = Shift(Largest<T>(x, columns));
            var sum = ExpSum<T>(x, columns, shift, kind == Kind.Softmax ? y : null);
            if (kind == Kind.LogSumExp)
            {
                *y++ = shift + MathF.Log(sum);
                continue;
            }

            if (kind == Kind.Softmax)
                Divide<T>(y, columns, sum);
            else
                Subtract<T>(x, columns, shift, MathF.Log(sum), y);
            y += columns;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Largest<T>(float* x, int columns)
        where T : struct, IFloats<T>
    {
        var nothing = T.Create(float.NegativeInfinity);
        var largest = nothing;
        for (var j = 0; j < columns; j += T.Width)
        {
            var rest = columns - j;
            largest = T.Max(largest, rest >= T.Width ? T.Load(x + j) : T.LoadPart(x + j, rest, nothing));
        }

        return T.Maximum(largest);
    }

    // Σ e^(x − shift); the terms go to y, if it is there.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float ExpSum<T>(float* x, int columns, float shift, float* y)
        where T : struct, IFloats<T>
    {
        var offset = T.Create(shift);
        var sums = default(T);
        for (var j = 0; j < columns; j += T.Width)
        {
            var rest = columns - j;
            var e = Functions.Exp((rest >= T.Width ? T.Load(x + j) : T.LoadPart(x + j, rest, offset)) - offset);
            if (rest < T.Width)
                e &= T.First(rest);
            sums += e;
            if (y == null)
                continue;
            if (rest >= T.Width)
                T.Store(e, y + j);
            else
                T.StorePart(e, y + j, rest);
        }

        return T.Sum(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Divide<T>(float* y, int columns, float sum)
        where T : struct, IFloats<T>
    {
        var scale = T.Create(sum);
        var j = 0;
        for (; j <= columns - T.Width; j += T.Width)
            T.Store(T.Load(y + j) / scale, y + j);
        if (j < columns)
            T.StorePart(T.LoadPart(y + j, columns - j, default) / scale, y + j, columns - j);
    }

    // Two subtractions, not one of shift + log: the sum would lose the digits of log.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Subtract<T>(float* x, int columns, float shift, float log, float* y)
        where T : struct, IFloats<T>
    {
        var first = T.Create(shift);
        var second = T.Create(log);
        var j = 0;
        for (; j <= columns - T.Width; j += T.Width)
            T.Store(T.Load(x + j) - first - second, y + j);
        if (j < columns)
            T.StorePart(T.LoadPart(x + j, columns - j, default) - first - second, y + j, columns - j);
    }

    // Of a row of −∞, or with +∞ in it, nothing can be subtracted: ∞ − ∞ is NaN where the sum has a limit.
    private static float Shift(float largest) => float.IsInfinity(largest) ? 0f : largest;
}
