using Gradus.Kernels;

namespace Gradus.Tests.Programs;

/// <summary>Numbers drawn one after the other from a seed.</summary>
internal sealed class Draw(ulong seed)
{
    private readonly RandomKey key = new(seed, 4242, 0);
    private long index;

    /// <summary>0 … count − 1.</summary>
    public int Below(int count) => (int)(Philox.NextUInt64(key, index++) % (ulong)count);

    public bool Chance(double probability) => Unit() < probability;

    /// <summary>[0, 1).</summary>
    public double Unit() => (Philox.NextUInt64(key, index++) >> 11) * Math.Pow(2, -53);

    public double Between(double low, double high) => low + ((high - low) * Unit());

    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>Floats in [low, high], as doubles.</summary>
    public double[,] Matrix(int rows, int columns, double low = -2, double high = 2)
    {
        var values = new double[rows, columns];
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                values[i, j] = (float)Between(low, high);
        return values;
    }
}
