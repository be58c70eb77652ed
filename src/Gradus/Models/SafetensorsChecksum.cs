using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Gradus;

/// <summary>A checksum over what a safetensors file says, kept in its metadata under <see cref="Key"/>.</summary>
/// <remarks>
/// It covers names, types, shapes, metadata and bytes of tensors, and not how the JSON is written or where the tensors
/// stand, so that a file which another program opened and saved unchanged still passes. SHA-256 of, each number as u64
/// little-endian and each text as its length in UTF-8 and then its UTF-8:
/// <code>
/// number of metadata pairs; of each, by key: key, value        (without gradus.checksum)
/// number of tensors;        of each, by name: name, type, rank, extents, length in bytes, bytes
/// </code>
/// "By" is by UTF-16 code units (ordinal). The value reads <c>sha256:</c> and 64 lower-case hexadecimal digits.
/// </remarks>
internal static class SafetensorsChecksum
{
    /// <summary>The metadata key.</summary>
    public const string Key = "gradus.checksum";

    /// <summary>Computes the checksum.</summary>
    /// <param name="tensors">The tensors, in any order.</param>
    /// <param name="metadata">The metadata; a pair under <see cref="Key"/> is left out.</param>
    /// <returns><c>sha256:</c> and 64 digits.</returns>
    public static string Of(IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var keys = metadata.Keys.Where(key => key != Key).ToArray();
        Array.Sort(keys, string.CompareOrdinal);
        Append(hash, keys.Length);
        foreach (var key in keys)
        {
            Append(hash, key);
            Append(hash, metadata[key]);
        }

        var sorted = tensors.ToArray();
        Array.Sort(sorted, (a, b) => string.CompareOrdinal(a.Name, b.Name));
        Append(hash, sorted.Length);
        foreach (var tensor in sorted)
        {
            Append(hash, tensor.Name);
            Append(hash, tensor.Type.Name());
            Append(hash, tensor.Shape.Length);
            foreach (var extent in tensor.Shape)
                Append(hash, extent);
            Append(hash, tensor.Bytes.Length);
            hash.AppendData(tensor.Bytes.Span);
        }

        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Append(hash, bytes.Length);
        hash.AppendData(bytes);
    }
}
