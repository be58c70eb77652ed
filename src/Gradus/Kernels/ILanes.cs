namespace Gradus.Kernels;

/// <summary>The few register operations that a matrix product needs, for one register type.</summary>
/// <remarks>Each is one or two instructions; the product is written once over this interface and the JIT makes a copy
/// of it for every width.</remarks>
/// <typeparam name="TVector">The register: <c>Vector512&lt;float&gt;</c> … <c>float</c>.</typeparam>
internal unsafe interface ILanes<TVector>
    where TVector : struct
{
    /// <summary>Floats in a register.</summary>
    static abstract int Width { get; }

    /// <summary>Rows of the register tile; with <see cref="TileVectors"/> it fills the register file.</summary>
    static abstract int TileRows { get; }

    /// <summary>Vectors in each row of the register tile, at most 3.</summary>
    static abstract int TileVectors { get; }

    /// <summary>Whether the tiles of a transposed A are packed. Its terms lie a row of A apart: with caches of 32 and 512 KB they fall
    /// on too few sets; with AVX-512 machines' larger ones, packing costs more than it saves.</summary>
    static abstract bool PacksTransposed { get; }

    /// <summary>All <see cref="Width"/> floats at <paramref name="source"/>.</summary>
    static abstract TVector Load(float* source);

    /// <summary>The first <paramref name="count"/> floats, then zeros; nothing beyond them is read.</summary>
    static abstract TVector LoadPart(float* source, int count);

    /// <summary>One float in every lane.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary>The float at <paramref name="source"/> in every lane, by way of a general register where that leaves the loads to the
    /// vectors: a Zen 4 loads 64 bytes a cycle into vectors, and beside them a number.</summary>
    /// <param name="source">Where it lies.</param>
    /// <param name="zero">0, which the compiler must not know: it would make a load into vectors of both instructions.</param>
    static abstract TVector BroadcastBeside(float* source, int zero);

    /// <summary>Writes every lane.</summary>
    static abstract void Store(float* destination, TVector value);

    /// <summary>Writes the first <paramref name="count"/> lanes; nothing beyond them is touched.</summary>
    static abstract void StorePart(float* destination, TVector value, int count);

    /// <summary>left·right + addend, fused where the machine can.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>Bit i is set if lane i is not zero.</summary>
    static abstract uint NonZero(TVector value);

    /// <summary>Sum of the lanes, in a fixed order.</summary>
    static abstract float Sum(TVector value);
}
