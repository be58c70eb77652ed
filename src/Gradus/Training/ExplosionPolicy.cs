namespace Gradus;

/// <summary>What training does when its loss explodes: when it rises above 3 times what it was at the start.</summary>
public enum ExplosionPolicy
{
    /// <summary>Notes it (<see cref="History.Watch"/>) and goes on. A loss that is not finite ends it with a
    /// <see cref="DivergedException"/>.</summary>
    Warn,

    /// <summary>Ends, with <see cref="StopReason.Exploded"/> and the best weights. A loss that is not finite ends it as for
    /// <see cref="Warn"/>.</summary>
    Stop,

    /// <summary>Goes back to the weights at the end of the last epoch before, or to those of the start, halves the learning rate, begins with
    /// fresh moments of the optimiser, and goes on with the epoch: at most ten times, then it ends as for <see cref="Stop"/>. A loss
    /// that is not finite counts as exploded.</summary>
    Reduce,
}
