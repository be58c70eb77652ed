using System.Globalization;

namespace Gradus;

/// <summary>Figures in the lines of the recipe.</summary>
internal static class RecipeText
{
    /// <summary>Four significant digits.</summary>
    public static string Figure(double value) => double.IsNaN(value) ? "NaN"
        : Math.Abs(value) is 0 or (>= 1e-4 and < 1e6)
            ? value.ToString(Math.Abs(value) >= 1000 ? "#,0" : "0.####", CultureInfo.InvariantCulture)
            : value.ToString("0.##E+0", CultureInfo.InvariantCulture);

    /// <summary>A share as a percentage.</summary>
    public static string Percent(double share) =>
        (100 * share).ToString(share is > 0 and < 0.1 ? "0.##" : "0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary>A few names, and how many more there are.</summary>
    public static string Few(IReadOnlyList<string> names) => string.Join(", ", names.Take(3).Select(name => $"'{name}'"))
        + (names.Count > 3 ? $" and {names.Count - 3} more" : "");
}
