using System.Buffers.Binary;
using System.IO.Compression;

namespace Gradus;

/// <summary>An image of 256 greys, as a PNG file (ISO/IEC 15948).</summary>
/// <param name="Width">Pixels a row, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
internal sealed record GrayImage(int Width, int Height)
{
    private static readonly uint[] Remainders = [.. Enumerable.Range(0, 256).Select(n => Enumerable.Range(0, 8).Aggregate((uint)n,
        (remainder, _) => (remainder & 1) == 1 ? 0xEDB88320 ^ (remainder >> 1) : remainder >> 1))];

    private readonly byte[] pixels = new byte[Height * Width];

    /// <summary>0 is black, 255 white.</summary>
    public ref byte this[int y, int x] => ref pixels[(y * Width) + x];

    /// <summary>Writes the file's bytes.</summary>
    public void WritePng(Stream stream)
    {
        stream.Write([0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n']);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        header[8] = 8;   // bits a pixel; the rest 0: greys, deflate, no interlacing
        WriteChunk(stream, "IHDR"u8, header);
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var y = 0; y < Height; y++)
            {
                deflate.WriteByte(0);   // no filter
                deflate.Write(pixels.AsSpan(y * Width, Width));
            }
        }

        WriteChunk(stream, "IDAT"u8, packed.ToArray());
        WriteChunk(stream, "IEND"u8, []);
    }

    // Length, kind, content, and the CRC-32 of kind and content.
    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        stream.Write(number);
        stream.Write(kind);
        stream.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Remainder(content, Remainder(kind, uint.MaxValue)));
        stream.Write(number);
    }

    private static uint Remainder(ReadOnlySpan<byte> bytes, uint remainder)
    {
        foreach (var each in bytes)
            remainder = Remainders[(byte)(remainder ^ each)] ^ (remainder >> 8);
        return remainder;
    }
}
