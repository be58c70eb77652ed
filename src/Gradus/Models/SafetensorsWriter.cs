using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gradus;

/// <summary>Writes safetensors files: the same content gives the same bytes, on any machine.</summary>
internal static class SafetensorsWriter
{
    // Metadata hold JSON as text: \" and é are easier to read than \u0022 and \u00E9.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Writes a whole file at the position of <paramref name="stream"/>, checksum included.</summary>
    /// <remarks>Metadata come first, by key; then the tensors by falling alignment, and by name among equals. The
    /// header is padded with spaces to a multiple of 8 so that every tensor is
    /// aligned in the file.</remarks>
    /// <param name="stream">Where to write; it is neither flushed nor closed.</param>
    /// <param name="tensors">The tensors, names unique.</param>
    /// <param name="metadata">Text by key, without the checksum's key.</param>
    /// <exception cref="ArgumentException">A name stands twice, the metadata hold <c>gradus.checksum</c>, or a text has
    /// half a surrogate pair and so no UTF-8.</exception>
    /// <exception cref="GradusException">Names, shapes and metadata pass the 100,000,000 bytes of a header.</exception>
    public static void Write(
        Stream stream, IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        SafetensorsTensor[] sorted =
            [.. tensors.OrderByDescending(t => t.Type.Size()).ThenBy(t => t.Name, StringComparer.Ordinal)];
        var header = Header(sorted, metadata);
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        stream.Write(prefix);
        stream.Write(header);
        foreach (var tensor in sorted)
            stream.Write(tensor.Bytes.Span);
    }

    private static ReadOnlySpan<byte> Header(SafetensorsTensor[] sorted, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.ContainsKey(SafetensorsChecksum.Key))
            throw new ArgumentException($"'{SafetensorsChecksum.Key}' is computed here; omit it.", nameof(metadata));

        var all = new Dictionary<string, string>(metadata, StringComparer.Ordinal)
        {
            [SafetensorsChecksum.Key] = SafetensorsChecksum.Of(sorted, metadata),
        };
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteStartObject(SafetensorsHeader.MetadataKey);
            foreach (var (key, value) in all.OrderBy(p => p.Key, StringComparer.Ordinal))
                json.WriteString(Checked(key), Checked(value));
            json.WriteEndObject();
            WriteEntries(json, sorted);
            json.WriteEndObject();
        }

        buffer.Write("       "u8[..((8 - buffer.WrittenCount % 8) % 8)]);
        return buffer.WrittenCount <= SafetensorsHeader.MaxLength ? buffer.WrittenSpan : throw new GradusException(
            $"Names, shapes and metadata take {buffer.WrittenCount} bytes; a safetensors file has room for "
            + $"{SafetensorsHeader.MaxLength}. Keep less text in the model, such as long lists of categories.");
    }

    private static void WriteEntries(Utf8JsonWriter json, SafetensorsTensor[] sorted)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var begin = 0L;
        foreach (var tensor in sorted)
        {
            if (!names.Add(tensor.Name))
                throw new ArgumentException($"Two tensors are called '{tensor.Name}'; give each its own name.");
            json.WriteStartObject(Checked(tensor.Name));
            json.WriteString("dtype"u8, tensor.Type.Name());
            json.WriteStartArray("shape"u8);
            foreach (var extent in tensor.Shape)
                json.WriteNumberValue(extent);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets"u8);
            json.WriteNumberValue(begin);
            json.WriteNumberValue(begin += tensor.Bytes.Length);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    /// <summary>The text itself, refused where the writer would put U+FFFD for what has no UTF-8.</summary>
    private static string Checked(string text)
    {
        StrictUtf8.GetByteCount(text);
        return text;
    }
}
