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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow<T>(float* x, int rows, int columns, float* y, Kind kind)
        where T : struct, IFloats<T>
    {
        var nothing = T.Create(float.NegativeInfinity);
        for (var row = 0; row < rows; row++, x += columns)
        {
            var value = T.LoadPart(x, columns, nothing);
            var shift = Shift(T.Maximum(value));
            value -= T.Create(shift);
            var e = Functions.Exp(value);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide<T>(float* x, int rows, int columns, float* y, Kind kind)
        where T : struct, IFloats<T>
    {
        var nothing = T.Create(float.NegativeInfinity);
        var rest = columns % T.Width;
        var whole = columns - rest;
        for (var row = 0; row < rows; row++, x += columns)
        {
            var largest = T.LoadPart(x + whole, rest, nothing);
            for (var j = 0; j < whole; j += T.Width)
                largest = T.Max(largest, T.Load(x + j));
            var shift = Shift(T.Maximum(largest));
            var offset = T.Create(shift);

            var last = Functions.Exp(T.LoadPart(x + whole, rest, nothing) - offset);
            var sums = default(T);
            for (var j = 0; j < whole; j += T.Width)
            {
                var e = Functions.Exp(T.Load(x + j) - offset);
                sums += e;
                if (kind == Kind.Softmax)
                    T.Store(e, y + j);
            }

            var sum = T.Sum(sums + last);
            switch (kind)
            {
                case Kind.Softmax:
                    var scale = T.Create(sum);
                    for (var j = 0; j < whole; j += T.Width)
                        T.Store(T.Load(y + j) / scale, y + j);
                    T.StorePart(last / scale, y + whole, rest);
                    y += columns;
                    break;

                case Kind.LogSoftmax:
                    // Two subtractions, not one of shift + log: the sum would lose the digits of log.
                    var log = T.Create(MathF.Log(sum));
                    for (var j = 0; j < whole; j += T.Width)
                        T.Store(T.Load(x + j) - offset - log, y + j);
                    T.StorePart(T.LoadPart(x + whole, rest, default) - offset - log, y + whole, rest);
                    y += columns;
                    break;

                default:
                    *y++ = shift + MathF.Log(sum);
                    break;
            }
        }
    }

    // Of a row of −∞, or with +∞ in it, nothing can be subtracted: ∞ − ∞ is NaN where the sum has a limit.
    private static float Shift(float largest) => float.IsInfinity(largest) ? 0f : largest;
}
