namespace Gradus;

/// <summary>How a search chooses what to try.</summary>
public enum SearchMethod
{
    /// <summary>The tree-structured Parzen estimator (Bergstra et al. 2011), after the first random draws.</summary>
    Tpe,

    /// <summary>Every trial is drawn at random (Bergstra and Bengio 2012).</summary>
    Random,

    /// <summary>Random draws of a few epochs, then random draws of more epochs around the best of them.</summary>
    CoarseFine,
}
