namespace Gradus;

/// <summary>What a trial of <see cref="NetworkTrials"/> has trained.</summary>
/// <param name="Trial">Its values.</param>
/// <param name="Training">How it was trained.</param>
/// <param name="Network">Its structure.</param>
/// <param name="Weights">The best weights: of one network, or of one for each fold, for each way in which the rows were dealt.</param>
/// <param name="Histories">How the training of each went.</param>
/// <param name="Answers">The answers for <see cref="NetworkTrials.Judged"/>, (rows × outputs): with folds, those of the network that has not
/// seen the row.</param>
/// <param name="Metrics">How good these answers are.</param>
public sealed record TrainedTrial(
    StudyTrial Trial, TrainOptions Training, Network Network, IReadOnlyList<ParameterBuffer> Weights, IReadOnlyList<History> Histories,
    ReadOnlyMemory<float> Answers, Metrics Metrics);
