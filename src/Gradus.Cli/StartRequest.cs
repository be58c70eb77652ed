namespace Gradus.Cli;

/// <summary>A model file to begin from.</summary>
/// <param name="Path">The file.</param>
/// <param name="NewTarget">A column to predict with a new output layer; null to go on with the model's own.</param>
internal sealed record StartRequest(string Path, string? NewTarget)
{
    /// <summary>Reads the model.</summary>
    /// <exception cref="GradusException">It cannot be read, or is an ensemble.</exception>
    public Model Load()
    {
        var model = Model.Load(Path);
        return model.Members.Count == 1 ? model
            : throw new GradusException($"--from '{Path}' is an ensemble of {model.Members.Count} networks. Expected the file of a single one.");
    }

    /// <summary>The request with the model's layers, columns and target.</summary>
    /// <exception cref="GradusException">Another target is asked for.</exception>
    public TrainRequest Adapt(TrainRequest request, Model model)
    {
        if (NewTarget is null && request.Target is { } target && target != model.Target)
        {
            throw new GradusException($"--target is '{target}', but '{Path}' predicts '{model.Target}'. Leave it out; or give --new-target {target}, "
                + "which begins the output layer anew.");
        }

        var kinds = new Dictionary<string, ColumnKind>(model.Preprocessor.InputKinds);
        if (NewTarget is null && model.Preprocessor.Target is { } own)
            kinds[own.Column] = own.Kind;
        return request with
        {
            Target = NewTarget ?? model.Target,
            Layers = [.. model.Network.Layers.SkipLast(1)],
            Csv = DataArguments.IsStream(request.Data) ? request.Csv with { Columns = kinds } : request.Csv,
        };
    }

    /// <summary>What is taken from the model, for people.</summary>
    public string Describe(Network network)
    {
        var layers = network.Parameters.Select(parameter => parameter.Name.Split('.')[0]).Distinct().ToArray();
        var file = System.IO.Path.GetFileName(Path);
        return NewTarget is null ? $"{file}: preprocessing and all weights"
            : layers.Length == 1 ? $"{file}: preprocessing; {layers[0]} begins anew"
            : $"{file}: preprocessing and {string.Join(", ", layers[..^1])}; {layers[^1]} begins anew";
    }
}
