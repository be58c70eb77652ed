using System.Globalization;

namespace Gradus.Cli;

/// <summary>Reads shares of validation and test rows; training has the rest.</summary>
internal static class Shares
{
    /// <summary>Reads percentages of training, validation and test rows: <c>64/16/20</c>.</summary>
    public static bool TryParse(string text, out (double Validation, double Test)? shares)
    {
        shares = null;
        var parts = text.Split('/');
        var percent = new double[3];
        if (parts.Length != percent.Length)
            return false;
        for (var i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out percent[i]))
                return false;
        }

        shares = (percent[1] / 100, percent[2] / 100);
        return percent[0] > 0 && Math.Abs(percent.Sum() - 100) < 1e-6;
    }
}
