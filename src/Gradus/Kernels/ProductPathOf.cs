using System.Runtime.Intrinsics;

namespace Gradus.Kernels;

/// <summary>The matrix product over register tiles of <typeparamref name="TLanes"/>.</summary>
/// <remarks>
/// Three loops around the tile, after Goto and van de Geijn (2008): passes over k, so deep that a panel of B stays in
/// the second cache level; panels of B, one tile wide; tiles of rows. The region's C stays in that level too.
/// </remarks>
internal sealed unsafe class ProductPath<TLanes, TVector> : ProductPath
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    // [small or full height, vectors − 1, masked, copies]
    private static readonly delegate*<float*, nint, nint, float*, nint, float*, nint, int, int, int, bool, float*, void>[]
        Kernels = MakeKernels();

    private readonly SparseProduct<TLanes, TVector> sparse = new();

    public override int Width => TLanes.Width;

    public override int TileRows => TLanes.TileRows;

    public override int TileColumns => TLanes.TileVectors * TLanes.Width;

    public override bool PacksTransposed => TLanes.PacksTransposed;

    public override void Vector(in ProductShape shape, int column, int columns, float* a, float* b, float* c)
    {
        if (shape.TransposeB)
            VectorMatrix<TLanes, TVector>.Dots(a, b + (nint)column * shape.K, c, shape.K, columns);
        else
            VectorMatrix<TLanes, TVector>.Combine(a, b + column, shape.N, c, shape.K, columns);
    }

    public override int SparseColumns => SparseProduct<TLanes, TVector>.PanelVectors * TLanes.Width;

    public override int SparseScratch(int rows, bool transposeA) => SparseProduct<TLanes, TVector>.ScratchLength(rows, transposeA);

    public override long PreparedLength(int m, int k) => SparseProduct<TLanes, TVector>.PreparedLength(m, k);

    public override void Prepare(in ProductShape shape, int row, int rows, float* a, float* prepared) =>
        SparseProduct<TLanes, TVector>.Prepare(shape, row, rows, a, prepared);

    public override void Sparse(
        in ProductShape shape, Region region, float* a, float* b, float* c, nint cRow, float* scratch, float* prepared, float* sums) =>
        sparse.Run(shape, region, a, b, c, cRow, scratch, prepared, sums);

    public override double Share(float* matrix, int length) => SparseProduct<TLanes, TVector>.Share(matrix, length);

    public override int PaddedColumns(int columns)
    {
        var padded = 0;
        for (var column = 0; column < columns;)
        {
            var panel = PanelColumns(columns - column);
            padded += Stride(panel);
            column += panel;
        }

        return padded;
    }

    public override void Pack(in ProductShape shape, Region region, float* b, float* packed)
    {
        for (var start = 0; start < shape.K; start += shape.Depth)
        {
            var depth = int.Min(shape.Depth, shape.K - start);
            for (var column = 0; column < region.Columns;)
            {
                var columns = PanelColumns(region.Columns - column);
                var stride = Stride(columns);
                var at = region.Column + column;
                if (shape.TransposeB)
                {
                    Transposition.Block(b + at * (nint)shape.K + start, shape.K, packed, stride, columns, depth);
                }
                else
                {
                    for (var p = 0; p < depth; p++)
                        Buffer.MemoryCopy(b + (start + p) * (nint)shape.N + at, packed + p * stride, columns * sizeof(float), columns * sizeof(float));
                }

                packed += depth * stride;
                column += columns;
            }
        }
    }

    public override void Tiles(
        in ProductShape shape, Region region, float* a, float* b, float* c, nint cRow, float* scratch, float* packed)
    {
        nint aRow = shape.TransposeA ? 1 : shape.ARow;
        nint aStep = shape.TransposeA ? shape.ARow : 1;
        a += region.Row * aRow;
        for (var start = 0; start < shape.K; start += shape.Depth)
        {
            var depth = int.Min(shape.Depth, shape.K - start);
            var tiles = a + start * aStep;
            var (tileStep, rowStep, termStep) = (TLanes.TileRows * aRow, aRow, aStep);
            if (shape.PackTiles && packed == null)
            {
                PackTiles(tiles, aStep, region.Rows, depth, scratch + shape.Depth * TileColumns);
                tiles = scratch + shape.Depth * TileColumns;
                (tileStep, rowStep, termStep) = (TLanes.TileRows * depth, 1, TLanes.TileRows);
            }

            for (var column = 0; column < region.Columns;)
            {
                var columns = PanelColumns(region.Columns - column);
                var vectors = (columns + TLanes.Width - 1) / TLanes.Width;
                var stride = vectors * TLanes.Width;
                var at = region.Column + column;
                float* from;
                nint bStep;
                if (packed != null)
                {
                    from = packed;
                    bStep = stride;
                    packed += depth * stride;
                }
                else if (shape.TransposeB)
                {
                    Transposition.Block(b + at * (nint)shape.K + start, shape.K, scratch, stride, columns, depth);
                    from = scratch;
                    bStep = stride;
                }
                else
                {
                    from = b + start * (nint)shape.N + at;
                    bStep = shape.N;
                }

                var last = columns - stride + TLanes.Width;
                var kind = 4 * (vectors - 1) + (last < TLanes.Width ? 2 : 0);
                var copies = shape.CopyPanels && !shape.TransposeB && packed == null;
                for (var row = 0; row < region.Rows; row += TLanes.TileRows)
                {
                    var rows = int.Min(TLanes.TileRows, region.Rows - row);
                    var kernel = Kernels[kind + (rows > TLanes.TileRows / 2 ? 12 : 0) + (copies ? 1 : 0)];
                    kernel(
                        tiles + row / TLanes.TileRows * tileStep, rowStep, termStep, from, bStep,
                        c + row * cRow + column, cRow, depth, rows, last, start > 0, scratch);

                    if (copies)
                    {
                        copies = false;
                        from = scratch;
                        bStep = stride;
                    }
                }

                column += columns;
            }
        }
    }

    // Of a transposed A, whose terms are aStep floats apart: the rows of each tile side by side, term after term. A few terms at a
    // time, so that their lines stay in the first cache level while the tiles take their parts of them.
    private static void PackTiles(float* a, nint aStep, int rows, int depth, float* tiles)
    {
        const int terms = 8;
        var height = TLanes.TileRows;
        for (var start = 0; start < depth; start += terms)
        {
            var count = int.Min(terms, depth - start);
            for (var row = 0; row < rows; row += height)
            {
                var from = a + row + start * aStep;
                var to = tiles + row * (nint)depth + start * height;
                var present = int.Min(height, rows - row);
                if (present == 6)
                {
                    for (var p = 0; p < count; p++, from += aStep, to += 6)
                    {
                        Vector128.Load(from).Store(to);
                        *(double*)(to + 4) = *(double*)(from + 4);
                    }

                    continue;
                }

                for (var p = 0; p < count; p++, from += aStep, to += height)
                    new ReadOnlySpan<float>(from, present).CopyTo(new Span<float>(to, present));
            }
        }
    }

    private static int Stride(int panel) => (panel + TLanes.Width - 1) / TLanes.Width * TLanes.Width;

    // Full tiles as long as they last, but two of two vectors rather than one of three and one of one: a tile of one
    // vector has too few independent sums to keep the multipliers busy.
    private static int PanelColumns(int remaining)
    {
        var full = TLanes.TileVectors * TLanes.Width;
        if (remaining <= full)
            return remaining;
        var rest = remaining - full;
        return TLanes.TileVectors == 3 && rest <= TLanes.Width ? 2 * TLanes.Width : full;
    }

    private static delegate*<float*, nint, nint, float*, nint, float*, nint, int, int, int, bool, float*, void>[]
        MakeKernels()
    {
        var kernels =
            new delegate*<float*, nint, nint, float*, nint, float*, nint, int, int, int, bool, float*, void>[24];
        if (TLanes.TileRows == 8)
        {
            Fill<N4>(0);
            Fill<N8>(12);
        }
        else
        {
            Fill<N3>(0);
            Fill<N6>(12);
        }

        return kernels;

        void Fill<TRows>(int at)
            where TRows : struct, INumber
        {
            FillRow<TRows, N1>(at);
            FillRow<TRows, N2>(at + 4);
            FillRow<TRows, N3>(at + 8);
        }

        void FillRow<TRows, TVectors>(int at)
            where TRows : struct, INumber
            where TVectors : struct, INumber
        {
            kernels[at] = &Tile<TLanes, TVector, TileShape<TRows, TVectors, N0, N0>>.Run;
            kernels[at + 1] = &Tile<TLanes, TVector, TileShape<TRows, TVectors, N0, N1>>.Run;
            kernels[at + 2] = &Tile<TLanes, TVector, TileShape<TRows, TVectors, N1, N0>>.Run;
            kernels[at + 3] = &Tile<TLanes, TVector, TileShape<TRows, TVectors, N1, N1>>.Run;
        }
    }
}
