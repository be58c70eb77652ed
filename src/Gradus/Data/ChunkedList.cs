namespace Gradus;

/// <summary>Grows without copying: values in blocks of 65,536, joined once at the end.</summary>
internal sealed class ChunkedList<T>
{
    private const int ChunkLength = 65_536;
    private readonly List<T[]> full = [];
    private T[] chunk = new T[256];
    private int used;

    public int Count => (full.Count * ChunkLength) + used;

    public void Add(T value)
    {
        if (used == chunk.Length)
            Grow();
        chunk[used++] = value;
    }

    /// <summary>All values in one array; the list is empty afterwards.</summary>
    public T[] Drain()
    {
        var joined = new T[Count];
        for (var i = 0; i < full.Count; i++)
            full[i].CopyTo(joined, i * ChunkLength);
        chunk.AsSpan(0, used).CopyTo(joined.AsSpan(full.Count * ChunkLength));
        full.Clear();
        (chunk, used) = (new T[256], 0);
        return joined;
    }

    private void Grow()
    {
        if (chunk.Length < ChunkLength)
        {
            Array.Resize(ref chunk, chunk.Length * 4);
            return;
        }
        full.Add(chunk);
        (chunk, used) = (new T[ChunkLength], 0);
    }
}
