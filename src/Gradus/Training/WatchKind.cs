namespace Gradus;

/// <summary>What the watch during training can find.</summary>
public enum WatchKind
{
    /// <summary>The loss, or a weight, became NaN or infinite.</summary>
    NonFinite,

    /// <summary>The loss rose above 3 times what it was at the start.</summary>
    Explosion,

    /// <summary>At least nine tenths of a layer's units give the same number for every row.</summary>
    DeadLayer,

    /// <summary>At least nine tenths of a layer's units are within 1 % of a limit of their activation on 95 % of the rows.</summary>
    SaturatedLayer,

    /// <summary>After five epochs the loss has not fallen by 1 %, and what differs between the answers says nothing.</summary>
    StalledLoss,
}
