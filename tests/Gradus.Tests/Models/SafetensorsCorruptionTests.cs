using System.Buffers.Binary;
using System.Text;

namespace Gradus.Tests;

/// <summary>Every way to damage a small file: refused with a message, or the same content.</summary>
public class SafetensorsCorruptionTests
{
    private static readonly byte[] Small = SafetensorsTests.Write(
        new() { ["unit"] = "100,000 $" },
        SafetensorsTensor.FromSingles("w", [1, 10], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        SafetensorsTensor.FromSingles("none", [10, 0], []),
        new SafetensorsTensor("n", SafetensorsType.I64, [], new byte[8]));

    [Fact]
    public void A_file_cut_short_anywhere_is_refused()
    {
        for (var length = 0; length < Small.Length; length++)
            Refused(Small[..length]);
        SafetensorsTests.Read(Small, requireChecksum: true);
    }

    [Fact]
    public void Bytes_after_the_end_are_refused()
    {
        Refused([.. Small, 0], "49 bytes follow the header; expected 48");
        Refused([.. Small, .. Small], "follow the header");
    }

    [Fact]
    public void With_the_checksum_every_changed_byte_is_refused_or_is_white_space()
    {
        var spaces = 0;
        var headerEnd = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(Small);
        for (var i = 0; i < Small.Length; i++)
        {
            foreach (var value in Others(Small[i]))
            {
                byte[] damaged = [.. Small];
                damaged[i] = value;
                if (i < headerEnd && Small[i] == ' ' && value is (byte)'\t' or (byte)'\n' or (byte)'\r'
                    && Encoding.UTF8.GetString(Small[i..headerEnd]).Trim().Length == 0)
                {
                    AssertSameContent(SafetensorsTests.Read(damaged, requireChecksum: true));
                    spaces++;
                }
                else
                {
                    Refused(damaged, requireChecksum: true);
                }
            }
        }

        Assert.True(spaces > 0, "The file has no padding; change the length of a name.");
    }

    [Fact]
    public void Without_a_checksum_a_changed_byte_of_the_header_is_refused_or_leaves_a_whole_file()
    {
        // Nothing but GradusException may come out, whatever the header says.
        var bytes = SafetensorsTests.Raw("""{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}""", 8);
        for (var i = 0; i < bytes.Length; i++)
        {
            for (var value = 0; value < 256; value++)
            {
                byte[] damaged = [.. bytes];
                damaged[i] = (byte)value;
                try
                {
                    var tensor = Assert.Single(SafetensorsTests.Read(damaged).Tensors);
                    Assert.Equal(8, tensor.Bytes.Length);
                }
                catch (GradusException e)
                {
                    Assert.DoesNotContain(e.Message, char.IsControl);
                }
            }
        }
    }

    [Fact]
    public void A_required_checksum_that_is_missing_or_of_another_kind_is_refused()
    {
        Refused(SafetensorsTests.Raw("{}"), "has no checksum", requireChecksum: true);
        Refused(SafetensorsTests.Raw("""{"__metadata__":{"gradus.checksum":"md5:00"}}"""), "'md5:00'");
    }

    [Theory]
    [InlineData(1UL << 63), InlineData(ulong.MaxValue), InlineData(100_000_001UL)]
    public void A_huge_header_is_refused(ulong length)
    {
        byte[] bytes = [.. Small];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        Refused(bytes, "at most 100000000");
    }

    [Fact]
    public void A_header_longer_than_the_file_is_refused_before_it_is_allocated()
    {
        byte[] bytes = [.. Small];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, 100_000_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(bytes, "claims a header of 100000000 bytes");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Theory]
    [InlineData("[2147483648,2147483648]", "below 2^63")]
    [InlineData("[9223372036854775807]", "below 2^63")]
    [InlineData("[4611686018427387904,4]", "below 2^63")]
    [InlineData("[65536,65536]", "17179869184 bytes by its shape")]
    [InlineData("[3]", "12 bytes by its shape")]
    [InlineData("[0]", "0 bytes by its shape")]
    [InlineData("[-2]", "'-2'")]
    [InlineData("[-0]", "'-0'")]
    [InlineData("[-1,-2]", "'-1'")]
    [InlineData("[2.0]", "'2.0'")]
    [InlineData("[2e0]", "'2e0'")]
    [InlineData("[\"2\"]", "'2'")]
    [InlineData("[9223372036854775808]", "'9223372036854775808'")]
    [InlineData("[[2]]", "integers")]
    [InlineData("[null]", "integers")]
    [InlineData("2", "array")]
    [InlineData("null", "array")]
    [InlineData("{}", "array")]
    public void A_wrong_shape_is_refused(string shape, string says) =>
        Refused(SafetensorsTests.Raw("{" + Entry("a", shape: shape) + "}", 8), says);

    [Theory]
    [InlineData("\"F33\"", "'F33'")]
    [InlineData("\"BF16\"", "Convert")]
    [InlineData("\"f32\"", "'f32'")]
    [InlineData("\"F64\"", "16 bytes")]
    [InlineData("\"I32\\u001b[31m\"", "\\u001b")]
    [InlineData("32", "text")]
    [InlineData("null", "text")]
    public void A_wrong_type_is_refused(string type, string says) =>
        Refused(SafetensorsTests.Raw("{" + Entry("a", type: type) + "}", 8), says);

    [Theory]
    [InlineData("[8,0]", "8 to 0")]
    [InlineData("[0,9]", "0 to 9")]
    [InlineData("[1,9]", "gap")]
    [InlineData("[0]", "2, its begin")]
    [InlineData("[0,8,8]", "2, its begin")]
    [InlineData("[-8,0]", "'-8'")]
    [InlineData("[9223372036854775800,9223372036854775807]", "8 bytes by its shape")]
    [InlineData("[9223372036854775799,9223372036854775807]", "gap")]
    public void Wrong_offsets_are_refused(string offsets, string says) =>
        Refused(SafetensorsTests.Raw("{" + Entry("a", offsets: offsets) + "}", 8), says);

    [Theory]
    [InlineData("[0,8]", "[4,12]", 12, "overlaps")]
    [InlineData("[0,8]", "[0,8]", 8, "overlaps")]
    [InlineData("[0,8]", "[12,20]", 20, "gap")]
    [InlineData("[4,12]", "[12,20]", 20, "gap")]
    [InlineData("[0,8]", "[8,16]", 15, "15 bytes follow")]
    [InlineData("[0,8]", "[8,16]", 17, "17 bytes follow")]
    public void Tensors_that_do_not_tile_the_buffer_are_refused(string first, string second, int length, string says) =>
        Refused(SafetensorsTests.Raw(
            "{" + Entry("a", offsets: first) + "," + Entry("b", offsets: second) + "}", length), says);

    [Theory]
    [InlineData("""{"a":NONE,"a":NONE}""", "'a' stands twice")]
    [InlineData("""{"a":NONE,"\u0061":NONE}""", "'a' stands twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", "'__metadata__' stands twice")]
    [InlineData("""{"__metadata__":{"k":"1","k":"2"}}""", "'k' stands twice")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", "dtype twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"shape":[0],"data_offsets":[0,0]}}""", "shape twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"data_offsets":[0,0]}}""", "offsets twice")]
    public void A_key_that_stands_twice_is_refused(string json, string says) => Refused(SafetensorsTests.Raw(
        json.Replace("NONE", """{"dtype":"F32","shape":[0],"data_offsets":[0,0]}""", StringComparison.Ordinal)), says);

    [Theory]
    [InlineData("", "'{'")]
    [InlineData("[]", "'{'")]
    [InlineData(" {}", "'{'")]
    [InlineData("\ufeff{}", "'{'")]
    [InlineData("null", "'{'")]
    [InlineData("{", "JSON")]
    [InlineData("{}{}", "JSON")]
    [InlineData("{}\0", "JSON")]
    [InlineData("{/**/}", "JSON")]
    [InlineData("""{"a":{},}""", "no dtype")]
    [InlineData("""{"__metadata__":{},}""", "JSON")]
    [InlineData("""{"a":1}""", "an object")]
    [InlineData("""{"a":[]}""", "an object")]
    [InlineData("""{"a":null}""", "an object")]
    [InlineData("""{"__metadata__":null}""", "an object")]
    [InlineData("""{"__metadata__":{"k":1}}""", "text")]
    [InlineData("""{"__metadata__":{"k":null}}""", "text")]
    [InlineData("""{"__metadata__":{"k":{}}}""", "text")]
    [InlineData("""{"__metadata__":{"k":"\ud800"}}""", "JSON")]
    [InlineData("""{"\udc00":{}}""", "JSON")]
    [InlineData("""{"a":{"shape":[0],"data_offsets":[0,0]}}""", "no dtype")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,0]}}""", "no shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0]}}""", "no data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"more":1}}""", "'more'")]
    public void A_header_of_another_form_is_refused(string json, string says) =>
        Refused(SafetensorsTests.Raw(json), says);

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused()
    {
        Refused(SafetensorsTests.Raw([.. "{\""u8, 0xff, .. "\":{}}"u8]), "UTF-8");
        Refused(SafetensorsTests.Raw([.. "{\""u8, 0xc0, 0x80, .. "\":{}}"u8]), "UTF-8");
        Refused(SafetensorsTests.Raw([.. "{\""u8, 0xed, 0xa0, 0x80, .. "\":{}}"u8]), "UTF-8");
    }

    [Fact]
    public void Deep_nesting_is_refused() =>
        Refused(SafetensorsTests.Raw("{\"a\":{\"shape\":" + new string('[', 100_000)), "integers");

    private static string Entry(string name, string type = "\"F32\"", string shape = "[2]", string offsets = "[0,8]") =>
        $$"""
        "{{name}}":{"dtype":{{type}},"shape":{{shape}},"data_offsets":{{offsets}}
        """ + "}";

    /// <summary>Each bit turned, all bits turned, and the white space of JSON.</summary>
    private static IEnumerable<byte> Others(byte value) =>
        Enumerable.Range(0, 8).Select(bit => (byte)(value ^ (1 << bit)))
            .Concat(new[] { (byte)~value, (byte)' ', (byte)'\t', (byte)'\n', (byte)'\r', (byte)0 })
            .Where(other => other != value).Distinct();

    private static void AssertSameContent(SafetensorsFile file)
    {
        var original = SafetensorsTests.Read(Small);
        Assert.Equal(original.Metadata, file.Metadata);
        Assert.Equal(original.Tensors.Select(t => t.Name), file.Tensors.Select(t => t.Name));
        Assert.Equal(original.Tensors.Select(t => t.Bytes.ToArray()), file.Tensors.Select(t => t.Bytes.ToArray()));
    }

    private static void Refused(byte[] bytes, params string[] says) => Refused(bytes, false, says);

    private static void Refused(byte[] bytes, string says, bool requireChecksum) =>
        Refused(bytes, requireChecksum, says);

    private static void Refused(byte[] bytes, bool requireChecksum, params string[] says)
    {
        var message = Assert.Throws<GradusException>(() => { SafetensorsTests.Read(bytes, requireChecksum); }).Message;
        Assert.Contains("'model.safetensors'", message, StringComparison.Ordinal);
        Assert.All(says, text => Assert.Contains(text, message, StringComparison.Ordinal));
        Assert.DoesNotContain(message, char.IsControl);
    }
}
