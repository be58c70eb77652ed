namespace Gradus;

/// <summary>Element types of a safetensors file that Gradus reads; it computes with <see cref="F32"/> alone and keeps
/// the others as bytes.</summary>
internal enum SafetensorsType
{
    /// <summary>Unsigned 8-bit integer.</summary>
    U8,

    /// <summary>Signed 32-bit integer.</summary>
    I32,

    /// <summary>Signed 64-bit integer.</summary>
    I64,

    /// <summary>IEEE 754 single precision, the type of every weight.</summary>
    F32,

    /// <summary>IEEE 754 double precision.</summary>
    F64,
}

/// <summary>Names and sizes of <see cref="SafetensorsType"/>.</summary>
internal static class SafetensorsTypes
{
    /// <summary>The names as they stand in a file, for messages.</summary>
    public const string Known = "U8, I32, I64, F32, F64";

    /// <summary>Bytes an element takes, which is also its alignment.</summary>
    public static int Size(this SafetensorsType type) => type switch
    {
        SafetensorsType.U8 => 1,
        SafetensorsType.I32 or SafetensorsType.F32 => 4,
        SafetensorsType.I64 or SafetensorsType.F64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, $"Not a type of tensor. Known: {Known}."),
    };

    /// <summary>The name as it stands in a file: "F32".</summary>
    public static string Name(this SafetensorsType type) => type switch
    {
        SafetensorsType.U8 => "U8",
        SafetensorsType.I32 => "I32",
        SafetensorsType.I64 => "I64",
        SafetensorsType.F32 => "F32",
        SafetensorsType.F64 => "F64",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, $"Not a type of tensor. Known: {Known}."),
    };

    /// <summary>The type that <paramref name="name"/> names, by exact spelling; null if none.</summary>
    public static SafetensorsType? Parse(string name) => name switch
    {
        "U8" => SafetensorsType.U8,
        "I32" => SafetensorsType.I32,
        "I64" => SafetensorsType.I64,
        "F32" => SafetensorsType.F32,
        "F64" => SafetensorsType.F64,
        _ => null,
    };
}
