using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Gradus.Tests;

public class SafetensorsTests
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    [Fact]
    public void What_is_written_is_read_back()
    {
        SafetensorsTensor[] tensors =
        [
            SafetensorsTensor.FromSingles("0.weight", [2, 3], [1, -2, 0.5f, float.NaN, float.NegativeInfinity, -0f]),
            SafetensorsTensor.FromSingles("a scalar", [], [3]),
            SafetensorsTensor.FromSingles("empty", [4, 0, 2], []),
            SafetensorsTensor.FromSingles("Größe \"\\\n\u0001 日本 😀", [1], [7]),
            SafetensorsTensor.FromSingles("", [1, 1, 1, 1], [8]),
            new("bytes", SafetensorsType.U8, [3], new byte[] { 1, 2, 3 }),
            new("int", SafetensorsType.I32, [1], new byte[4]),
            new("long", SafetensorsType.I64, [1], new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }),
            new("double", SafetensorsType.F64, [], new byte[8]),
        ];
        var metadata = new Dictionary<string, string>
        {
            ["network"] = """{"layers":["dense",2],"unit":"m²"}""",
            ["empty"] = "",
            [""] = "é\t<&'>",
        };

        var file = Read(Write(metadata, tensors), requireChecksum: true);

        Assert.Equal(metadata, file.Metadata);
        Assert.Equal(SafetensorsChecksum.Of(tensors, metadata), file.Checksum);
        Assert.Equal(tensors.Length, file.Tensors.Count);
        foreach (var tensor in tensors)
        {
            var found = file.Find(tensor.Name);
            Assert.NotNull(found);
            Assert.Equal(tensor.Type, found.Type);
            Assert.Equal(tensor.Shape.AsSpan(), found.Shape.AsSpan());
            Assert.Equal(tensor.Bytes.Span, found.Bytes.Span);
        }

        Assert.Equal([1, -2, 0.5f, float.NaN, float.NegativeInfinity, -0f], file["0.weight"].ToSingles());
        Assert.Null(file.Find("0.Weight"));
        var message = Assert.Throws<GradusException>(() => file["0.Weight"]).Message;
        Assert.Contains("no tensor '0.Weight'", message, StringComparison.Ordinal);
        Assert.Contains("'0.weight'", message, StringComparison.Ordinal);
        Assert.Contains("and 1 more", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_nothing_is_read_back()
    {
        var file = Read(Write(NoMetadata), requireChecksum: true);
        Assert.Empty(file.Tensors);
        Assert.Empty(file.Metadata);
        Assert.Empty(Read(Raw("{}")).Tensors);
    }

    [Fact]
    public void The_bytes_are_those_of_the_format()
    {
        // What the checksum covers, written out by the rule in its documentation.
        byte[] covered =
        [
            .. U64(1), .. Text("k"), .. Text("v"),
            .. U64(2),
            .. Text("b"), .. Text("U8"), .. U64(1), .. U64(1), .. U64(1), 9,
            .. Text("w"), .. Text("F32"), .. U64(2), .. U64(1), .. U64(2), .. U64(8), 0, 0, 128, 63, 0, 0, 0, 192,
        ];
        var json = """{"__metadata__":{"gradus.checksum":"sha256:"""
            + Convert.ToHexStringLower(SHA256.HashData(covered))
            + """
            ","k":"v"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},
            """ + """
            "b":{"dtype":"U8","shape":[1],"data_offsets":[8,9]}}
            """;
        var padded = json.PadRight((json.Length + 7) / 8 * 8);
        byte[] expected = [.. U64(padded.Length), .. Encoding.ASCII.GetBytes(padded), 0, 0, 128, 63, 0, 0, 0, 192, 9];

        // F32 stands before U8 although 'b' sorts before 'w': falling alignment.
        var actual = Write(new() { ["k"] = "v" }, new SafetensorsTensor("b", SafetensorsType.U8, [1], new byte[] { 9 }),
            SafetensorsTensor.FromSingles("w", [1, 2], [1, -2]));

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void The_order_of_tensors_and_metadata_does_not_change_the_bytes()
    {
        var (a, b) = (SafetensorsTensor.FromSingles("a", [1], [1]), SafetensorsTensor.FromSingles("b", [1], [2]));
        Assert.Equal(
            Write(new() { ["x"] = "1", ["y"] = "2" }, a, b),
            Write(new() { ["y"] = "2", ["x"] = "1" }, b, a));
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    [InlineData(4), InlineData(5), InlineData(6), InlineData(7)]
    public void The_buffer_begins_at_a_multiple_of_8(int nameLength)
    {
        var bytes = Write(NoMetadata, SafetensorsTensor.FromSingles(new string('n', nameLength), [1], [1]));
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(bytes) % 8);
        Assert.Single(Read(bytes).Tensors);
    }

    [Fact]
    public void Reading_begins_at_the_position_of_the_stream_and_a_path_is_read_too()
    {
        byte[] content = Write(NoMetadata, SafetensorsTensor.FromSingles("w", [1], [5]));
        using var stream = new MemoryStream([1, 2, 3, .. content]) { Position = 3 };
        Assert.Equal([5f], SafetensorsFile.Read(stream, "w")["w"].ToSingles());

        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            File.WriteAllBytes(path, content);
            Assert.Equal([5f], SafetensorsFile.Read(path, requireChecksum: true)["w"].ToSingles());
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Contains(path, Assert.Throws<GradusException>(() => SafetensorsFile.Read(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_writer_refuses_what_could_not_be_read_back()
    {
        var w = SafetensorsTensor.FromSingles("w", [1], [1]);
        Assert.Throws<ArgumentException>(() => Write(NoMetadata, w, w));
        Assert.Throws<ArgumentException>(() => Write(new() { ["gradus.checksum"] = "mine" }, w));
        Assert.ThrowsAny<ArgumentException>(() => Write(new() { ["k"] = "\ud800" }, w));
        Assert.ThrowsAny<ArgumentException>(() => Write(NoMetadata, SafetensorsTensor.FromSingles("\udc00", [1], [1])));
        Assert.Throws<ArgumentException>(() => SafetensorsTensor.FromSingles("__metadata__", [1], [1]));
        Assert.Throws<ArgumentException>(() => SafetensorsTensor.FromSingles("w", [2], [1]));
        Assert.Throws<ArgumentException>(() => SafetensorsTensor.FromSingles("w", [-1], []));
        Assert.Throws<ArgumentException>(() => SafetensorsTensor.FromSingles("w", [1L << 31, 1L << 31], []));
    }

    [Fact]
    public void Only_F32_is_taken_as_numbers()
    {
        var tensor = new SafetensorsTensor("counts", SafetensorsType.I64, [1], new byte[8]);
        var message = Assert.Throws<GradusException>(tensor.ToSingles).Message;
        Assert.Contains("counts", message, StringComparison.Ordinal);
        Assert.Contains("I64", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SafetensorsTensor.FromSingles("w", [2], [1, 2]).CopyTo(new float[3]));
    }

    internal static byte[] Write(Dictionary<string, string> metadata, params SafetensorsTensor[] tensors)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    internal static SafetensorsFile Read(byte[] bytes, bool requireChecksum = false)
    {
        using var stream = new MemoryStream(bytes);
        return SafetensorsFile.Read(stream, "model.safetensors", requireChecksum);
    }

    /// <summary>A file with this header and a buffer of zeros.</summary>
    internal static byte[] Raw(string json, int bufferLength = 0) => Raw(Encoding.UTF8.GetBytes(json), bufferLength);

    internal static byte[] Raw(byte[] json, int bufferLength = 0) =>
        [.. U64(json.Length), .. json, .. new byte[bufferLength]];

    private static byte[] U64(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Text(string text) => [.. U64(text.Length), .. Encoding.ASCII.GetBytes(text)];
}
