using System.Numerics.Tensors;

namespace Gradus.Kernels;

/// <summary>C ← A · B as the sum of two products: of the first terms of each sum, and of the others. Neither needs what the other reads of
/// B.</summary>
/// <remarks>
/// A core that changes weights in a step, row by row, is then the one that reads them in the next. Otherwise each would read columns
/// of which half of the rows come from the other's cache, and the other would have to claim them back before it changes them again. The sum
/// of two halves is the same whichever is ready first.
/// </remarks>
internal sealed class SplitProduct
{
    private const int Halves = 2;

    // Elements of B from which its way between two caches takes longer than that of a few sums.
    private const int LeastB = 64 * 1024;
    private const int LeastRows = 16;

    private readonly MatrixProduct[] halves;
    private readonly int[] starts;

    private SplitProduct(MatrixProduct[] halves, int[] starts) => (this.halves, this.starts) = (halves, starts);

    /// <summary>The plan; null if the product is not worth splitting.</summary>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">Terms of each sum.</param>
    public static SplitProduct? Of(int m, int n, int k) => Of(m, n, k, VectorWidths.Best);

    /// <inheritdoc cref="Of(int, int, int)"/>
    internal static SplitProduct? Of(int m, int n, int k, VectorWidth width)
    {
        if (m < LeastRows || n == 1 || m > k || (long)k * n < LeastB)
            return null;
        var start = ProductCuts.Slice(k, Halves, 1).Start;
        var first = new MatrixProduct(m, n, start, false, false, width, aRow: k, ProductCuts.UsualParts / Halves);
        var second = new MatrixProduct(m, n, k - start, false, false, width, aRow: k, ProductCuts.UsualParts / Halves);
        return first.Parts == second.Parts ? new SplitProduct([first, second], [0, start]) : null;
    }

    /// <summary>Number of rectangles into which C is cut.</summary>
    public int Regions => halves[0].Parts;

    /// <summary>Number of parts: those of the first half of the terms, one for each rectangle, then those of the second.</summary>
    public int Parts => Halves * Regions;

    /// <summary>Floats, 64-byte aligned, that each worker brings.</summary>
    public int ScratchLength => int.Max(halves[0].ScratchLength, halves[1].ScratchLength);

    /// <summary>Multiplications and additions.</summary>
    public long Flops => halves[0].Flops + halves[1].Flops;

    /// <summary>Elements of C.</summary>
    public int Length => halves[0].M * halves[0].N;

    /// <summary>The rectangle, by its number, to which part <paramref name="index"/> adds. Each half begins with those that belong to the
    /// other, which then finds them ready.</summary>
    public int RegionOf(int index) => index < Regions ? (index + (Regions / 2)) % Regions : index - Regions;

    /// <summary>The rectangle of C with this number.</summary>
    public Region Region(int region) => halves[0].Part(region);

    /// <summary>Computes a part's terms of its rectangle: into C if the rectangle is the half's own, of the columns that have the same
    /// place among C's as its terms among all, else into <paramref name="others"/>, which is as large.</summary>
    public void Run(int part, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, Span<float> others, Span<float> scratch)
    {
        var half = part / Regions;
        var region = RegionOf(part);
        halves[half].Run(region, a[starts[half]..], b[(starts[half] * halves[0].N)..], Halves * region / Regions == half ? c : others, scratch);
    }

    /// <summary>C ← C + others, in a rectangle.</summary>
    public void Add(int region, Span<float> c, ReadOnlySpan<float> others)
    {
        var (firstRow, rows, column, columns) = Region(region);
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var start = (row * halves[0].N) + column;
            var sums = c.Slice(start, columns);
            TensorPrimitives.Add(sums, others.Slice(start, columns), sums);
        }
    }
}
