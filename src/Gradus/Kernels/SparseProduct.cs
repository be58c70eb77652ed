using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Gradus.Kernels;

/// <summary>The matrix product whose A is full of zeros, over <see cref="SparseRows{TLanes, TVector, TVectors, TMasked}"/>: passes over
/// k of as many terms as a bit mask has bits; panels of B, copied into the first cache level; all rows of the region.</summary>
internal sealed unsafe class SparseProduct<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>Vectors of the widest panel: so many sums keep the multipliers busy, and their panel fits the first cache level.</summary>
    public const int PanelVectors = 8;

    private const int Terms = 64;

    // Between them a share is fetched of what the next pass reads. If C is turned, it is in squares of so many rows.
    private const int RowsAtATime = 8;
    private const int RowsToTurn = 16;

    // Vectors in which the zeros of a large matrix are counted.
    private const int Samples = 64;

    // [vectors − 1, masked]
    private readonly delegate*<float*, nint, ulong*, float*, float*, nint, int, int, bool, void>[] kernels = MakeKernels();

    /// <summary>Floats of scratch memory for regions of so many rows.</summary>
    public static int ScratchLength(int rows, bool transposeA) =>
        (Terms * PanelVectors * TLanes.Width) + MaskLength(rows) + (transposeA ? rows * Terms : 0);

    /// <summary>Floats of what <see cref="Prepare"/> makes of a transposed A.</summary>
    public static long PreparedLength(int m, int k) => (k + Terms - 1) / Terms * PassLength(m);

    /// <summary>Turns rows of a transposed A, for the regions of all parts.</summary>
    public static void Prepare(in ProductShape shape, int row, int rows, float* a, float* prepared)
    {
        for (var start = 0; start < shape.K; start += Terms, prepared += PassLength(shape.M))
            Turn(shape, row, rows, start, a, prepared + row * (nint)Terms, Masks(prepared, shape.M) + row);
    }

    /// <summary>Computes one region of C, whose first element is at <paramref name="c"/> and whose rows are <paramref name="cRow"/> floats
    /// apart; of Cᵀ, if there is memory for the region's <paramref name="sums"/>. A transposed A may be prepared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run(in ProductShape shape, Region region, float* a, float* b, float* c, nint cRow, float* scratch, float* prepared, float* sums)
    {
        var atATime = sums == null ? RowsAtATime : RowsToTurn;
        var panel = scratch;
        scratch += Terms * PanelVectors * TLanes.Width;
        var vectors = (region.Columns + TLanes.Width - 1) / TLanes.Width;
        var panels = (vectors + PanelVectors - 1) / PanelVectors;
        for (var start = 0; start < shape.K; start += Terms)
        {
            var terms = int.Min(Terms, shape.K - start);
            float* rows = scratch + MaskLength(region.Rows);
            nint aRow = Terms;
            var present = (ulong*)scratch;
            if (!shape.TransposeA)
            {
                rows = a + region.Row * (nint)shape.ARow + start;
                aRow = shape.ARow;
                Find(rows, aRow, region.Rows, terms, present);
            }
            else if (prepared == null)
            {
                Turn(shape, region.Row, region.Rows, start, a, rows, present);
            }
            else
            {
                rows = prepared + region.Row * (nint)Terms;
                present = Masks(prepared, shape.M) + region.Row;
                prepared += PassLength(shape.M);
            }

            for (var index = 0; index < panels; index++)
            {
                var first = vectors * index / panels;
                var count = vectors * (index + 1) / panels - first;
                var column = first * TLanes.Width;
                var columns = int.Min(count * TLanes.Width, region.Columns - column);
                var last = columns - (count - 1) * TLanes.Width;
                Fill(shape, b, start, terms, region.Column + column, columns, count, panel);
                var kernel = kernels[2 * (count - 1) + (last < TLanes.Width ? 1 : 0)];
                var steps = (region.Rows + atATime - 1) / atATime;
                var later = int.Min(Terms, shape.K - start - terms);
                var nextPanel = shape.TransposeB
                    ? new Fetch(b + (region.Column + column) * (nint)shape.K + start + terms, shape.K, columns, later, steps)
                    : new Fetch(b + (start + terms) * (nint)shape.N + region.Column + column, shape.N, later, columns, steps);
                var nextRows = index < panels - 1 || shape.TransposeA ? default : new Fetch(rows + terms, aRow, region.Rows, later, steps);
                for (var row = 0; row < region.Rows; row += atATime)
                {
                    nextPanel.Step();
                    nextRows.Step();
                    var height = int.Min(atATime, region.Rows - row);
                    if (sums == null)
                    {
                        kernel(rows + row * aRow, aRow, present + row, panel, c + row * cRow + column, cRow, height, last, start > 0);
                        continue;
                    }

                    // Of a single pass all rows go through the same few lines of the first cache level.
                    var sum = sums + column + (shape.K <= Terms ? 0 : row * (nint)region.Columns);
                    kernel(rows + row * aRow, aRow, present + row, panel, sum, region.Columns, height, last, start > 0);
                    if (start + terms == shape.K)
                        Transposition.Block(sum, region.Columns, c + column * cRow + row, cRow, height, columns);
                }
            }
        }
    }

    /// <summary>Of a matrix of <paramref name="length"/> elements, about which share is not zero. Counted in a few places that depend on the
    /// length alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static double Share(float* matrix, int length)
    {
        if (length < TLanes.Width)
            return 1;
        var places = (uint)(length - TLanes.Width + 1);
        var found = 0;
        for (uint i = 0; i < Samples; i++)
        {
            // Fractions of i times the golden ratio lie evenly, and fall in with no width of the matrix.
            var place = (nint)(((ulong)(i * 2654435769u) * places) >> 32);
            found += BitOperations.PopCount(TLanes.NonZero(TLanes.Load(matrix + place)));
        }

        return (double)found / (Samples * TLanes.Width);
    }

    // Floats that a mask for each row takes, in whole cache lines.
    private static int MaskLength(int rows) => (rows + 7) / 8 * 8 * sizeof(ulong) / sizeof(float);

    // A pass of what is prepared: all rows of so many terms, then their masks.
    private static nint PassLength(int m) => m * (nint)Terms + MaskLength(m);

    private static ulong* Masks(float* pass, int m) => (ulong*)(pass + m * (nint)Terms);

    private static void Turn(in ProductShape shape, int row, int rows, int start, float* a, float* turned, ulong* present)
    {
        var terms = int.Min(Terms, shape.K - start);
        Transposition.Block(a + start * (nint)shape.ARow + row, shape.ARow, turned, Terms, terms, rows);
        Find(turned, Terms, rows, terms, present);
    }

    // Which terms of each row are not zero.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Find(float* rows, nint rowStep, int count, int terms, ulong* present)
    {
        for (var end = present + count; present != end; present++, rows += rowStep)
        {
            ulong found = 0;
            var p = 0;
            for (; p <= terms - TLanes.Width; p += TLanes.Width)
                found |= (ulong)TLanes.NonZero(TLanes.Load(rows + p)) << p;
            if (p < terms)
                found |= (ulong)TLanes.NonZero(TLanes.LoadPart(rows + p, terms - p)) << p;
            *present = found;
        }
    }

    // Vectors of op(B) side by side, term after term; lanes beyond the columns are never written to C.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Fill(in ProductShape shape, float* b, int start, int terms, int column, int columns, int vectors, float* panel)
    {
        nint stride = vectors * TLanes.Width;
        if (shape.TransposeB)
        {
            Transposition.Block(b + column * (nint)shape.K + start, shape.K, panel, stride, columns, terms);
            return;
        }

        var from = b + start * (nint)shape.N + column;
        var whole = columns / TLanes.Width * TLanes.Width;
        for (var p = 0; p < terms; p++, from += shape.N, panel += stride)
        {
            var i = 0;
            for (; i < whole; i += TLanes.Width)
                TLanes.Store(panel + i, TLanes.Load(from + i));
            if (i < columns)
                TLanes.Store(panel + i, TLanes.LoadPart(from + i, columns - i));
        }
    }

    private static delegate*<float*, nint, ulong*, float*, float*, nint, int, int, bool, void>[] MakeKernels()
    {
        var kernels = new delegate*<float*, nint, ulong*, float*, float*, nint, int, int, bool, void>[2 * PanelVectors];
        Fill<N1>();
        Fill<N2>();
        Fill<N3>();
        Fill<N4>();
        Fill<N5>();
        Fill<N6>();
        Fill<N7>();
        Fill<N8>();
        return kernels;

        void Fill<TVectors>()
            where TVectors : struct, INumber
        {
            kernels[2 * (TVectors.Value - 1)] = &SparseRows<TLanes, TVector, TVectors, N0>.Run;
            kernels[2 * (TVectors.Value - 1) + 1] = &SparseRows<TLanes, TVector, TVectors, N1>.Run;
        }
    }

    // Brings a part of a matrix into the second cache level, a share of its rows at a time. They lie far from each other: the hardware
    // foresees none of them.
    private struct Fetch(float* first, nint rowStep, int rows, int columns, int steps)
    {
        private const int Line = 16;

        private readonly int rowsAtATime = (rows + steps - 1) / steps;
        private float* row = first;
        private int rowsLeft = Sse.IsSupported && columns > 0 ? rows : 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step()
        {
            for (var end = rowsLeft - int.Min(rowsAtATime, rowsLeft); rowsLeft > end; rowsLeft--, row += rowStep)
            {
                for (var from = row; from < row + columns; from += Line)
                    Sse.Prefetch1(from);
            }
        }
    }
}
