namespace Gradus;

/// <summary>A 64-bit fingerprint of each row's inputs and of its target, the same for equal values in other tables.</summary>
internal sealed class RowFingerprints
{
    private RowFingerprints(ulong[] inputs, ulong[] targets) => (Inputs, Targets) = (inputs, targets);

    public ulong[] Inputs { get; }

    public ulong[] Targets { get; }

    public static RowFingerprints Of(Table table, string target)
    {
        var inputs = new ulong[table.RowCount];
        var targets = new ulong[table.RowCount];
        PixelRows? pixels = null;
        for (var i = 0; i < table.Columns.Count; i++)
        {
            var column = table.Columns[i];
            var to = column.Name == target ? targets : inputs;
            if (column is PixelColumn pixel)
            {
                if (ReferenceEquals(pixel.Pixels, pixels))
                    continue;
                pixels = pixel.Pixels;
                for (var row = 0; row < to.Length; row++)
                    to[row] = Mix(to[row] ^ Hash(pixels[row]));
                continue;
            }

            var values = ValuesOf(column);
            var salt = Mix((ulong)i + 1);
            for (var row = 0; row < to.Length; row++)
                to[row] = Mix(to[row] ^ values[row] ^ salt);
        }

        return new RowFingerprints(inputs, targets);
    }

    private static ulong[] ValuesOf(Column column)
    {
        var values = new ulong[column.Count];
        switch (column)
        {
            case NumberColumn number:
                for (var row = 0; row < values.Length; row++)
                    values[row] = BitConverter.SingleToUInt32Bits(number.Values[row] + 0f);   // −0 is 0
                break;
            case CategoryColumn category:
                var hashes = category.Categories.Select(text => Hash(System.Runtime.InteropServices.MemoryMarshal.AsBytes(text.AsSpan()))).ToArray();
                for (var row = 0; row < values.Length; row++)
                    values[row] = category.Codes[row] < 0 ? 0 : hashes[category.Codes[row]];
                break;
            case BooleanColumn boolean:
                for (var row = 0; row < values.Length; row++)
                    values[row] = (ulong)(boolean.Values[row] + 1);
                break;
            case DateColumn date:
                for (var row = 0; row < values.Length; row++)
                    values[row] = (ulong)date.Ticks[row];
                break;
        }

        return values;
    }

    // FNV-1a, eight bytes at a time.
    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            hash = Mix(hash ^ System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var each in bytes)
            hash = (hash ^ each) * 1099511628211UL;
        return hash;
    }

    // The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9UL;
        value = (value ^ (value >> 27)) * 0x94d049bb133111ebUL;
        return (value ^ (value >> 31)) + 0x9e3779b97f4a7c15UL;
    }
}
