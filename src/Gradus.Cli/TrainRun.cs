namespace Gradus.Cli;

/// <summary>What is trained, on what, and where it will be saved.</summary>
internal sealed record TrainRun(
    TrainRequest Request, DataSet Data, DataSplit Parts, Model Model, string Path, EncodedTable Train, EncodedTable? Validation, EncodedTable? Test)
{
    /// <summary>Whether the weights are any better than those of the start.</summary>
    public bool HasLearnt { get; set; }
}
