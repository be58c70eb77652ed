namespace Gradus;

/// <summary>Where a trial of a search stands.</summary>
public enum TrialState
{
    /// <summary>It was begun and given back, and will be run again.</summary>
    Waiting,

    /// <summary>A worker runs it.</summary>
    Running,

    /// <summary>It was trained to its end.</summary>
    Complete,

    /// <summary>It was stopped early: others were better after as many epochs.</summary>
    Pruned,

    /// <summary>Its loss passed three times its start, or became NaN or infinite.</summary>
    Exploded,
}
