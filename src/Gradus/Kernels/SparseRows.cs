using System.Numerics;
using System.Runtime.CompilerServices;

namespace Gradus.Kernels;

/// <summary>Rows of a matrix product that take no time for the zeros of A: C (rows × columns) ← A (rows × up to 64 terms) · B, or C +=
/// with <c>accumulate</c>.</summary>
/// <remarks>
/// Every second activation of a layer of rectifiers is zero, and every second derivative behind it: half of the multiplications of a
/// dense product add nothing. Here a row goes through its terms that are not zero, in the order of the others, so the bits are those of
/// the dense product (but that zero times infinity is nothing). A multiply-add then needs a load of its own, so a term costs more than in
/// a register tile, which shares a load among its rows.
/// </remarks>
/// <typeparam name="TLanes">Operations of a register.</typeparam>
/// <typeparam name="TVector">The register.</typeparam>
/// <typeparam name="TVectors">Vectors of a row, 1 to 8.</typeparam>
/// <typeparam name="TMasked">1 if the last of them is only partly there.</typeparam>
internal static unsafe class SparseRows<TLanes, TVector, TVectors, TMasked>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
    where TVectors : struct, INumber
    where TMasked : struct, INumber
{
    /// <summary>Computes the rows.</summary>
    /// <param name="a">A.</param>
    /// <param name="aRow">Floats from one row of A to the next; the terms of a row lie side by side.</param>
    /// <param name="present">For each row, which of its terms are not zero: bit p for term p.</param>
    /// <param name="b">B, its rows the vectors of this panel side by side, whole.</param>
    /// <param name="c">C.</param>
    /// <param name="cRow">Floats of C from row to row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="lastColumns">Columns of the last vector, if it is masked.</param>
    /// <param name="accumulate">Whether C holds the sum so far.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(
        float* a, nint aRow, ulong* present, float* b, float* c, nint cRow, int rows, int lastColumns, bool accumulate)
    {
        var zero = (int)((nint)c & (sizeof(float) - 1));   // floats lie at multiples of their size
        for (var end = present + rows; present != end; present++, a += aRow, c += cRow)
        {
            TVector c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
            if (accumulate)
            {
                c0 = Load(c, 0, lastColumns);
                if (TVectors.Value > 1)
                    c1 = Load(c, 1, lastColumns);
                if (TVectors.Value > 2)
                    c2 = Load(c, 2, lastColumns);
                if (TVectors.Value > 3)
                    c3 = Load(c, 3, lastColumns);
                if (TVectors.Value > 4)
                    c4 = Load(c, 4, lastColumns);
                if (TVectors.Value > 5)
                    c5 = Load(c, 5, lastColumns);
                if (TVectors.Value > 6)
                    c6 = Load(c, 6, lastColumns);
                if (TVectors.Value > 7)
                    c7 = Load(c, 7, lastColumns);
            }

            for (var terms = *present; terms != 0; terms &= terms - 1)
            {
                nint p = BitOperations.TrailingZeroCount(terms);
                var x = TLanes.BroadcastBeside(a + p, zero);
                var from = b + p * (TVectors.Value * TLanes.Width);
                c0 = TLanes.MultiplyAdd(x, TLanes.Load(from), c0);
                if (TVectors.Value > 1)
                    c1 = TLanes.MultiplyAdd(x, TLanes.Load(from + TLanes.Width), c1);
                if (TVectors.Value > 2)
                    c2 = TLanes.MultiplyAdd(x, TLanes.Load(from + 2 * TLanes.Width), c2);
                if (TVectors.Value > 3)
                    c3 = TLanes.MultiplyAdd(x, TLanes.Load(from + 3 * TLanes.Width), c3);
                if (TVectors.Value > 4)
                    c4 = TLanes.MultiplyAdd(x, TLanes.Load(from + 4 * TLanes.Width), c4);
                if (TVectors.Value > 5)
                    c5 = TLanes.MultiplyAdd(x, TLanes.Load(from + 5 * TLanes.Width), c5);
                if (TVectors.Value > 6)
                    c6 = TLanes.MultiplyAdd(x, TLanes.Load(from + 6 * TLanes.Width), c6);
                if (TVectors.Value > 7)
                    c7 = TLanes.MultiplyAdd(x, TLanes.Load(from + 7 * TLanes.Width), c7);
            }

            Store(c, 0, c0, lastColumns);
            if (TVectors.Value > 1)
                Store(c, 1, c1, lastColumns);
            if (TVectors.Value > 2)
                Store(c, 2, c2, lastColumns);
            if (TVectors.Value > 3)
                Store(c, 3, c3, lastColumns);
            if (TVectors.Value > 4)
                Store(c, 4, c4, lastColumns);
            if (TVectors.Value > 5)
                Store(c, 5, c5, lastColumns);
            if (TVectors.Value > 6)
                Store(c, 6, c6, lastColumns);
            if (TVectors.Value > 7)
                Store(c, 7, c7, lastColumns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(float* row, int vector, int lastColumns) => TMasked.Value != 0 && vector == TVectors.Value - 1
        ? TLanes.LoadPart(row + vector * TLanes.Width, lastColumns)
        : TLanes.Load(row + vector * TLanes.Width);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* row, int vector, TVector value, int lastColumns)
    {
        if (TMasked.Value != 0 && vector == TVectors.Value - 1)
            TLanes.StorePart(row + vector * TLanes.Width, value, lastColumns);
        else
            TLanes.Store(row + vector * TLanes.Width, value);
    }
}
