namespace Gradus.Kernels;

/// <summary>Shape of a register tile, as constants for the JIT.</summary>
internal interface ITileShape
{
    /// <summary>Rows of C, 1 to 8.</summary>
    static abstract int Rows { get; }

    /// <summary>Vectors in a row of C, 1 to 3.</summary>
    static abstract int Vectors { get; }

    /// <summary>Whether the last vector is only partly there.</summary>
    static abstract bool Masked { get; }

    /// <summary>Whether B is copied while it is read.</summary>
    static abstract bool Copies { get; }
}

/// <summary>A shape put together from its four numbers.</summary>
internal readonly struct TileShape<TRows, TVectors, TMasked, TCopies> : ITileShape
    where TRows : struct, INumber
    where TVectors : struct, INumber
    where TMasked : struct, INumber
    where TCopies : struct, INumber
{
    public static int Rows => TRows.Value;

    public static int Vectors => TVectors.Value;

    public static bool Masked => TMasked.Value != 0;

    public static bool Copies => TCopies.Value != 0;
}

/// <summary>A number as a type, so that the JIT compiles a method for each value of it.</summary>
internal interface INumber
{
    /// <summary>The number.</summary>
    static abstract int Value { get; }
}

internal readonly struct N0 : INumber { public static int Value => 0; }
internal readonly struct N1 : INumber { public static int Value => 1; }
internal readonly struct N2 : INumber { public static int Value => 2; }
internal readonly struct N3 : INumber { public static int Value => 3; }
internal readonly struct N4 : INumber { public static int Value => 4; }
internal readonly struct N5 : INumber { public static int Value => 5; }
internal readonly struct N6 : INumber { public static int Value => 6; }
internal readonly struct N7 : INumber { public static int Value => 7; }
internal readonly struct N8 : INumber { public static int Value => 8; }
