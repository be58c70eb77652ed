using System.Globalization;

namespace Gradus;

/// <summary>Reads one field of a file as a number.</summary>
internal static class NumberText
{
    internal enum Result
    {
        Number,
        Missing,
        OutOfRange,
        Text,
    }

    private static readonly float[] PowersOfTen = [1e0f, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f];

    /// <summary>Reads a field: a number (invariant culture), a missing value (empty, NA, NaN, null, ?), a number that is
    /// no finite float32 (such as 1e39 or inf), or a text.</summary>
    public static Result Read(ReadOnlySpan<byte> field, out float value)
    {
        if (TryReadShort(field, out value))
            return Result.Number;
        field = field.Trim(" \t"u8);
        if (IsMissing(field))
        {
            value = float.NaN;
            return Result.Missing;
        }
        if (float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
            return float.IsNaN(value) ? Result.Missing : float.IsInfinity(value) ? Result.OutOfRange : Result.Number;
        return IsInfinity(field) ? Result.OutOfRange : Result.Text;
    }

    /// <summary>Whether a trimmed field stands for a missing value.</summary>
    public static bool IsMissing(ReadOnlySpan<byte> field) => field.Length switch
    {
        0 => true,
        1 => field[0] == (byte)'?',
        2 => Same(field, "na"u8),
        3 => Same(field, "nan"u8),
        4 => Same(field, "null"u8),
        _ => false,
    };

    // Digits with at most one point whose digits make a whole number below 2²⁴, and at most ten of them behind the
    // point: number and power of ten are exact in float32, so their quotient is correctly rounded (Clinger 1990).
    private static bool TryReadShort(ReadOnlySpan<byte> field, out float value)
    {
        value = 0;
        var i = field.Length > 0 && field[0] == (byte)'-' ? 1 : 0;
        var first = i;
        if (field.Length - i is 0 or > 12)
            return false;
        ulong mantissa = 0;
        var point = -1;
        for (; i < field.Length; i++)
        {
            var digit = (uint)(field[i] - '0');
            if (digit <= 9)
                mantissa = (mantissa * 10) + digit;
            else if (field[i] == (byte)'.' && point < 0)
                point = i;
            else
                return false;
        }
        var decimals = point < 0 ? 0 : field.Length - 1 - point;
        if (mantissa > 1 << 24 || decimals > 10 || (point >= 0 && field.Length - first == 1))
            return false;
        value = mantissa / PowersOfTen[decimals];
        if (first == 1)
            value = -value;
        return true;
    }

    private static bool IsInfinity(ReadOnlySpan<byte> field)
    {
        if (field.Length > 0 && field[0] is (byte)'-' or (byte)'+')
            field = field[1..];
        return Same(field, "inf"u8) || Same(field, "infinity"u8);
    }

    private static bool Same(ReadOnlySpan<byte> field, ReadOnlySpan<byte> lower) =>
        System.Text.Ascii.EqualsIgnoreCase(field, lower);
}
