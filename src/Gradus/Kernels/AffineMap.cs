namespace Gradus.Kernels;

/// <summary>Where a pixel (x, y) of a new picture is found in the old one:
/// x' = <paramref name="X0"/> + <paramref name="XofX"/> x + <paramref name="XofY"/> y, and y' likewise.</summary>
internal readonly record struct AffineMap(double X0, double XofX, double XofY, double Y0, double YofX, double YofY)
{
    public static AffineMap Identity { get; } = new(0, 1, 0, 0, 0, 1);
}
