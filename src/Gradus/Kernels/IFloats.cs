namespace Gradus.Kernels;

/// <summary>A register of floats as a number: elementwise kernels are formulas over it, written once for every width.
/// </summary>
/// <remarks>A mask is a register whose lanes are all ones or all zeros. <c>MaxNative(constant, x)</c> and
/// <c>MinNative(constant, x)</c> give x where x is NaN, so constants stand on the left.</remarks>
/// <typeparam name="TSelf">The register.</typeparam>
internal unsafe interface IFloats<TSelf>
    where TSelf : struct, IFloats<TSelf>
{
    // Every operation is marked for aggressive optimisation as well as for inlining: the JIT inlines only so many calls
    // into one method, and what it leaves as a call in a long formula must not begin its life unoptimised.

    /// <summary>Floats in the register.</summary>
    static abstract int Width { get; }

    /// <summary>One float in every lane.</summary>
    static abstract TSelf Create(float value);

    /// <summary>One bit pattern in every lane.</summary>
    static abstract TSelf CreateBits(int bits);

    /// <summary>All the floats at <paramref name="source"/>.</summary>
    static abstract TSelf Load(float* source);

    /// <summary>The first <paramref name="count"/> floats, <paramref name="fill"/> in the other lanes.</summary>
    static abstract TSelf LoadPart(float* source, int count, TSelf fill);

    /// <summary>Mask of the first <paramref name="count"/> lanes.</summary>
    static abstract TSelf First(int count);

    /// <summary>Writes every lane.</summary>
    static abstract void Store(TSelf value, float* destination);

    /// <summary>Writes the first <paramref name="count"/> lanes.</summary>
    static abstract void StorePart(TSelf value, float* destination, int count);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf value);

    static abstract TSelf operator &(TSelf left, TSelf right);

    static abstract TSelf operator |(TSelf left, TSelf right);

    static abstract TSelf operator ^(TSelf left, TSelf right);

    static abstract TSelf operator >(TSelf left, TSelf right);

    static abstract TSelf operator <(TSelf left, TSelf right);

    static abstract TSelf operator >=(TSelf left, TSelf right);

    static abstract TSelf operator <=(TSelf left, TSelf right);

    /// <summary>Mask of the lanes that are equal; NaN equals nothing.</summary>
    static abstract TSelf Same(TSelf left, TSelf right);

    /// <summary>left·right + addend, fused where the machine can.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>left·right + addend in every lane.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, float addend);

    /// <summary>left &gt; right ? left : right.</summary>
    static abstract TSelf MaxNative(TSelf left, TSelf right);

    /// <summary>left &lt; right ? left : right.</summary>
    static abstract TSelf MinNative(TSelf left, TSelf right);

    /// <summary>The larger, or NaN if either is.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>|x|.</summary>
    static abstract TSelf Abs(TSelf value);

    /// <summary>√x.</summary>
    static abstract TSelf Sqrt(TSelf value);

    /// <summary>mask ? whenTrue : whenFalse.</summary>
    static abstract TSelf Select(TSelf mask, TSelf whenTrue, TSelf whenFalse);

    /// <summary>2ⁿ for the whole number n, −126 … 127, that the lane holds as a float.</summary>
    static abstract TSelf PowerOfTwo(TSelf exponent);

    /// <summary>The integer that the bits of a lane are, shifted right by 23 with its sign, as a float.</summary>
    static abstract TSelf ExponentBits(TSelf value);

    /// <summary>Integer sum of the lanes' bits.</summary>
    static abstract TSelf AddBits(TSelf left, TSelf right);

    /// <summary>Nearest whole number, ties to even.</summary>
    static abstract TSelf Round(TSelf value);

    /// <summary>Sum of the lanes, in a fixed order.</summary>
    static abstract float Sum(TSelf value);

    /// <summary>Sum of the lanes in double.</summary>
    static abstract double SumWide(TSelf value);

    /// <summary>Largest lane, or NaN if there is one.</summary>
    static abstract float Maximum(TSelf value);
}
