using System.Buffers.Binary;

namespace Gradus;

/// <summary>The content of a safetensors file: tensors and metadata, checked to the last byte.</summary>
internal sealed class SafetensorsFile
{
    private readonly Dictionary<string, SafetensorsTensor> byName;

    private SafetensorsFile(
        string name, List<SafetensorsTensor> tensors, Dictionary<string, string> metadata, string? checksum)
    {
        (Name, Tensors, Metadata, Checksum) = (name, tensors, metadata, checksum);
        byName = tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    /// <summary>Name of the file for messages.</summary>
    public string Name { get; }

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>The text under <c>__metadata__</c>, without the checksum.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The checksum that the file carries and that was verified; null if it carries none.</summary>
    public string? Checksum { get; }

    /// <summary>The tensor called <paramref name="name"/>.</summary>
    /// <exception cref="GradusException">There is none.</exception>
    public SafetensorsTensor this[string name] => Find(name) ?? throw new GradusException(
        $"'{Name}' has no tensor {SafetensorsHeader.Quote(name)}; it has "
        + $"{string.Join(", ", Tensors.Take(8).Select(t => SafetensorsHeader.Quote(t.Name)))}"
        + $"{(Tensors.Count > 8 ? $" and {Tensors.Count - 8} more" : Tensors.Count == 0 ? "none" : "")}. "
        + "Give a file that was written for this network.");

    /// <summary>The tensor called <paramref name="name"/>; null if there is none.</summary>
    public SafetensorsTensor? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="requireChecksum">Whether to refuse a file without a checksum; one that is there is always
    /// verified.</param>
    /// <exception cref="GradusException">The file cannot be opened, breaks a rule of the format, or does not have the
    /// content that its checksum was made of.</exception>
    public static SafetensorsFile Read(string path, bool requireChecksum = false)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Read(stream, path, requireChecksum);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            or NotSupportedException)  // a pipe has no length
        {
            throw new GradusException($"'{path}' cannot be read: {e.Message} Give the path of a safetensors file.", e);
        }
    }

    /// <summary>Reads from the position of a stream to its end.</summary>
    /// <param name="stream">A stream that can seek.</param>
    /// <param name="name">Name of the file for messages.</param>
    /// <param name="requireChecksum">Whether to refuse a file without a checksum; one that is there is always
    /// verified.</param>
    /// <exception cref="GradusException">The file breaks a rule of the format, or does not have the content that its
    /// checksum was made of.</exception>
    public static SafetensorsFile Read(Stream stream, string name, bool requireChecksum = false)
    {
        try
        {
            return ReadChecked(stream, name, requireChecksum);
        }
        catch (EndOfStreamException e)  // the file became shorter while it was read
        {
            throw SafetensorsHeader.Broken(name, "it ended early", "a file that no other program is writing", e);
        }
    }

    private static SafetensorsFile ReadChecked(Stream stream, string name, bool requireChecksum)
    {
        var length = stream.Length - stream.Position;
        if (length < sizeof(ulong))
            throw SafetensorsHeader.Broken(name, $"it has {length} bytes", "at least 8, the length of the header");
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        stream.ReadExactly(prefix);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > SafetensorsHeader.MaxLength)
        {
            throw SafetensorsHeader.Broken(name, $"it claims a header of {headerLength} bytes",
                $"at most {SafetensorsHeader.MaxLength}");
        }

        if ((long)headerLength > length - sizeof(ulong))
        {
            throw SafetensorsHeader.Broken(name,
                $"it claims a header of {headerLength} bytes and has {length - sizeof(ulong)} after the first 8",
                "the whole header");
        }

        var json = new byte[headerLength];
        stream.ReadExactly(json);
        var header = SafetensorsHeader.Parse(json, length - sizeof(ulong) - json.Length, name);
        var tensors = new List<SafetensorsTensor>(header.Entries.Count);
        foreach (var entry in header.Entries)
        {
            if (entry.End - entry.Begin > Array.MaxLength)
            {
                throw new GradusException($"'{name}': tensor {SafetensorsHeader.Quote(entry.Name)} has "
                    + $"{entry.End - entry.Begin} bytes; Gradus reads tensors of at most {Array.MaxLength}. "
                    + "Split the tensor in the program that wrote the file.");
            }

            var bytes = new byte[entry.End - entry.Begin];
            stream.ReadExactly(bytes);
            tensors.Add(new SafetensorsTensor(entry.Name, entry.Type, entry.Shape, bytes));
        }

        var checksum = Verify(tensors, header.Metadata, name, requireChecksum);
        header.Metadata.Remove(SafetensorsChecksum.Key);
        return new SafetensorsFile(name, tensors, header.Metadata, checksum);
    }

    private static string? Verify(
        List<SafetensorsTensor> tensors, Dictionary<string, string> metadata, string name, bool required)
    {
        if (!metadata.TryGetValue(SafetensorsChecksum.Key, out var found))
        {
            return !required ? null : throw new GradusException(
                $"'{name}' has no checksum: '{SafetensorsChecksum.Key}' is missing from its metadata; every model that "
                + "Gradus saves has one. If another program saved the file again, let it keep the metadata.");
        }

        var expected = SafetensorsChecksum.Of(tensors, metadata);
        return found == expected ? found : throw new GradusException(
            $"'{name}' is damaged or was changed: its content has the checksum {expected}, its metadata say "
            + $"{SafetensorsHeader.Quote(found)}. Copy or download it again, or save the model anew.");
    }
}
