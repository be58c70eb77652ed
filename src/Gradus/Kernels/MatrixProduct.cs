namespace Gradus.Kernels;

/// <summary>C (m × n) ← op(A) (m × k) · op(B) (k × n), all row-major and contiguous: the plan, made once for a shape.
/// </summary>
/// <remarks>
/// C is cut into parts by shape alone, never by the number of threads. Parts may run in any order and at the same time;
/// each computes its rectangle of C completely, its sums over k in a fixed order, so the same shape gives the same bits.
/// Where many elements are zero, their terms are passed over: the bits are the same, but that zero times infinity is nothing.
/// </remarks>
internal sealed unsafe class MatrixProduct
{
    // Each pass reads and writes C, so few are best: a panel of so many terms still lies in the second cache level.
    private const int DeepPass = 1024;

    // But the terms of a transposed A lie a row apart, and of more of them the lines do not stay near until the next tiles take their
    // parts. And a panel of a transposed B that the first cache level holds is better read from there, where few tiles read it.
    private const int ShallowPass = 256;
    private const int FewRows = 64;

    private const int SmallPanel = 4 * 1024;

    // Tiles of a transposed A are packed if its rows are so long that few of them lie in the first cache level together, and if so
    // many panels share the packed ones.
    private const int LongRow = 512;
    private const int LeastPanels = 8;

    // Up to this share of elements that are not zero it pays to pass over the others. If they are B's, Cᵀ is computed and turned.
    private const double MostPresent = 0.7;
    private const int LeastSparseRows = 16;

    // Multiply-adds, row by row some 2 ms, that take less time than to compile tiles, 10 ms and more; and others, 5 ms with tiles, of
    // which passing over zeros would save less than the 10 ms that it takes to compile.
    private const long RowWork = 16 * 1024 * 1024;
    private const long SparseWork = 256 * 1024 * 1024;

    private readonly ProductPath path;
    private readonly long aLength;   // floats from the first of A to the last
    private readonly ProductShape shape;
    private readonly ProductShape mirrored;   // Cᵀ ← op(B)ᵀ · op(A)ᵀ
    private readonly bool mayPassOverA;
    private readonly bool mayPassOverB;
    private readonly bool swapped;
    private readonly bool vector;
    private readonly Region[] parts;
    private readonly nint[] packedStarts;   // of each part's panels; parts of the same columns share them
    private long work = SparseWork;   // multiply-adds so far, up to SparseWork; about, as threads add to it at once

    /// <summary>Plans the product for this machine's widest vectors.</summary>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">Terms of each sum; with 0 the product is zero.</param>
    /// <param name="transposeA">A is stored k × m.</param>
    /// <param name="transposeB">B is stored n × k.</param>
    public MatrixProduct(int m, int n, int k, bool transposeA, bool transposeB)
        : this(m, n, k, transposeA, transposeB, VectorWidths.Best)
    {
    }

