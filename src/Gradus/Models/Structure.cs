namespace Gradus;

/// <summary>From the layers that a user gives to those of the network: embeddings are fitted to the training rows, and the
/// output layer is added.</summary>
internal static class Structure
{
    public static IReadOnlyList<Layer> Complete(
        ReadOnlySpan<Layer> layers, int outputs, ModelOptions options, Preprocessor preprocessor, Table train)
    {
        var complete = new List<Layer>();
        foreach (var layer in layers)
        {
            complete.Add(layer switch
            {
                PiecewiseEmbedding { Features.Count: 0 } embedding => embedding with
                {
                    Features = BinsOf(Numbers(complete, layer, preprocessor), embedding.Bins, preprocessor.EncodeInputs(train).Inputs),
                },
                PeriodicEmbedding { Columns.Count: 0 } embedding => embedding with { Columns = Numbers(complete, layer, preprocessor) },
                _ => layer,
            });
        }

        var hasMembers = complete.Exists(layer => layer is Members);
        complete.Add((hasMembers, options.OutputWeights) switch
        {
            (true, null) => new MemberOutputs(outputs),
            (true, { } weights) => new MemberOutputs(outputs) { Weights = weights },
            (false, null) => new Dense(outputs),
            (false, { } weights) => new Dense(outputs) { Weights = weights },
        });
        return complete;
    }

    /// <summary>The features that are scaled numbers; an indicator of missing values is none.</summary>
    private static int[] Numbers(List<Layer> before, Layer embedding, Preprocessor preprocessor)
    {
        if (before.Find(layer => layer is not (GaussianNoise or Dropout)) is { } other)
            throw new GradusException($"The layer of kind {embedding.Kind} embeds columns of the data, but a layer of kind {other.Kind} stands before it. Put it first.");
        int[] columns = [.. preprocessor.Inputs.Where(input => input is { Kind: ColumnKind.Number, Columns.Count: 1 }).Select(input => input.FirstFeature)];
        return columns.Length > 0 ? columns
            : throw new GradusException($"The layer of kind {embedding.Kind} embeds number columns, and the data has none. Leave it out.");
    }

    private static FeatureBins[] BinsOf(int[] columns, int bins, FeatureMatrix inputs)
    {
        var values = Array.ConvertAll(columns, _ => new float[inputs.Rows]);
        var row = new float[inputs.Columns];
        for (var i = 0; i < inputs.Rows; i++)
        {
            inputs.CopyRows(i, 1, row);
            for (var j = 0; j < columns.Length; j++)
                values[j][i] = row[columns[j]];
        }

        return [.. columns.Select((column, j) => FeatureBins.Of(column, values[j], bins))];
    }
}
