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

    /// <summary>For each class, rows / (classes · rows of the class): (classes × 1).</summary>
    public static double[,] OfClasses(EncodedTable training, int classes)
    {
        var counts = new int[classes];
        foreach (var target in training.Targets)
            counts[(int)target]++;
        var weights = new double[classes, 1];
        for (var i = 0; i < classes; i++)
            weights[i, 0] = counts[i] == 0 ? 0 : (double)training.Rows / (classes * counts[i]);
        return weights;
    }
}
