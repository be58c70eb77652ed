namespace Gradus;

/// <summary>What the losses of rows are multiplied by.</summary>
internal static class Weighting
{
    /// <summary>Refuses rows of which none counts.</summary>
    /// <exception cref="GradusException">All weights are 0.</exception>
    public static void Check(EncodedTable training, EncodedTable? validation)
    {
        foreach (var (part, table) in new[] { ("training", training), ("validation", validation) })
        {
            if (table is { Weights.Length: > 0 } && !table.Weights.ContainsAnyExcept(0))
                throw new GradusException($"The weights of the {table.Rows} {part} rows are all 0, so none of them counts. Give some a weight above 0.");
        }
    }

    /// <summary>n w / Σw, of mean 1 so that the learning rate keeps its meaning; empty if all rows count alike.</summary>
    public static float[] OfRows(EncodedTable training)
    {
        var sum = 0.0;
        foreach (var weight in training.Weights)
            sum += weight;
        var normalized = new float[training.Weights.Length];
        for (var i = 0; i < normalized.Length; i++)
            normalized[i] = (float)(training.Weights[i] * normalized.Length / sum);
        return normalized;
    }

    /// <summary>For each class of a target, rows / (classes · rows of the class), over the rows whose target is known: (classes × 1);
    /// null if it has no classes.</summary>
    public static double[,]? OfClasses(EncodedTable training, int target, int classes)
    {
        if (classes == 0)
            return null;
        var (counts, rows) = (new int[classes], 0);
        for (var i = target; i < training.Targets.Length; i += training.TargetCount)
        {
            if (float.IsNaN(training.Targets[i]))
                continue;
            counts[(int)training.Targets[i]]++;
            rows++;
        }

        var weights = new double[classes, 1];
        for (var i = 0; i < classes; i++)
            weights[i, 0] = counts[i] == 0 ? 0 : (double)rows / (classes * counts[i]);
        return weights;
    }
}
