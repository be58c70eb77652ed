using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Gradus;

/// <summary>One named array of a safetensors file: row-major, little-endian bytes on any machine.</summary>
internal sealed class SafetensorsTensor
{
    /// <summary>A tensor over bytes that the caller leaves alone from here on.</summary>
    /// <param name="name">Any text but <c>__metadata__</c>; unique in its file.</param>
    /// <param name="type">Type of the elements.</param>
    /// <param name="shape">Extents, each at least 0; rank 0 is one element, an extent of 0 none.</param>
    /// <param name="bytes">The elements, row-major and little-endian.</param>
    /// <exception cref="ArgumentException">The bytes are not as many as shape and type ask for, or an extent is
    /// negative, or the name is <c>__metadata__</c>.</exception>
    public SafetensorsTensor(string name, SafetensorsType type, ImmutableArray<long> shape, ReadOnlyMemory<byte> bytes)
    {
        if (name == SafetensorsHeader.MetadataKey)
            throw new ArgumentException($"No tensor may be called '{name}': the format keeps that name.", nameof(name));
        if (ByteLength(type, shape.AsSpan()) is not { } length || length != bytes.Length)
        {
            throw new ArgumentException(
                $"Tensor '{name}', {type.Name()} of shape [{string.Join(", ", shape)}], got {bytes.Length} bytes.",
                nameof(bytes));
        }

        (Name, Type, Shape, Bytes) = (name, type, shape, bytes);
    }

    public string Name { get; }

    public SafetensorsType Type { get; }

    public ImmutableArray<long> Shape { get; }

    /// <summary>The elements, row-major and little-endian.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Number of elements: the product of the extents, 1 for rank 0.</summary>
    public int Count => Bytes.Length / Type.Size();

    /// <summary>A tensor of type F32; the values are copied.</summary>
    /// <inheritdoc cref="SafetensorsTensor(string, SafetensorsType, ImmutableArray{long}, ReadOnlyMemory{byte})"/>
    public static SafetensorsTensor FromSingles(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values)
    {
        var bytes = new byte[checked(values.Length * sizeof(float))];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return new SafetensorsTensor(name, SafetensorsType.F32, [.. shape], bytes);
    }

    /// <summary>A tensor of type F64; the values are copied.</summary>
    /// <inheritdoc cref="SafetensorsTensor(string, SafetensorsType, ImmutableArray{long}, ReadOnlyMemory{byte})"/>
    public static SafetensorsTensor FromDoubles(string name, ReadOnlySpan<long> shape, ReadOnlySpan<double> values)
    {
        var bytes = new byte[checked(values.Length * sizeof(double))];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)), values[i]);
        return new SafetensorsTensor(name, SafetensorsType.F64, [.. shape], bytes);
    }

    /// <summary>The values of an F64 tensor as a new array.</summary>
    /// <exception cref="ArgumentException">The tensor is not F64.</exception>
    public double[] ToDoubles()
    {
        if (Type != SafetensorsType.F64)
            throw new ArgumentException($"Tensor '{Name}' has type {Type.Name()}; F64 was expected.");
        var values = new double[Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(Bytes.Span[(i * sizeof(double))..]);
        return values;
    }

    /// <summary>Writes the values of an F32 tensor to <paramref name="destination"/>.</summary>
    /// <param name="destination">As many places as the tensor has elements.</param>
    /// <exception cref="GradusException">The tensor is not F32.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length.</exception>
    public void CopyTo(Span<float> destination)
    {
        if (Type != SafetensorsType.F32)
        {
            throw new GradusException($"Tensor {SafetensorsHeader.Quote(Name)} has type {Type.Name()}; F32 was "
                + "expected. Convert it to float32 in the program that wrote the file.");
        }

        if (destination.Length != Count)
            throw new ArgumentException($"{destination.Length} places for {Count} elements.", nameof(destination));
        var bytes = Bytes.Span;
        for (var i = 0; i < destination.Length; i++)
            destination[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
    }

    /// <summary>The values of an F32 tensor as a new array.</summary>
    /// <exception cref="GradusException">The tensor is not F32.</exception>
    public float[] ToSingles()
    {
        var values = new float[Type == SafetensorsType.F32 ? Count : 0];
        CopyTo(values);
        return values;
    }

    /// <summary>Bytes that a tensor takes: type size × product of the extents.</summary>
    /// <returns>Null when an extent is negative or the product, from left to right, passes 2^63 − 1.</returns>
    public static long? ByteLength(SafetensorsType type, ReadOnlySpan<long> shape)
    {
        long length = type.Size();
        foreach (var extent in shape)
        {
            if (extent < 0 || Math.BigMul(length, extent) is var product && product > long.MaxValue)
                return null;
            length = (long)product;
        }

        return length;
    }
}
