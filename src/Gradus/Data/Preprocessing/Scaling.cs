namespace Gradus;

/// <summary>How a column of numbers is brought to the range that networks learn well from.</summary>
public enum Scaling
{
    /// <summary>x' = (x − mean) / deviation of the training rows; a constant column becomes 0.</summary>
    Standardize,

    /// <summary>x' = (x − minimum) / (maximum − minimum) of the training rows; a constant column becomes 0.</summary>
    MinMax,

    /// <summary>x' = x.</summary>
    None,
}
