namespace Gradus.Kernels;

/// <summary>How a product's C is cut into parts: by its shape alone, never by the number of threads.</summary>
internal static class ProductCuts
{
    /// <summary>Parts of a product that is cut, enough for as many threads; of a large one so many that C's stay in the second cache
    /// level.</summary>
    public const int UsualParts = 8;

    /// <summary>Multiply-adds from which a product is cut, 1 to 5 µs: handing work to a spinning thread costs 0.4 µs.</summary>
    public const long SmallWork = 256 * 1024;

    /// <summary>Parts begin at multiples of so many rows or columns.</summary>
    public const int Unit = 16;

    // A part's C: up to 256 KB, so that an epilogue finds it in the second cache level.
    private const long PartElements = 64 * 1024;

    // A gradient of weights is cut into long rows, so that an optimiser that follows in the epilogue runs through its vectors in long
    // stretches.
    private const int WideColumns = 512;

    private const int TallRows = 512;

    // Terms are few if C has so many times more rows.
    private const int FewTerms = 4;

    // Smaller parts, of which a panel of B serves few rows, or few vectors a row, are only made so that there are some.
    private const int LeastColumns = 128;
    private const int LeastRows = 64;
    private const int FewParts = 4;

    // A vector times a matrix is as fast as the matrix comes: parts of half a megabyte, about 5 µs.
    private const long VectorWork = 128 * 1024;

    /// <summary>How many cuts along the rows and the columns of C.</summary>
    /// <param name="rows">Rows of C.</param>
    /// <param name="columns">Columns of C.</param>
    /// <param name="k">Terms of each sum.</param>
    /// <param name="mostParts">Parts of a C that fits in few.</param>
    /// <param name="wide">Whether parts are to have long rows.</param>
    public static (int RowParts, int ColumnParts) Of(int rows, int columns, int k, int mostParts, bool wide)
    {
        var work = (long)rows * columns * k;
        if (rows == 1)
            return (1, (int)long.Clamp(work / VectorWork, 1, 8));
        if (work < SmallWork)
            return (1, 1);
        var parts = long.Max(long.Min(mostParts, work / (SmallWork / 2)), (long)rows * columns / PartElements);
        var rowParts = 1;
        var columnParts = 1;
        while ((long)rowParts * columnParts < parts)
        {
            // Halve the longer side, but leave columns of up to 512 rows: a panel of B, once read from afar, then serves
            // many tiles of rows. Of few terms, the work is to write C: by rows, for the hardware fetches ahead along them, into another's.
            var height = rows / rowParts;
            var width = columns / columnParts;
            if (rowParts * columnParts >= FewParts && width <= LeastColumns && height <= LeastRows)
                break;
            var cutsColumns = wide ? width > WideColumns || height < 2 * Unit
                : k <= height / FewTerms ? height < 2 * Unit
                : width >= height || height <= TallRows;
            if (cutsColumns && width >= 2 * Unit)
                columnParts *= 2;
            else if (height >= 2 * Unit)
                rowParts *= 2;
            else
                break;
        }

        return (rowParts, columnParts);
    }

    /// <summary>How many parts make ready what all parts of a product need, of so many columns each its own.</summary>
    public static int OfColumns(int columns) => int.Clamp(columns / LeastColumns, 1, FewParts);

    /// <summary>One of several slices, which begin at multiples of the unit and differ by at most one unit.</summary>
    public static (int Start, int Count) Slice(int length, int parts, int index, int unit = Unit)
    {
        var units = (length + unit - 1) / unit;
        var start = (int)((long)units * index / parts) * unit;
        var end = index == parts - 1 ? length : (int)((long)units * (index + 1) / parts) * unit;
        return (start, end - start);
    }
}
