using System.Globalization;

namespace Gradus;

/// <summary>One way in which images are changed: its name in text, unit and range.</summary>
/// <param name="Name">As in <c>rotate=10</c>.</param>
/// <param name="Unit">What it is counted in; empty for a pure number.</param>
/// <param name="Description">What it does, for help.</param>
/// <param name="Least">The smallest value, itself allowed.</param>
/// <param name="Most">The largest value, itself allowed.</param>
/// <param name="Example">A usual value.</param>
public sealed record AugmentationAmount(string Name, string Unit, string Description, double Least, double Most, double Example)
{
    /// <summary>Reads the value.</summary>
    public required Func<Augmentation, double> Get { get; init; }

    /// <summary>The same with another value.</summary>
    public required Func<Augmentation, double, Augmentation> With { get; init; }

    /// <summary>Whether it is a length in pixels, which goes with the size of the images; 1 if so, 2 for an area, 0 if not.</summary>
    internal int PowerOfSize { get; init; }

    /// <summary>Range, unit and an example: <c>from 0 to 180 degrees, such as 10</c>.</summary>
    public string Expected => string.Create(CultureInfo.InvariantCulture,
        $"from {Least} to {Most}{(Unit.Length > 0 ? " " : "")}{Unit}, such as {Example}");

    /// <summary>Whether the value is in range.</summary>
    public bool Allows(double value) => value >= Least && value <= Most;
}