    /// <summary>Plans the product for vectors of <paramref name="width"/>.</summary>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">Terms of each sum.</param>
    /// <param name="transposeA">A is stored k × m.</param>
    /// <param name="transposeB">B is stored n × k.</param>
    /// <param name="width">Floats of a vector.</param>
    /// <param name="aRow">Floats from one row of A to the next, if it is a part of a wider matrix; 0 if its rows lie side by side.</param>
    /// <param name="mostParts">Parts of a C that fits in few.</param>
    internal MatrixProduct(int m, int n, int k, bool transposeA, bool transposeB, VectorWidth width, int aRow = 0, int mostParts = ProductCuts.UsualParts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        path = ProductPath.For(width);
        M = m;
        N = n;
        K = k;
        var storedRow = transposeA ? m : k;
        aLength = aRow == 0 ? (long)m * k : ((long)((transposeA ? k : m) - 1) * aRow) + storedRow;
        if (aRow == 0)
            aRow = storedRow;

        // c = A·b is cᵀ = bᵀ·Aᵀ, and a vector lies in memory as its transpose does.
        swapped = n == 1 && m != 1;
        vector = m == 1 || n == 1;
        var (rows, columns) = swapped ? (1, m) : (m, n);
        var isWide = transposeA && !swapped;
        var (rowParts, columnParts) = ProductCuts.Of(rows, columns, k, mostParts, isWide);

        var partRows = (rows + rowParts - 1) / rowParts;
        var deepest = transposeA || (transposeB && partRows <= FewRows && ShallowPass * path.TileColumns <= SmallPanel) ? ShallowPass : DeepPass;
        var passes = int.Max(1, (k + deepest - 1) / deepest);
        var depth = (k + passes - 1) / passes;

        // A panel in place costs a cache line, and often a page, for each of its rows; once it is read by a few row
        // tiles and does not lie in the first cache level as it is, a copy pays for itself.
        var copyPanels = partRows > 2 * path.TileRows && (long)k * columns > SmallPanel;
        var packTiles = transposeA && path.PacksTransposed && !vector
            && m >= LongRow && (columns + columnParts - 1) / columnParts >= LeastPanels * path.TileColumns;
        shape = swapped
            ? new ProductShape(1, m, k, false, !transposeA, depth, false, false, k)
            : new ProductShape(m, n, k, transposeA, transposeB, depth, copyPanels, packTiles, aRow);
        if (!vector && (copyPanels || transposeB))
            ScratchLength = depth * path.TileColumns;

        // Whole panels where parts are so wide that unequal ones leave no thread waiting.
        var columnUnit = !swapped && columns / columnParts >= 4 * path.TileColumns ? path.TileColumns : ProductCuts.Unit;
        parts = new Region[rowParts * columnParts];
        for (var part = 0; part < parts.Length; part++)
        {
            // Neighbours share rows if these are what each worker has to itself, else columns.
            var (row, height) = ProductCuts.Slice(rows, rowParts, isWide ? part / columnParts : part % rowParts);
            var (column, breadth) = ProductCuts.Slice(columns, columnParts, isWide ? part % columnParts : part / rowParts, columnUnit);
            parts[part] = swapped
                ? new Region(column, breadth, row, height)
                : new Region(row, height, column, breadth);
        }

        LargestPart = parts.Max(part => part.Rows * part.Columns);
        if (packTiles)
        {
            var tileRows = (parts.Max(part => part.Rows) + path.TileRows - 1) / path.TileRows * path.TileRows;
            ScratchLength = depth * (path.TileColumns + tileRows);
        }

        var (mostRows, mostColumns) = (parts.Max(part => part.Rows), parts.Max(part => part.Columns));
        var isLarge = !vector && (long)m * n * k >= ProductCuts.SmallWork;   // counting zeros takes 0.1 µs
        mayPassOverA = isLarge && mostRows >= LeastSparseRows && mostColumns >= path.SparseColumns / 2;
        if (mayPassOverA)
            ScratchLength = int.Max(ScratchLength, path.SparseScratch(mostRows, transposeA));

        // The right side of a gradient of weights is a gradient of a layer's sums, with the zeros of its activation's derivative.
        mirrored = new ProductShape(n, m, k, !transposeB, !transposeA, depth, false, false, transposeB ? k : n);
        mayPassOverB = isLarge && transposeA && !transposeB && mostColumns >= LeastSparseRows && mostRows >= path.SparseColumns / 2;
        if (mayPassOverB)
        {
            ScratchLength = int.Max(ScratchLength, LargestPart + path.SparseScratch(mostColumns, !transposeB));
            if (rowParts > 1)
                PreparedLength = checked((int)path.PreparedLength(n, k));
        }

        packedStarts = new nint[parts.Length];
        if (vector || rows < 2 || (long)k * columns < SmallPanel)
            return;
        nint packed = 0;
        for (var part = 0; part < columnParts; part++)
        {
            for (var row = 0; row < rowParts; row++)
                packedStarts[isWide ? (row * columnParts) + part : (part * rowParts) + row] = packed;
            packed += (nint)k * path.PaddedColumns(parts[isWide ? part : part * rowParts].Columns);
        }

        PackedLength = checked((int)packed);
    }

