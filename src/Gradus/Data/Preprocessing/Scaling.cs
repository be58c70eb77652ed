namespace Gradus;

/// <summary>How a column of numbers is brought to the range that networks learn well from.</summary>
/// <remarks>All figures are of the training rows. A constant column becomes 0, except with <see cref="None"/>.</remarks>
public enum Scaling
{
    /// <summary>x' = (x − mean) / deviation.</summary>
    Standardize,

    /// <summary>x' = (x − minimum) / (maximum − minimum).</summary>
    MinMax,

    /// <summary>x' = x.</summary>
    None,

    /// <summary>z = (x − median) / (q₇₅ − q₂₅), then x' = z / √(1 + (z/3)²), which lies within ±3 (Holzmüller et al. 2024).
    /// Where the quartiles coincide, half the range takes their place.</summary>
    Robust,

    /// <summary>x' = Φ⁻¹(share of values below x), within ±5.2: the column becomes standard normal, whatever it was.</summary>
    /// <remarks>The share is linear between n/30 quantiles (10 to 1,000 of them); a value that many rows share gets the
    /// middle of the shares that it spans.</remarks>
    Quantile,

    /// <summary>x' = (ψ(x, λ) − mean) / deviation, ψ being the power transform of Yeo and Johnson (2000) and λ the one of
    /// maximum likelihood.</summary>
    Power,

    /// <summary>x' = (sign(x)·ln(1 + |x|) − mean) / deviation.</summary>
    Log,
}
