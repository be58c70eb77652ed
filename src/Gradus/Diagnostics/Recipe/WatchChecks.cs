namespace Gradus;

/// <summary>What the watch saw during a training, as lines of the recipe.</summary>
internal static class WatchChecks
{
    public static IEnumerable<RecipeCheck> Run(RecipeSetup setup, IReadOnlyList<WatchFinding> findings)
    {
        // Where training went back it did not fail.
        var ended = setup.Training.OnExplosion == ExplosionPolicy.Reduce ? Verdict.Warn : Verdict.Fail;
        yield return Of("finite", "the loss and the weights stay finite", ended, [.. findings.Where(each => each.Kind == WatchKind.NonFinite)]);
        yield return Of("explosion", "the loss stays below 3 times its start", Verdict.Warn, [.. findings.Where(each => each.Kind == WatchKind.Explosion)]);
        yield return Of("layers", "in each hidden layer more than a tenth of the units are at work, after epochs 1, 2, 4, 8 …", Verdict.Warn,
            [.. findings.Where(each => each.Kind is WatchKind.DeadLayer or WatchKind.SaturatedLayer)]);
        yield return Of("progress", "the loss falls by 1 % in five epochs, or the answers are better than their mean", Verdict.Fail,
            [.. findings.Where(each => each.Kind == WatchKind.StalledLoss)]);
    }

    private static RecipeCheck Of(string name, string expected, Verdict found, WatchFinding[] findings) => findings.Length == 0
        ? RecipeCheck.Pass(name, expected, "nothing else was seen")
        : new RecipeCheck(name, found, expected, findings[0].Message + (findings.Length > 1 ? $" And {findings.Length - 1} more like it." : ""), findings[^1].Advice);
}
