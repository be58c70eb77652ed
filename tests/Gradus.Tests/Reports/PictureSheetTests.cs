using System.Buffers.Binary;
using System.IO.Compression;

namespace Gradus.Tests.Reports;

public sealed class PictureSheetTests
{
    // Digits of 8 × 8: pictures are 16 wide and 20 apart, after a rim of 4.
    [Fact]
    public void Each_row_shows_an_image_as_it_is_and_then_changed()
    {
        var table = DataSet.Open("digits").Table;
        var (width, height, pixels) = Draw(table, _ => new Augmentation { Shift = 2 });
        Assert.Equal((244, 204), (width, height));
        var values = table.Columns.OfType<NumberColumn>().Where(column => column.Name.StartsWith("pixel", StringComparison.Ordinal)).ToArray();
        byte Of(int row, int y, int x) => (byte)Math.Round(values[(y * 8) + x].Values[row] / 16 * 255);
        byte At(int row, int column, int y, int x) => pixels[((4 + (row * 20) + (2 * y)) * width) + 4 + (column * 20) + (2 * x)];
        bool Same(int row, int column) => Enumerable.Range(0, 64).All(i => At(row, column, i / 8, i % 8) == Of(row, i / 8, i % 8));
        for (var row = 0; row < 10; row++)
            Assert.Equal([true, false, false, false], Enumerable.Range(0, 4).Select(column => Same(row, column)));
        (width, height, pixels) = Draw(table, null);
        for (var i = 0; i < 120; i++)
            Assert.True(Enumerable.Range(0, 64).All(k => At(i / 12, i % 12, k / 8, k % 8) == Of(i, k / 8, k % 8)), $"picture {i}");
    }

    [Fact]
    public void A_table_of_few_rows_makes_a_small_sheet()
    {
        var few = DataSet.Open("digits").Table.SelectRows([0, 1, 2]);
        Assert.Equal((244, 64), Draw(few, size => Augmentation.DefaultFor(size)) is var (w, h, _) ? (w, h) : default);
        Assert.Equal((244, 24), Draw(few, null) is var (w2, h2, _) ? (w2, h2) : default);
    }

    // Chunk by chunk, CRC by the definition: the remainder of the message, bit by bit.
    private static (int Width, int Height, byte[] Pixels) Draw(Table table, Func<ImageSize, Augmentation>? augmentation)
    {
        var path = Path.GetTempFileName();
        PictureSheet.Of(table, augmentation).Save(path);
        var file = File.ReadAllBytes(path);
        File.Delete(path);
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8]);
        var (kinds, packed, size) = (new List<string>(), new MemoryStream(), (Width: 0, Height: 0));
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var content = file[(at + 8)..(at + 8 + length)];
            Assert.Equal(Crc(file[(at + 4)..(at + 8 + length)]), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            kinds.Add(System.Text.Encoding.ASCII.GetString(file, at + 4, 4));
            if (kinds[^1] == "IHDR")
            {
                size = (BinaryPrimitives.ReadInt32BigEndian(content), BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(4)));
                Assert.Equal([8, 0, 0, 0, 0], content[8..]);
            }

            if (kinds[^1] == "IDAT")
                packed.Write(content);
            at += length + 12;
        }

        Assert.Equal(["IHDR", "IDAT", "IEND"], kinds);
        packed.Position = 0;
        using var inflate = new ZLibStream(packed, CompressionMode.Decompress);
        using var raw = new MemoryStream();
        inflate.CopyTo(raw);
        var bytes = raw.ToArray();
        Assert.Equal((size.Width + 1) * size.Height, bytes.Length);
        return (size.Width, size.Height, [.. bytes.Where((_, i) => i % (size.Width + 1) != 0)]);
    }

    private static uint Crc(byte[] bytes)
    {
        var remainder = uint.MaxValue;
        foreach (var each in bytes)
        {
            remainder ^= each;
            for (var bit = 0; bit < 8; bit++)
                remainder = (remainder & 1) == 1 ? (remainder >> 1) ^ 0xEDB88320 : remainder >> 1;
        }

        return ~remainder;
    }
}
