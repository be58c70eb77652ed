namespace Gradus;

/// <summary>What a network needs to take categories that preprocessing gives as indices: an <see cref="Embedding"/> in front, or rows
/// of the first layer's weights to look up.</summary>
internal static class CategoryLayers
{
    // Of one table: 4 GB as float32, and a step of Adam keeps five such.
    private const long MostNumbers = 1 << 30;

    /// <summary>The names of the columns that shall be indices.</summary>
    /// <exception cref="GradusException">No column is a category.</exception>
    public static IReadOnlyCollection<string> Indexed(Table train, PreprocessingOptions preprocessing, EmbeddingOptions? embedding)
    {
        if (embedding is null)
            return preprocessing.Indexed;
        if (embedding.Columns.Count > 0)
            return [.. embedding.Columns.Keys];
        string[] names =
        [
            .. train.Columns.Where(column => column.Kind == ColumnKind.Category && !preprocessing.Targets.Contains(column.Name)
                && !preprocessing.Ignore.Contains(column.Name)).Select(column => column.Name),
        ];
        return names.Length > 0 ? names : throw new GradusException($"Embeddings are for category columns, and table '{train.Name}' has none beside "
            + "the target. Leave them out (--embed), or read a column of codes as categories (--columns NAME=category).");
    }

    /// <summary>The layers of a network that takes what a preprocessor gives.</summary>
    /// <param name="preprocessor">Says which features are indices.</param>
    /// <param name="embedding">Which of them become vectors; null for none.</param>
    /// <param name="layers">All layers, for inputs that are numbers.</param>
    /// <exception cref="GradusException">What is done to the inputs before the first dense layer cannot be done to an index.</exception>
    public static IReadOnlyList<Layer> Arrange(Preprocessor preprocessor, EmbeddingOptions? embedding, IReadOnlyList<Layer> layers)
    {
        // Layers of a model that is trained on look up what they did before.
        var taken = layers.SelectMany(layer => layer switch
        {
            Embedding known => known.Columns.Select(each => each.Category),
            Dense dense => dense.Categories,
            _ => [],
        }).ToHashSet();
        var indices = preprocessor.Inputs.Where(input => input.Levels > 0)
            .Select(input => (Name: input.Columns[0], Category: new CategoryInput(input.FirstFeature, input.Levels)))
            .Where(each => !taken.Contains(each.Category)).ToArray();
        var embedded = indices.Where(each => embedding is not null && (embedding.Columns.Count == 0 || embedding.Columns.ContainsKey(each.Name)))
            .Select(each => (each.Name, Embedded: new EmbeddedCategory(each.Category, WidthOf(each.Name, each.Category.Levels, embedding)))).ToArray();
        var wide = indices.Where(each => embedded.All(other => other.Name != each.Name)).ToArray();
        foreach (var (name, each) in embedded)
            CheckSize(name, each.Category.Levels, each.Width);
        // Embeddings of numbers know their columns in the network's input, and pass the others on: they stay in front.
        var front = layers.TakeWhile(layer => layer is PiecewiseEmbedding or PeriodicEmbedding).ToArray();
        var arranged = layers.Skip(front.Length).ToList();
        if (indices.Length > 0 && arranged.Find(layer => layer is PiecewiseEmbedding or PeriodicEmbedding) is { } late)
        {
            throw new GradusException($"Column '{indices[0].Name}' is looked up by the index of its category, and a layer of kind {layers[0].Kind} cannot stand before "
                + $"that; with a layer of kind {late.Kind} it does. Leave one of the two out.");
        }

        if (wide.Length > 0)
        {
            if (arranged[0] is not Dense dense)
            {
                throw new GradusException($"Column '{wide[0].Name}' has {wide[0].Category.Levels:N0} categories, too many for one-hot features, and is looked up by the first "
                    + $"dense layer; a layer of kind {arranged[0].Kind} cannot stand before that. Leave the layer out, or embed the column (--embed), or "
                    + "group its rare categories (--rare 10).");
            }

            foreach (var (name, category) in wide)
                CheckSize(name, category.Levels, dense.Outputs * dense.Activation.Pieces);
            arranged[0] = dense with { Categories = [.. wide.Select(each => each.Category)] };
        }

        if (embedded.Length > 0)
            arranged.Insert(0, new Embedding([.. embedded.Select(each => each.Embedded)]));
        return [.. front, .. arranged];
    }

    /// <summary>Whether a network looks up exactly the indices that a preprocessor gives.</summary>
    public static bool Fit(Network network, Preprocessor preprocessor) =>
        network.Lookups.Select(lookup => lookup.Category).ToHashSet().SetEquals(
            preprocessor.Inputs.Where(input => input.Levels > 0).Select(input => new CategoryInput(input.FirstFeature, input.Levels)));

    private static int WidthOf(string name, int levels, EmbeddingOptions? embedding) =>
        embedding?.Columns.TryGetValue(name, out var width) == true ? width : embedding?.Width ?? Embedding.UsualWidth(levels);

    private static void CheckSize(string name, int levels, int width)
    {
        if ((long)levels * width > MostNumbers)
        {
            throw new GradusException($"Column '{name}' has {levels:N0} categories, which with {width:N0} weights each make {(long)levels * width:N0}; at most "
                + $"{MostNumbers:N0} fit. Group rare categories (--rare 10), take shorter vectors (--embed {name}=16), or set the column aside ({name}=ignored).");
        }
    }
}
