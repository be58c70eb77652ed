namespace Gradus.Cli;

/// <summary>Bars of block characters, in eighths.</summary>
internal static class Bars
{
    public static string Of(double value, double largest, int width)
    {
        if (!(value > 0) || !(largest > 0) || !double.IsFinite(value) || !double.IsFinite(largest))
            return "";
        var eighths = (int)Math.Round(Math.Min(1, value / largest) * width * 8);
        return new string('█', eighths / 8) + (eighths % 8 > 0 ? " ▏▎▍▌▋▊▉"[eighths % 8].ToString() : "");
    }
}
