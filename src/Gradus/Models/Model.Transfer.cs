namespace Gradus;

/// <content>Transfer: what a model has learnt, for another target.</content>
public sealed partial class Model
{
    private bool hasNewOutput;   // not trained yet, on hidden layers that are

    /// <summary>A model that takes over preprocessing, hidden layers and their weights, and begins a new output layer for another target,
    /// or for other classes of the same one (Yosinski et al. 2014). To go on with the target as it is, train the model itself.</summary>
    /// <param name="train">Training rows, with the columns that this model takes.</param>
    /// <param name="options">The target, its loss and how the output layer starts; the inputs' preprocessing stays.</param>
    /// <exception cref="GradusException">The target is an input of the model or does not do, or the model is an ensemble.</exception>
    public Model ForTarget(Table train, ModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(options);
        if (Members.Count > 1)
            throw new GradusException($"The model is an ensemble of {Members.Count} networks; begin with a single one, such as model.Member(0).");
        var model = For(Preprocessor.WithTarget(train, PreprocessingFor(options, train)), train, options, [.. Network.Layers.SkipLast(1)]);
        foreach (var (from, to) in Network.Parameters.Zip(model.Network.Parameters).Where(each => !Network.IsOf(each.Second, Network.OutputLayer)))
            Weights[from.Expression].CopyTo(model.Weights[to.Expression]);
        model.hasNewOutput = true;
        return model;
    }
}
