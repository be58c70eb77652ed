namespace Gradus;

/// <summary>How good the answers for several targets are: each target's metrics, and a few of all together.</summary>
public sealed record JointMetrics : Metrics
{
    private readonly OrderedDictionary<string, double> values = [];

    private JointMetrics(int count, IReadOnlyDictionary<string, Metrics> targets) => (Count, Targets) = (count, targets);

    /// <inheritdoc/>
    public override int Count { get; }

    /// <summary>The metrics of each target by its name, on the rows that have it; a target that no row has is left out.</summary>
    public IReadOnlyDictionary<string, Metrics> Targets { get; }

    /// <summary>The figures of all targets together: <c>r2</c>, the mean R² of the numbers; <c>accuracy</c>, the mean accuracy of the
    /// classes; <c>exactMatch</c>, the share of rows in which every class is right, of the rows that have them all; <c>macroF1</c>, the
    /// mean F1 of the targets of classes, which is that of the second class of two and the mean over several classes. A figure that is
    /// not defined for these rows is left out.</summary>
    public override IReadOnlyDictionary<string, double> Values => values;

    /// <summary>Puts the metrics of several targets together.</summary>
    /// <param name="count">Number of rows.</param>
    /// <param name="targets">Name and metrics of each target.</param>
    /// <param name="exactMatch">Share of rows in which every class is right; null if there are none.</param>
    internal static JointMetrics Of(int count, IEnumerable<(string Target, Metrics? Metrics)> targets, double? exactMatch)
    {
        var byName = new OrderedDictionary<string, Metrics>();
        foreach (var (target, metrics) in targets)
        {
            if (metrics is not null)
                byName[target] = metrics;
        }

        var joint = new JointMetrics(count, byName);
        var r2 = byName.Values.OfType<RegressionMetrics>().Select(each => each.R2).Where(double.IsFinite).ToArray();
        var classes = byName.Values.OfType<ClassificationMetrics>().ToArray();
        if (r2.Length > 0)
            joint.values["r2"] = r2.Average();
        if (classes.Length > 0)
            joint.values["accuracy"] = classes.Average(each => each.Accuracy);
        if (exactMatch is { } share)
            joint.values["exactMatch"] = share;
        if (classes.Length > 0)
            joint.values["macroF1"] = classes.Average(F1);
        return joint;
    }

    /// <summary>The targets' lines, and that of all.</summary>
    public override string ToString()
    {
        var together = string.Join(" · ", values.Keys.Select(name => $"{Heading(name)} {Format(name)}"));
        return string.Join("; ", Targets.Select(each => $"{each.Key}: {each.Value}").Append($"together: {together}"));
    }

    /// <summary>As for every record; the targets are compared one by one.</summary>
    public bool Equals(JointMetrics? other) => other is not null && Count == other.Count && Targets.SequenceEqual(other.Targets);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Count, Targets.Count);

    private static string Heading(string name) =>
        name switch { "r2" => "R²", "exactMatch" => "exact match", "macroF1" => "macro F1", _ => name };

    private static double F1(ClassificationMetrics classes) =>
        classes.Confusion.Classes == 2 ? classes.PerClass[1].F1 : classes.PerClass.Average(each => each.F1);
}
