namespace Gradus;

/// <summary>How many of a layer's units do nothing on some rows.</summary>
/// <param name="Silent">Those that give 0 for every row.</param>
/// <param name="Constant">Those that give one number for every row, to a millionth of it: the silent among them.</param>
/// <param name="Saturated">Those that are within 1 % of a limit of the activation on 95 % of the rows.</param>
internal readonly record struct UnitStates(int Silent, int Constant, int Saturated)
{
    private const double Same = 1e-6;
    private const double Mostly = 0.95;

    /// <summary>Counts.</summary>
    /// <param name="values">(rows × units), row-major.</param>
    /// <param name="units">Width of the layer.</param>
    /// <param name="activation">Of the layer; null if it has none.</param>
    public static UnitStates Of(ReadOnlySpan<float> values, int units, Activation? activation)
    {
        var rows = values.Length / units;
        var (silent, constant, saturated) = (0, 0, 0);
        for (var unit = 0; unit < units; unit++)
        {
            var (zeros, limits, least, most) = (0, 0, float.PositiveInfinity, float.NegativeInfinity);
            for (var i = unit; i < values.Length; i += units)
            {
                var value = values[i];
                zeros += value == 0 ? 1 : 0;
                limits += IsAtLimit(activation, value) ? 1 : 0;
                (least, most) = (Math.Min(least, value), Math.Max(most, value));
            }

            silent += zeros == rows ? 1 : 0;
            constant += most - least <= Same * Math.Max(Math.Abs(least), Math.Abs(most)) ? 1 : 0;
            saturated += limits >= Mostly * rows ? 1 : 0;
        }

        return new UnitStates(silent, constant, saturated);
    }

    private static bool IsAtLimit(Activation? activation, float value) => activation?.Name switch
    {
        "sigmoid" or "hard-sigmoid" => value is < 0.01f or > 0.99f,
        "tanh" => Math.Abs(value) > 0.99f,
        "scaled-tanh" => Math.Abs(value) > 1.7f,
        _ => false,
    };
}
