namespace Gradus;

/// <summary>L-BFGS: a quasi-Newton step that learns the curvature from the last gradients, and a line search that chooses its
/// length (Liu and Nocedal 1989; Nocedal and Wright 2006, algorithms 7.4 and 7.5). For small networks and few rows.</summary>
/// <remarks>w ← w + αp, p = −Hg. H comes from the last pairs s = wₖ₊₁ − wₖ, y = gₖ₊₁ − gₖ, and starts from s·y / y·y; α
/// satisfies the strong Wolfe conditions (Nocedal and Wright 2006, eq. 3.7). Each step takes all rows, since it compares losses
/// of the same rows at several points, and an epoch is one step of one gradient or more. Dropout, noise and batch normalisation
/// draw or estimate anew at each of them, so they are refused. Sums of products are in double.</remarks>
/// <param name="LearningRate">The step that the line search tries first, above 0; 1 is Newton's.</param>
public sealed record Lbfgs(double LearningRate = 1) : Optimizer(LearningRate)
{
    /// <summary>Number of pairs that are kept, at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public int History
    {
        get;
        init => field = value >= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(History), value, "L-BFGS keeps at least 1 pair; 10 is usual.");
    } = 10;

    /// <inheritdoc/>
    public override string Name => "lbfgs";
}
