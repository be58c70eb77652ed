namespace Gradus.Cli;

/// <summary>A model file to begin from.</summary>
/// <param name="Path">The file.</param>
/// <param name="NewTarget">A column to predict with a new output layer; null to go on with the model's own.</param>
internal sealed record StartRequest(string Path, string? NewTarget)
{
    /// <summary>Reads the model.</summary>
    /// <param name="ensemble">Networks to train on the same rows; null for one, or for folds.</param>
    /// <exception cref="GradusException">It cannot be read, or is an ensemble and not as many are to be trained from it.</exception>
    public Model Load(int? ensemble)
    {
        var model = Model.Load(Path);
        if (model.Members.Count == 1 || (NewTarget is null && model.Members.Count == ensemble))
            return model;
        throw new GradusException($"--from '{Path}' is an ensemble of {model.Members.Count} networks. Expected the file of a single one"
            + $"{(NewTarget is null ? $", or --ensemble {model.Members.Count}, which goes on with each" : "")}.");
    }

    /// <summary>The request with the model's layers, columns and target.</summary>
    /// <exception cref="GradusException">Another target is asked for.</exception>
    public TrainRequest Adapt(TrainRequest request, Model model)
    {
        var own = string.Join(',', model.Heads.Select(head => head.Target));
        if (NewTarget is null && request.Target is { } target && target.Replace(", ", ",", StringComparison.Ordinal) != own)
        {
            throw new GradusException($"--target is '{target}', but '{Path}' predicts '{own}'. Leave it out; or give --new-target {target}, "
                + "which begins the output layer anew.");
        }

        var kinds = new Dictionary<string, ColumnKind>(model.Preprocessor.InputKinds);
        foreach (var each in NewTarget is null ? model.Preprocessor.Targets : [])
            kinds[each.Column] = each.Kind;
        return request with
        {
            Target = NewTarget ?? own,
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
