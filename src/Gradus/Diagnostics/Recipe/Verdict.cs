namespace Gradus;

/// <summary>What a check of the recipe found.</summary>
public enum Verdict
{
    /// <summary>As expected.</summary>
    Pass,

    /// <summary>Training works, but worse than it could.</summary>
    Warn,

    /// <summary>What training gives cannot be trusted.</summary>
    Fail,
}
