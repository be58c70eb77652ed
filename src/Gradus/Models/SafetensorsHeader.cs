using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Gradus;

/// <summary>The JSON at the start of a safetensors file, read strictly: what is accepted accounts for every byte of the
/// file, and nothing is allocated on the word of a shape.</summary>
/// <remarks>Format: https://github.com/huggingface/safetensors (section "Format"). A file is a header length N (u64,
/// little-endian), N bytes of JSON, then the buffer that <c>data_offsets</c> count from.</remarks>
internal sealed class SafetensorsHeader
{
    /// <summary>The key of the map from text to text; no tensor may have this name.</summary>
    public const string MetadataKey = "__metadata__";

    /// <summary>Most bytes a header may have, as in the reference implementation.</summary>
    public const int MaxLength = 100_000_000;

    private readonly string file;
    private readonly List<Entry> entries = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader(string file) => this.file = file;

    /// <summary>Where a tensor stands: bytes [Begin, End) of the buffer.</summary>
    public sealed record Entry(
        string Name, SafetensorsType Type, ImmutableArray<long> Shape, long Begin, long End);

    /// <summary>The tensors in the order of their bytes: each begins where the one before ended.</summary>
    public IReadOnlyList<Entry> Entries => entries;

    /// <summary>The text under <c>__metadata__</c>, empty if there is none.</summary>
    public Dictionary<string, string> Metadata => metadata;

    /// <summary>Reads and checks a header.</summary>
    /// <param name="json">The N bytes after the length.</param>
    /// <param name="bufferLength">Bytes of the file that follow the header; each must belong to a tensor.</param>
    /// <param name="file">Name of the file for messages.</param>
    /// <exception cref="GradusException">The header breaks a rule of the format.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long bufferLength, string file)
    {
        var header = new SafetensorsHeader(file);
        if (json.IsEmpty || json[0] != (byte)'{')
            throw header.Broken("the header does not begin with '{'", "a JSON object");
        if (!Utf8.IsValid(json))
            throw header.Broken("the header has bytes that are not UTF-8", "a JSON object in UTF-8");
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            header.ReadObject(ref reader);
            reader.Read();  // throws on anything but white space
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)  // the latter: half a surrogate pair
        {
            throw header.Broken($"the header is not valid JSON ({e.Message})", "a JSON object", e);
        }

        header.CheckOffsets(bufferLength);
        return header;
    }

    /// <summary>A message that names the file, what was found, what was expected, and what to do.</summary>
    public static GradusException Broken(string file, string found, string expected, Exception? inner = null) => new(
        $"'{file}' is not a whole safetensors file: {found}; expected {expected}. "
        + "Copy or download it again, or write it anew from the program that made it.", inner);

    /// <summary>Text from a file, fit for a message: quoted, on one line, at most 60 characters of it.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("'");
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, 60)))
        {
            if (char.IsControl(c) || char.IsSurrogate(c))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                quoted.Append(c);
        }

        return quoted.Append(text.Length > 60 ? "…'" : "'").ToString();
    }

    private GradusException Broken(string found, string expected, Exception? inner = null) =>
        Broken(file, found, expected, inner);

    private void ReadObject(ref Utf8JsonReader reader)
    {
        while (NextName(ref reader) is { } name)
        {
            if (!names.Add(name))
                throw Broken($"the name {Quote(name)} stands twice in the header", "every name once");
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw Broken($"the entry {Quote(name)} is of kind {reader.TokenType}", "an object");
            if (name == MetadataKey)
                ReadMetadata(ref reader);
            else
                entries.Add(ReadEntry(ref reader, name));
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        while (NextName(ref reader) is { } key)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw Broken($"{MetadataKey} has a value of kind {reader.TokenType} under {Quote(key)}", "text");
            if (!metadata.TryAdd(key, reader.GetString() ?? ""))
                throw Broken($"the key {Quote(key)} stands twice in {MetadataKey}", "every key once");
        }
    }

    private Entry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        SafetensorsType? type = null;
        long[]? shape = null, offsets = null;
        while (NextName(ref reader) is { } key)
        {
            reader.Read();
            switch (key)
            {
                case "dtype" when type is null:
                    if (reader.TokenType != JsonTokenType.String)
                        throw Broken($"tensor {Quote(name)} has a dtype of kind {reader.TokenType}", "text");
                    var text = reader.GetString() ?? "";
                    type = SafetensorsTypes.Parse(text) ?? throw new GradusException(
                        $"'{file}': tensor {Quote(name)} has type {Quote(text)}; Gradus reads "
                        + $"{SafetensorsTypes.Known}. Convert the tensor in the program that wrote the file.");
                    break;
                case "shape" when shape is null:
                    shape = ReadIntegers(ref reader, name, key);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadIntegers(ref reader, name, key);
                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw Broken($"tensor {Quote(name)} has {key} twice", "it once");
                default:
                    throw Broken($"tensor {Quote(name)} has an entry {Quote(key)}",
                        "dtype, shape and data_offsets alone");
            }
        }

        if (type is not { } known || shape is null || offsets is null)
        {
            var missing = type is null ? "dtype" : shape is null ? "shape" : "data_offsets";
            throw Broken($"tensor {Quote(name)} has no {missing}", "dtype, shape and data_offsets");
        }

        if (offsets.Length != 2)
            throw Broken($"tensor {Quote(name)} has {offsets.Length} data_offsets", "2, its begin and its end");
        if (SafetensorsTensor.ByteLength(known, shape) is not { } length)
        {
            throw Broken($"tensor {Quote(name)} claims a shape of [{string.Join(", ", shape.Take(8))}]",
                "a size in bytes below 2^63");
        }

        var (begin, end) = (offsets[0], offsets[1]);
        if (end - begin != length)
        {
            throw Broken($"tensor {Quote(name)} takes the bytes {begin} to {end}",
                $"{length} bytes by its shape and type");
        }

        return new Entry(name, known, [.. shape], begin, end);
    }

    /// <summary>An array of integers from 0 to 2^63 − 1, written as digits alone.</summary>
    private long[] ReadIntegers(ref Utf8JsonReader reader, string name, string key)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Broken($"tensor {Quote(name)} has a {key} of kind {reader.TokenType}", "an array of integers");
        var values = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || reader.ValueSpan[0] == (byte)'-'
                || !reader.TryGetInt64(out var value))
            {
                var found = Quote(Encoding.UTF8.GetString(reader.ValueSpan));
                throw Broken($"tensor {Quote(name)} has {found} in its {key}", "integers from 0 to 2^63 − 1");
            }

            values.Add(value);
        }

        return [.. values];
    }

    private void CheckOffsets(long bufferLength)
    {
        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        var end = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != end)
            {
                var found = entry.Begin < end ? "overlaps the tensor before it" : "leaves a gap before it";
                throw Broken($"tensor {Quote(entry.Name)} begins at byte {entry.Begin} of the buffer and {found}",
                    $"byte {end}");
            }

            end = entry.End;
        }

        if (end != bufferLength)
            throw Broken($"{bufferLength} bytes follow the header", $"{end}, as many as its tensors take");
    }

    /// <summary>The next property name of the object that the reader is in; null at its end.</summary>
    private static string? NextName(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;
    }
}
