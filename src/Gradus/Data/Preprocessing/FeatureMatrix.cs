using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gradus;

/// <summary>The encoded inputs of a table: (rows, columns), row-major, read in batches. Numbers are held as float32;
/// images stay bytes and are converted on the way out.</summary>
public sealed class FeatureMatrix
{
    private readonly float[]? dense;
    private readonly PixelRows? pixels;
    private readonly float divisor;

    internal FeatureMatrix(float[] dense, int rows, int columns)
    {
        (this.dense, Rows, Columns) = (dense, rows, columns);
    }

    internal FeatureMatrix(PixelRows pixels, float divisor)
    {
        (this.pixels, this.divisor, Rows, Columns) = (pixels, divisor, pixels.Count, pixels.Width);
    }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>Features a row.</summary>
    public int Columns { get; }

    /// <summary>Copies the given rows, in that order. Allocates nothing.</summary>
    /// <param name="rows">Row indices, from 0.</param>
    /// <param name="destination">(rows.Length, Columns), row-major; may be longer.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not below <see cref="Rows"/>.</exception>
    public void Gather(ReadOnlySpan<int> rows, Span<float> destination)
    {
        CheckLength(rows.Length, destination);
        foreach (var row in rows)
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(rows));
        if (dense is null)
        {
            for (var i = 0; i < rows.Length; i++)
                CopyRow(rows[i], 0, destination.Slice(i * Columns, Columns));
            return;
        }

        // Small networks take this path millions of times: nothing but the copies in the loop.
        ReadOnlySpan<float> source = dense;
        var columns = Columns;
        for (var i = 0; i < rows.Length; i++)
            source.Slice(rows[i] * columns, columns).CopyTo(destination.Slice(i * columns, columns));
    }

    /// <summary>As <see cref="Gather(ReadOnlySpan{int}, Span{float})"/>, some of the columns; the rest of the destination is left alone.</summary>
    internal void Gather(ReadOnlySpan<int> rows, int firstColumn, int columns, Span<float> destination)
    {
        CheckLength(rows.Length, destination);
        for (var i = 0; i < rows.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)rows[i], (uint)Rows, nameof(rows));
            CopyRow(rows[i], firstColumn, destination.Slice((i * Columns) + firstColumn, columns));
        }
    }

    /// <summary>Copies consecutive rows. Allocates nothing.</summary>
    /// <param name="first">The first row, from 0.</param>
    /// <param name="count">How many rows, at least 0.</param>
    /// <param name="destination">(count, Columns), row-major; may be longer.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rows are not all below <see cref="Rows"/>.</exception>
    public void CopyRows(int first, int count, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Rows - first);
        CheckLength(count, destination);
        if (dense is not null)
        {
            dense.AsSpan(first * Columns, count * Columns).CopyTo(destination);
            return;
        }
        for (var i = 0; i < count; i++)
            CopyRow(first + i, 0, destination.Slice(i * Columns, Columns));
    }

    /// <summary>Adds the features to a checksum.</summary>
    internal void AppendTo(IncrementalHash hash)
    {
        hash.AppendData(MemoryMarshal.AsBytes<int>((int[])[Rows, Columns]));
        if (pixels is null)
        {
            hash.AppendData(MemoryMarshal.AsBytes<float>(dense));
            return;
        }

        hash.AppendData(BitConverter.GetBytes(divisor));
        for (var row = 0; row < Rows; row++)
            hash.AppendData(pixels[row]);
    }

    /// <summary>The given rows, in that order; the pixels of images are shared, not copied.</summary>
    internal FeatureMatrix Select(ReadOnlySpan<int> rows)
    {
        if (pixels is not null)
            return new FeatureMatrix(pixels.Select(rows), divisor);
        var picked = new float[rows.Length * Columns];
        Gather(rows, picked);
        return new FeatureMatrix(picked, rows.Length, Columns);
    }

    // As many columns as the destination has.
    private void CopyRow(int row, int firstColumn, Span<float> destination)
    {
        if (pixels is not null)
            ToFloats(pixels[row].Slice(firstColumn, destination.Length), divisor, destination);
        else
            dense.AsSpan((row * Columns) + firstColumn, destination.Length).CopyTo(destination);
    }

    // A quotient, not a product with 1/255: the correctly rounded value, the same as one row at a time. The division hides
    // behind the stores.
    private static void ToFloats(ReadOnlySpan<byte> bytes, float divisor, Span<float> destination)
    {
        var i = 0;
        var width = Vector<float>.Count;
        var by = new Vector<float>(divisor);
        for (; i <= bytes.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(bytes[i..]), out var low, out var high);
            Vector.Widen(low, out var a, out var b);
            Vector.Widen(high, out var c, out var d);
            var block = destination.Slice(i, Vector<byte>.Count);
            (Vector.ConvertToSingle(Vector.AsVectorInt32(a)) / by).CopyTo(block);
            (Vector.ConvertToSingle(Vector.AsVectorInt32(b)) / by).CopyTo(block[width..]);
            (Vector.ConvertToSingle(Vector.AsVectorInt32(c)) / by).CopyTo(block[(2 * width)..]);
            (Vector.ConvertToSingle(Vector.AsVectorInt32(d)) / by).CopyTo(block[(3 * width)..]);
        }
        for (; i < bytes.Length; i++)
            destination[i] = bytes[i] / divisor;
    }

    private void CheckLength(int rows, Span<float> destination)
    {
        if (destination.Length < (long)rows * Columns)
            throw new ArgumentException($"{rows} rows of {Columns} features need {(long)rows * Columns} floats, but the "
                + $"destination has {destination.Length}.", nameof(destination));
    }
}
