using System.Buffers.Binary;
using System.IO.Compression;

namespace Gradus;

/// <summary>Reads the IDX format of MNIST and its kin: images and labels, as bytes, gzipped or not.</summary>
/// <remarks>Two zero bytes, the type (0x08: unsigned byte), the number of dimensions, each dimension as a big-endian
/// 32-bit number, then the bytes, row-major.</remarks>
public static class IdxReader
{
    private const int MaxBytes = 2_000_000_000;  // what one array can hold
    private const byte UnsignedByte = 0x08;

    /// <summary>Reads a file of images and one of labels as a table: a <see cref="PixelColumn"/> <c>pixel_r_c</c> for each pixel and
    /// a category column <c>label</c>.</summary>
    /// <param name="imagesPath">Three dimensions: images, rows, columns.</param>
    /// <param name="labelsPath">One dimension: a label an image.</param>
    /// <param name="name">The table's name.</param>
    /// <exception cref="GradusException">A file is missing, cut off, too long, of another format, or they do not fit together.</exception>
    public static Table ReadImages(string imagesPath, string labelsPath, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(imagesPath);
        ArgumentException.ThrowIfNullOrEmpty(labelsPath);
        var (size, pixels) = Read(imagesPath, dimensions: 3);
        var (labelSize, labels) = Read(labelsPath, dimensions: 1);
        if (size[0] != labelSize[0])
            throw new GradusException($"'{imagesPath}' has {size[0]} images, but '{labelsPath}' has {labelSize[0]} labels. "
                + "There must be one label an image; are these files of the same set?");
        return ToTable(name, pixels, size[1], size[2], labels);
    }

    internal static Table ToTable(string name, byte[] pixels, int height, int width, byte[] labels)
    {
        var rows = new PixelRows(pixels, height * width);
        var columns = new Column[(height * width) + 1];
        for (var i = 0; i < columns.Length - 1; i++)
            columns[i] = new PixelColumn($"pixel_{i / width}_{i % width}", rows, i);

        var codeOf = new int[256];
        foreach (var label in labels)
            codeOf[label] = 1;
        var categories = new List<string>();
        for (var label = 0; label < codeOf.Length; label++)
        {
            if (codeOf[label] == 0)
                continue;
            codeOf[label] = categories.Count;
            categories.Add(label.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        columns[^1] = new CategoryColumn("label", Array.ConvertAll(labels, l => codeOf[l]), categories);
        return new Table(name, columns);
    }

    /// <summary>Reads one file of bytes with the given number of dimensions, none of them 0.</summary>
    internal static (int[] Size, byte[] Values) Read(string path, int dimensions)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var stream = Decompress(file);
            return Read(stream, path, dimensions, file.Length);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new GradusException($"There is no file '{path}'. Check the path.", e);
        }
        catch (InvalidDataException e)
        {
            throw new GradusException($"'{path}' is a damaged gzip file: {e.Message} Fetch it again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GradusException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    private static (int[] Size, byte[] Values) Read(Stream stream, string path, int dimensions, long fileLength)
    {
        Span<byte> header = stackalloc byte[4 + (4 * dimensions)];
        if (stream.ReadAtLeast(header[..4], 4, throwOnEndOfStream: false) < 4 || header[0] != 0 || header[1] != 0)
            throw new GradusException($"'{path}' is no IDX file: it does not begin with two zero bytes. Expected a file such as "
                + "train-images-idx3-ubyte.");
        if (header[2] != UnsignedByte)
            throw new GradusException($"'{path}' holds values of type 0x{header[2]:X2}; only unsigned bytes (0x08) are supported.");
        if (header[3] != dimensions)
            throw new GradusException($"'{path}' has {header[3]} dimensions; expected {dimensions} "
                + $"({(dimensions == 3 ? "images, rows, columns" : "labels")}). Are images and labels swapped?");
        if (stream.ReadAtLeast(header[4..], 4 * dimensions, throwOnEndOfStream: false) < 4 * dimensions)
            throw new GradusException($"'{path}' is cut off in its header. Fetch it again.");

        var size = new int[dimensions];
        long total = 1;
        for (var d = 0; d < dimensions; d++)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(header[(4 + (4 * d))..]);
            total = length is 0 or > int.MaxValue || total * (double)length > MaxBytes ? -1 : total * length;
            if (total < 0)
                throw new GradusException($"'{path}' claims a dimension of {length}, for a size of 0 or over {MaxBytes:N0} bytes "
                    + "in all. Is the file damaged?");
            size[d] = (int)length;
        }
        // Deflate packs at most about 1 : 1032, so a short file cannot hold what a large header claims.
        if (total > fileLength * 1040)
            throw new GradusException($"'{path}' claims {total:N0} bytes, but the file has only {fileLength:N0}. Is it cut off?");

        var values = new byte[total];
        var read = stream.ReadAtLeast(values, values.Length, throwOnEndOfStream: false);
        if (read < values.Length)
            throw new GradusException($"'{path}' is cut off: it holds {read:N0} bytes of the {total:N0} that its header claims. Fetch it again.");
        if (stream.ReadByte() >= 0)
            throw new GradusException($"'{path}' is longer than the {total:N0} bytes that its header claims. Is it the right file?");
        return (size, values);
    }

    private static Stream Decompress(FileStream file)
    {
        var gzipped = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return gzipped ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
