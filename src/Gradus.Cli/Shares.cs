using System.Globalization;

namespace Gradus.Cli;

/// <summary>Shares of validation and test rows; training has the rest.</summary>
internal sealed record Shares(double Validation, double Test)
{
    /// <summary>Reads percentages of training, validation and test rows: <c>64/16/20</c>.</summary>
    public static bool TryParse(string text, out Shares? shares)
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

        shares = new Shares(percent[1] / 100, percent[2] / 100);
        return percent[0] > 0 && Math.Abs(percent.Sum() - 100) < 1e-6;
    }
}
