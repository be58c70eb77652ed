namespace Gradus;

/// <summary>Why training ended.</summary>
public enum StopReason
{
    /// <summary>All epochs were done.</summary>
    Completed,

    /// <summary>The validation loss or metric had not got better for as many epochs as the patience.</summary>
    EarlyStopping,

    /// <summary>No step of L-BFGS made the loss smaller: within rounding, it is at a minimum.</summary>
    Converged,

    /// <summary>The caller asked to stop.</summary>
    Cancelled,

    /// <summary>The loss became NaN or infinite.</summary>
    Diverged,

    /// <summary>The loss rose above 3 times what it was at the start, and <see cref="TrainOptions.OnExplosion"/> says to stop.</summary>
    Exploded,
}
