namespace Gradus.Kernels;

/// <summary>The matrix product for one vector width.</summary>
internal abstract unsafe class ProductPath
{
    /// <summary>Floats of a vector.</summary>
    public abstract int Width { get; }

    /// <summary>Rows of the register tile.</summary>
    public abstract int TileRows { get; }

    /// <summary>Columns of the register tile.</summary>
    public abstract int TileColumns { get; }

    /// <summary>The path for <paramref name="width"/>, which this machine must have.</summary>
    public static ProductPath For(VectorWidth width)
    {
        if (!VectorWidths.CanRun(width))
            throw new PlatformNotSupportedException($"This machine has no vector path of {(int)width} floats.");
        return width switch
        {
            VectorWidth.Bits512 => Path512.Instance,
            VectorWidth.Bits256 => Path256.Instance,
            VectorWidth.Bits128 => Path128.Instance,
            _ => PathScalar.Instance,
        };
    }

    /// <summary>Whether tiles of a transposed A are packed.</summary>
    public abstract bool PacksTransposed { get; }

    /// <summary>Columns of so many columns when each panel is filled up to whole vectors.</summary>
    public abstract int PaddedColumns(int columns);

    /// <summary>Packs the panels of op(B) that a region reads, in the order in which <see cref="Tiles"/> reads them.</summary>
    public abstract void Pack(in ProductShape shape, Region region, float* b, float* packed);

    /// <summary>Computes one region of C, whose first element is at <paramref name="c"/> and whose rows are
    /// <paramref name="cRow"/> floats apart, with register tiles, from B or, if it is there, from its packed panels.</summary>
    public abstract void Tiles(
        in ProductShape shape, Region region, float* a, float* b, float* c, nint cRow, float* scratch, float* packed);

    /// <summary>Columns of the widest panel of <see cref="Sparse"/>.</summary>
    public abstract int SparseColumns { get; }

    /// <summary>Floats of scratch memory that <see cref="Sparse"/> needs for regions of so many rows.</summary>
    public abstract int SparseScratch(int rows, bool transposeA);

    /// <summary>Floats of what <see cref="Prepare"/> makes.</summary>
    public abstract long PreparedLength(int m, int k);

    /// <summary>Turns rows of a transposed A for <see cref="Sparse"/>.</summary>
    public abstract void Prepare(in ProductShape shape, int row, int rows, float* a, float* prepared);

    /// <summary>As <see cref="Tiles"/>, from an A whose zeros are passed over; if it is transposed, it may be prepared. With memory for the
    /// region's <paramref name="sums"/> Cᵀ is written.</summary>
    public abstract void Sparse(
        in ProductShape shape, Region region, float* a, float* b, float* c, nint cRow, float* scratch, float* prepared, float* sums);

    /// <summary>About which share of a matrix is not zero.</summary>
    public abstract double Share(float* matrix, int length);

    /// <summary>Computes columns of c (1 × n) = a (1 × k) · op(B), the first of them at <paramref name="c"/>.</summary>
    public abstract void Vector(in ProductShape shape, int column, int columns, float* a, float* b, float* c);

    // A class each, so that only the widths in use are ever compiled.
    private static class Path512
    {
        public static readonly ProductPath Instance =
            new ProductPath<Lanes512, System.Runtime.Intrinsics.Vector512<float>>();
    }

    private static class Path256
    {
        public static readonly ProductPath Instance =
            new ProductPath<Lanes256, System.Runtime.Intrinsics.Vector256<float>>();
    }

    private static class Path128
    {
        public static readonly ProductPath Instance =
            new ProductPath<Lanes128, System.Runtime.Intrinsics.Vector128<float>>();
    }

    private static class PathScalar
    {
        public static readonly ProductPath Instance = new ProductPath<LanesScalar, float>();
    }
}
