using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Gradus.Kernels;

/// <summary>The register tile, where all the arithmetic of a matrix product happens:
/// C (rows × columns) ← A (rows × k) · B (k × columns), or C += with <c>accumulate</c>.</summary>
/// <remarks>
/// The body is written for 8 rows × 3 vectors. <typeparamref name="TShape"/> says how many of them an instance has; its
/// values are constants to the JIT, which drops the rest, so no instance holds an accumulator that it does not use.
/// A step of k loads the vectors of B once and, row by row, broadcasts one float of A into fused multiply-adds.
/// Element (i, p) of A is at <c>a[i·aRow + p·aStep]</c>: a plain, a transposed and a packed A are all just strides.
/// </remarks>
internal static unsafe class Tile<TLanes, TVector, TShape>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
    where TShape : struct, ITileShape
{
    /// <summary>Computes one tile.</summary>
    /// <param name="a">A.</param>
    /// <param name="aRow">Floats from one row of A to the next.</param>
    /// <param name="aStep">Floats of A from one k to the next.</param>
    /// <param name="b">B.</param>
    /// <param name="bStep">Floats of B from one k to the next.</param>
    /// <param name="c">C.</param>
    /// <param name="cRow">Floats of C from row to row.</param>
    /// <param name="k">Terms of each sum, at least 1.</param>
    /// <param name="rows">Rows that exist, at least 1. The tile computes the last one again in place of those that do
    /// not, and does not write them.</param>
    /// <param name="lastColumns">Columns of the last vector, if the shape is masked.</param>
    /// <param name="accumulate">Whether C holds the sum so far.</param>
    /// <param name="copy">Where B is copied as it is read, vectors side by side, if the shape copies.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(
        float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow,
        int k, int rows, int lastColumns, bool accumulate, float* copy)
    {
        // Fewer rows than the tile: the surplus pointers stay on the last row.
        var a0 = a;
        var a1 = rows > 1 ? a0 + aRow : a0;
        var a2 = rows > 2 ? a1 + aRow : a1;
        var a3 = rows > 3 ? a2 + aRow : a2;
        var a4 = rows > 4 ? a3 + aRow : a3;
        var a5 = rows > 5 ? a4 + aRow : a4;
        var a6 = rows > 6 ? a5 + aRow : a5;
        var a7 = rows > 7 ? a6 + aRow : a6;

        TVector c00 = default, c01 = default, c02 = default;
        TVector c10 = default, c11 = default, c12 = default;
        TVector c20 = default, c21 = default, c22 = default;
        TVector c30 = default, c31 = default, c32 = default;
        TVector c40 = default, c41 = default, c42 = default;
        TVector c50 = default, c51 = default, c52 = default;
        TVector c60 = default, c61 = default, c62 = default;
        TVector c70 = default, c71 = default, c72 = default;
        if (accumulate)
        {
            var row = c;
            Load(row, lastColumns, out c00, out c01, out c02);
            if (TShape.Rows > 1)
            {
                row = rows > 1 ? row + cRow : row;
                Load(row, lastColumns, out c10, out c11, out c12);
            }
            if (TShape.Rows > 2)
            {
                row = rows > 2 ? row + cRow : row;
                Load(row, lastColumns, out c20, out c21, out c22);
            }
            if (TShape.Rows > 3)
            {
                row = rows > 3 ? row + cRow : row;
                Load(row, lastColumns, out c30, out c31, out c32);
            }
            if (TShape.Rows > 4)
            {
                row = rows > 4 ? row + cRow : row;
                Load(row, lastColumns, out c40, out c41, out c42);
            }
            if (TShape.Rows > 5)
            {
                row = rows > 5 ? row + cRow : row;
                Load(row, lastColumns, out c50, out c51, out c52);
            }
            if (TShape.Rows > 6)
            {
                row = rows > 6 ? row + cRow : row;
                Load(row, lastColumns, out c60, out c61, out c62);
            }
            if (TShape.Rows > 7)
            {
                row = rows > 7 ? row + cRow : row;
                Load(row, lastColumns, out c70, out c71, out c72);
            }
        }
        else if (k >= 32)
        {
            // The stores at the end would otherwise wait for the lines of C one by one.
            var row = c;
            Prefetch(row);
            if (TShape.Rows > 1)
                Prefetch(row += cRow);
            if (TShape.Rows > 2)
                Prefetch(row += cRow);
            if (TShape.Rows > 3)
                Prefetch(row += cRow);
            if (TShape.Rows > 4)
                Prefetch(row += cRow);
            if (TShape.Rows > 5)
                Prefetch(row += cRow);
            if (TShape.Rows > 6)
                Prefetch(row += cRow);
            if (TShape.Rows > 7)
                Prefetch(row += cRow);
        }

        nint offset = 0;
        for (var end = b + k * bStep; b != end; b += bStep)
        {
            Load(b, lastColumns, out var b0, out var b1, out var b2);
            if (TShape.Copies)
            {
                // The next steps' rows are strided by a whole row of B: the hardware does not foresee them.
                Prefetch(b + PrefetchSteps * bStep);
                TLanes.Store(copy, b0);
                if (TShape.Vectors > 1)
                    TLanes.Store(copy + TLanes.Width, b1);
                if (TShape.Vectors > 2)
                    TLanes.Store(copy + 2 * TLanes.Width, b2);
                copy += TShape.Vectors * TLanes.Width;
            }

            var x = TLanes.Broadcast(a0[offset]);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            if (TShape.Vectors > 1)
                c01 = TLanes.MultiplyAdd(x, b1, c01);
            if (TShape.Vectors > 2)
                c02 = TLanes.MultiplyAdd(x, b2, c02);

            if (TShape.Rows > 1)
            {
                x = TLanes.Broadcast(a1[offset]);
                c10 = TLanes.MultiplyAdd(x, b0, c10);
                if (TShape.Vectors > 1)
                    c11 = TLanes.MultiplyAdd(x, b1, c11);
                if (TShape.Vectors > 2)
                    c12 = TLanes.MultiplyAdd(x, b2, c12);
            }

            if (TShape.Rows > 2)
            {
                x = TLanes.Broadcast(a2[offset]);
                c20 = TLanes.MultiplyAdd(x, b0, c20);
                if (TShape.Vectors > 1)
                    c21 = TLanes.MultiplyAdd(x, b1, c21);
                if (TShape.Vectors > 2)
                    c22 = TLanes.MultiplyAdd(x, b2, c22);
            }

            if (TShape.Rows > 3)
            {
                x = TLanes.Broadcast(a3[offset]);
                c30 = TLanes.MultiplyAdd(x, b0, c30);
                if (TShape.Vectors > 1)
                    c31 = TLanes.MultiplyAdd(x, b1, c31);
                if (TShape.Vectors > 2)
                    c32 = TLanes.MultiplyAdd(x, b2, c32);
            }

            if (TShape.Rows > 4)
            {
                x = TLanes.Broadcast(a4[offset]);
                c40 = TLanes.MultiplyAdd(x, b0, c40);
                if (TShape.Vectors > 1)
                    c41 = TLanes.MultiplyAdd(x, b1, c41);
                if (TShape.Vectors > 2)
                    c42 = TLanes.MultiplyAdd(x, b2, c42);
            }

            if (TShape.Rows > 5)
            {
                x = TLanes.Broadcast(a5[offset]);
                c50 = TLanes.MultiplyAdd(x, b0, c50);
                if (TShape.Vectors > 1)
                    c51 = TLanes.MultiplyAdd(x, b1, c51);
                if (TShape.Vectors > 2)
                    c52 = TLanes.MultiplyAdd(x, b2, c52);
            }

            if (TShape.Rows > 6)
            {
                x = TLanes.Broadcast(a6[offset]);
                c60 = TLanes.MultiplyAdd(x, b0, c60);
                if (TShape.Vectors > 1)
                    c61 = TLanes.MultiplyAdd(x, b1, c61);
                if (TShape.Vectors > 2)
                    c62 = TLanes.MultiplyAdd(x, b2, c62);
            }

            if (TShape.Rows > 7)
            {
                x = TLanes.Broadcast(a7[offset]);
                c70 = TLanes.MultiplyAdd(x, b0, c70);
                if (TShape.Vectors > 1)
                    c71 = TLanes.MultiplyAdd(x, b1, c71);
                if (TShape.Vectors > 2)
                    c72 = TLanes.MultiplyAdd(x, b2, c72);
            }

            offset += aStep;
        }

        Store(c, lastColumns, c00, c01, c02);
        if (TShape.Rows > 1 && rows > 1)
            Store(c += cRow, lastColumns, c10, c11, c12);
        if (TShape.Rows > 2 && rows > 2)
            Store(c += cRow, lastColumns, c20, c21, c22);
        if (TShape.Rows > 3 && rows > 3)
            Store(c += cRow, lastColumns, c30, c31, c32);
        if (TShape.Rows > 4 && rows > 4)
            Store(c += cRow, lastColumns, c40, c41, c42);
        if (TShape.Rows > 5 && rows > 5)
            Store(c += cRow, lastColumns, c50, c51, c52);
        if (TShape.Rows > 6 && rows > 6)
            Store(c += cRow, lastColumns, c60, c61, c62);
        if (TShape.Rows > 7 && rows > 7)
            Store(c += cRow, lastColumns, c70, c71, c72);
    }

    // Steps between a prefetch and its use: some 200 cycles, about the latency of the third cache level.
    private const int PrefetchSteps = 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(float* source, int lastColumns, out TVector v0, out TVector v1, out TVector v2)
    {
        v0 = v1 = v2 = default;
        if (TShape.Vectors == 1)
        {
            v0 = LoadLast(source, lastColumns);
        }
        else if (TShape.Vectors == 2)
        {
            v0 = TLanes.Load(source);
            v1 = LoadLast(source + TLanes.Width, lastColumns);
        }
        else
        {
            v0 = TLanes.Load(source);
            v1 = TLanes.Load(source + TLanes.Width);
            v2 = LoadLast(source + 2 * TLanes.Width, lastColumns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* destination, int lastColumns, TVector v0, TVector v1, TVector v2)
    {
        if (TShape.Vectors == 1)
        {
            StoreLast(destination, v0, lastColumns);
        }
        else if (TShape.Vectors == 2)
        {
            TLanes.Store(destination, v0);
            StoreLast(destination + TLanes.Width, v1, lastColumns);
        }
        else
        {
            TLanes.Store(destination, v0);
            TLanes.Store(destination + TLanes.Width, v1);
            StoreLast(destination + 2 * TLanes.Width, v2, lastColumns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LoadLast(float* source, int columns) =>
        TShape.Masked ? TLanes.LoadPart(source, columns) : TLanes.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreLast(float* destination, TVector value, int columns)
    {
        if (TShape.Masked)
            TLanes.StorePart(destination, value, columns);
        else
            TLanes.Store(destination, value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* row)
    {
        if (!Sse.IsSupported)
            return;
        Sse.Prefetch0(row);
        if (TShape.Vectors * TLanes.Width > 16)
            Sse.Prefetch0(row + 16);
        if (TShape.Vectors * TLanes.Width > 32)
            Sse.Prefetch0(row + 32);
    }
}
