namespace Gradus.Programs;

/// <summary>Cuts a range into parts of nearly equal size; depends on the length alone.</summary>
internal readonly record struct Partition(int Length, int Parts)
{
    /// <summary>Elements that a part should have for a worker to be worth waking.</summary>
    public const int Grain = 16_384;

    /// <summary>Parts of at least <see cref="Grain"/> elements each, for units (rows, columns) of so many elements.</summary>
    public static Partition ByGrain(int units, int elementsPerUnit) =>
        new(units, (int)Math.Clamp((long)units * elementsPerUnit / Grain, 1, Math.Max(1, Math.Min(units, 64))));

    public int Start(int part) => (int)((long)Length * part / Parts);

    public (int Start, int Count) this[int part] => (Start(part), Start(part + 1) - Start(part));
}