    /// <summary>Rows of C.</summary>
    public int M { get; }

    /// <summary>Columns of C.</summary>
    public int N { get; }

    /// <summary>Terms of each sum.</summary>
    public int K { get; }

    /// <summary>Whether this is computed so often that the runtime may compile what is fastest: said at the start, or
    /// counted. Until then rows are multiplied one by one, and from the 16 millionth multiply-add on with tiles; only then are zeros passed
    /// over. The bits are the same, but for zero times infinity.</summary>
    public bool IsRunOften
    {
        get => work >= SparseWork;
        init => work = value ? SparseWork : 0;
    }

    /// <summary>Number of parts, at least 1.</summary>
    public int Parts => parts.Length;

    /// <summary>Floats, 64-byte aligned, that each worker brings.</summary>
    public int ScratchLength { get; }

    /// <summary>Elements of C that the largest part computes.</summary>
    public int LargestPart { get; }

    /// <summary>Multiplications and additions.</summary>
    public long Flops => 2L * M * N * K;

    /// <summary>The rectangle of C that part <paramref name="index"/> computes.</summary>
    public Region Part(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Parts);
        return parts[index];
    }

    /// <summary>Floats of op(B) packed for <see cref="RunPacked"/>; 0 for a product that gains nothing by it.</summary>
    public int PackedLength { get; }

    /// <summary>Packs a B that many products will share: its panels side by side, in the order in which they are read.
    /// </summary>
    public void Pack(ReadOnlySpan<float> b, Span<float> packed)
    {
        Check.Length(b, (long)K * N, nameof(b));
        Check.Length<float>(packed, PackedLength, nameof(packed));
        fixed (float* pb = b, to = packed)
        {
            for (var part = 0; part < parts.Length; part++)
            {
                if (parts[part].Row == 0)
                    path.Pack(shape, parts[part], pb, to + packedStarts[part]);
            }
        }
    }

    /// <summary>As <see cref="Run"/>, with op(B) packed beside it; the same bits.</summary>
    public void RunPacked(int part, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> packed, Span<float> c, Span<float> scratch)
    {
        Check.Length(a, aLength, nameof(a));
        Check.Length(b, (long)K * N, nameof(b));
        Check.Length(packed, PackedLength, nameof(packed));
        Check.Length<float>(scratch, ScratchLength, nameof(scratch));
        Check.Length<float>(c, (long)M * N, nameof(c));
        var region = Part(part);
        if (region.Rows == 0 || region.Columns == 0)
            return;
        fixed (float* pa = a, pb = b, from = packed, pc = c, memory = scratch)
        {
            if (!TryRows(region, pa, pb, pc + Start(region), N) && !TrySparse(region, pa, pb, pc + Start(region), N, memory, null))
                path.Tiles(shape, region, pa, null, pc + Start(region), N, null, from + packedStarts[part]);
        }
    }

    /// <summary>Floats that <see cref="Prepare"/> makes of B; 0 for a product that needs nothing.</summary>
    public int PreparedLength { get; }

    /// <summary>Number of parts of <see cref="Prepare"/>.</summary>
    public int PreparationParts => ProductCuts.OfColumns(N);

    /// <summary>Makes ready what all parts need of a B whose zeros are passed over, so that not each of them makes it.</summary>
    public void Prepare(int part, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> prepared)
    {
        Check.Range(part, 1, PreparationParts, nameof(part));
        Check.Length(a, aLength, nameof(a));
        Check.Length(b, (long)K * N, nameof(b));
        Check.Length<float>(prepared, PreparedLength, nameof(prepared));
        var (column, columns) = ProductCuts.Slice(N, PreparationParts, part);
        fixed (float* pa = a, pb = b, to = prepared)
        {
            if (PassesOver(pa, pb) == ProductSide.B)
                path.Prepare(mirrored, column, columns, pb, to);
        }
    }

    /// <summary>Computes the rectangle of part <paramref name="part"/>; the rest of C is left alone. C must not overlap
    /// A or B.</summary>
    /// <param name="part">Which.</param>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    /// <param name="c">C.</param>
    /// <param name="scratch">The worker's memory.</param>
    /// <param name="prepared">What every part of <see cref="Prepare"/> has made; none if each part is to make it for itself.</param>
    public void Run(int part, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, Span<float> scratch, ReadOnlySpan<float> prepared = default)
    {
        Check.Length<float>(c, (long)M * N, nameof(c));
        var region = Part(part);
        if (region.Rows > 0 && region.Columns > 0)
            Compute(region, a, b, c[Start(region)..], N, scratch, prepared);
    }

    /// <summary>As <see cref="Run"/>, but the rectangle alone is written, row after row; the same bits.</summary>
    public void RunAlone(
        int part, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> rectangle, Span<float> scratch, ReadOnlySpan<float> prepared = default)
    {
        var region = Part(part);
        Check.Length<float>(rectangle, (long)region.Rows * region.Columns, nameof(rectangle));
        if (region.Rows > 0 && region.Columns > 0)
            Compute(region, a, b, rectangle, region.Columns, scratch, prepared);
    }

    private int Start(in Region region) => (region.Row * N) + region.Column;

    private void Compute(
        in Region region, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int cRow, Span<float> scratch, ReadOnlySpan<float> prepared)
    {
        Check.Length(a, aLength, nameof(a));
        Check.Length(b, (long)K * N, nameof(b));
        Check.Length<float>(scratch, ScratchLength, nameof(scratch));
        Check.Length(prepared, prepared.IsEmpty ? 0 : PreparedLength, nameof(prepared));
        if (K == 0)
        {
            for (var row = 0; row < region.Rows; row++)
                c.Slice(row * cRow, region.Columns).Clear();
            return;
        }

        fixed (float* pa = a, pb = b, pc = c, memory = scratch, ready = prepared)
        {
            if (swapped)
                path.Vector(shape, region.Row, region.Rows, pb, pa, pc);
            else if (vector)
                path.Vector(shape, region.Column, region.Columns, pa, pb, pc);
            else if (!TryRows(region, pa, pb, pc, cRow) && !TrySparse(region, pa, pb, pc, cRow, memory, ready))
                path.Tiles(shape, region, pa, pb, pc, cRow, memory, null);
        }
    }

    // A row times a matrix that is not transposed is summed in the order of the tiles.
    private bool TryRows(in Region region, float* a, float* b, float* c, int cRow)
    {
        if (IsRunOften)
            return false;
        work += (long)region.Rows * region.Columns * K;
        if (work > RowWork || shape.TransposeA || shape.TransposeB)
            return false;
        for (var row = 0; row < region.Rows; row++)
            path.Vector(shape, region.Column, region.Columns, a + ((region.Row + row) * (nint)shape.ARow), b, c + (row * (nint)cRow));
        return true;
    }

    /// <summary>Of which side the zeros are passed over. For a product that is run often the same for every part; else later parts may
    /// begin with it, which need no preparation.</summary>
    internal ProductSide PassesOver(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Check.Length(a, aLength, nameof(a));
        Check.Length(b, (long)K * N, nameof(b));
        fixed (float* pa = a, pb = b)
            return PassesOver(pa, pb);
    }

    private ProductSide PassesOver(float* a, float* b) =>
        !IsRunOften ? ProductSide.None
        : mayPassOverA && path.Share(a, (int)aLength) <= MostPresent ? ProductSide.A
        : mayPassOverB && path.Share(b, K * N) <= MostPresent ? ProductSide.B
        : ProductSide.None;

    private bool TrySparse(in Region region, float* a, float* b, float* c, int cRow, float* scratch, float* prepared)
    {
        switch (PassesOver(a, b))
        {
            case ProductSide.A:
                path.Sparse(shape, region, a, b, c, cRow, scratch, null, null);
                return true;
            case ProductSide.B:
                var turned = new Region(region.Column, region.Columns, region.Row, region.Rows);
                path.Sparse(mirrored, turned, b, a, c, cRow, scratch + LargestPart, prepared, scratch);
                return true;
            default:
                return false;
        }
    }
}
