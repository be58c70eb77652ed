namespace Gradus;

/// <summary>Rows of bytes in one shared block: images of the same size, row-major, never copied. A selection of rows
/// is the same block with an index.</summary>
internal sealed class PixelRows
{
    private readonly byte[] bytes;
    private readonly int[]? rows;

    public PixelRows(byte[] bytes, int width) : this(bytes, width, null)
    {
        if (width < 1 || bytes.Length % width != 0)
            throw new ArgumentException($"{bytes.Length} bytes are no whole number of rows of {width}.", nameof(width));
    }

    private PixelRows(byte[] bytes, int width, int[]? rows)
    {
        this.bytes = bytes;
        this.rows = rows;
        Width = width;
        Count = rows?.Length ?? bytes.Length / width;
    }

    /// <summary>Bytes a row.</summary>
    public int Width { get; }

    public int Count { get; }

    public ReadOnlySpan<byte> this[int row] => bytes.AsSpan((rows is null ? row : rows[row]) * Width, Width);

    public PixelRows Select(ReadOnlySpan<int> selection)
    {
        var picked = selection.ToArray();
        foreach (ref var row in picked.AsSpan())
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(selection));
            if (rows is not null)
                row = rows[row];
        }
        return new PixelRows(bytes, Width, picked);
    }
}
