using System.Buffers.Binary;
using System.IO.Compression;

namespace Gradus.Tests;

public sealed class IdxReaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gradus").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Write(string name, byte[] content, bool gzip = false)
    {
        var path = Path.Combine(folder, name);
        using var file = File.Create(path);
        using Stream stream = gzip ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(content);
        return path;
    }

    private static byte[] Idx(uint[] size, int length, byte type = 8, byte first = 0)
    {
        var bytes = new byte[4 + (4 * size.Length) + length];
        (bytes[0], bytes[2], bytes[3]) = (first, type, (byte)size.Length);
        for (var d = 0; d < size.Length; d++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 + (4 * d)), size[d]);
        for (var i = 0; i < length; i++)
            bytes[^(length - i)] = (byte)(i * 7);
        return bytes;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reads_images_and_labels(bool gzip)
    {
        var table = IdxReader.ReadImages(Write("i", Idx([2, 2, 3], 12), gzip), Write("l", Idx([2], 2), gzip), "t");
        Assert.Equal((2, 7), (table.RowCount, table.Columns.Count));
        Assert.Equal("pixel_1_2", table.Columns[5].Name);
        Assert.Equal(77, ((PixelColumn)table.Columns[5])[1]);
        Assert.Equal("7", table["label"].TextAt(1));
    }

    public static TheoryData<byte[], string> Damaged => new()
    {
        { Idx([2, 2, 3], 11), "cut off: it holds 11 bytes of the 12" },
        { Idx([2, 2, 3], 13), "longer than the 12 bytes" },
        { Idx([2, 2, 3], 12, type: 0x0D), "type 0x0D" },
        { Idx([2, 2, 3], 12, first: 1), "no IDX file" },
        { Idx([2], 2), "has 1 dimensions; expected 3" },
        { Idx([0, 2, 3], 0), "claims a dimension of 0" },
        { Idx([4_000_000_000, 28, 28], 12), "claims a dimension of 4000000000" },
        { Idx([60_000, 28, 28], 12), "but the file has only 28" },
        { [0, 0, 8, 3, 0], "cut off in its header" },
        { [], "no IDX file" },
        { [0x1F, 0x8B, 8, 0, 0, 0, 0, 0], "gzip|no IDX file" },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void Refuses_damaged_files(byte[] content, string says)
    {
        var message = Assert.Throws<GradusException>(() =>
            IdxReader.ReadImages(Write("i", content), Write("l", Idx([2], 2)), "t")).Message;
        Assert.Contains(says.Split('|'), part => message.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void Refuses_files_that_do_not_belong_together()
    {
        var message = Assert.Throws<GradusException>(() =>
            IdxReader.ReadImages(Write("i", Idx([2, 2, 3], 12)), Write("l", Idx([3], 3)), "t")).Message;
        Assert.Contains("has 2 images", message, StringComparison.Ordinal);
        Assert.Contains("has 3 labels", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_the_four_files_is_refused() =>
        Assert.Contains("train-images-idx3-ubyte", Assert.Throws<GradusException>(() => DataSet.Open(folder)).Message, StringComparison.Ordinal);
}
