namespace Gradus;

/// <summary>What <see cref="AutoTrainer"/> found.</summary>
/// <param name="Model">The ensemble of the best, or the best network.</param>
/// <param name="Members">The trials whose networks it has, in the order in which they were chosen.</param>
/// <param name="Validation">How good the ensemble is on the rows that judged. It was chosen by them, so other rows are answered a
/// little less well.</param>
/// <param name="BestModel">The best single trial, by the same rows: a network, or one for each fold, each way they were dealt.</param>
/// <param name="Trials">All trials.</param>
/// <param name="Space">What was searched.</param>
/// <param name="Folds">Networks of each trial in the search: 1, or five where rows were few.</param>
/// <param name="Scaling">How numbers are scaled; null where the columns say so.</param>
/// <param name="Epochs">Epochs that a trial could take.</param>
/// <param name="Refitted">How many of the members were trained anew on training and validation rows together; what
/// <paramref name="Members"/> and <paramref name="Validation"/> say is from before.</param>
/// <param name="Suggestion">The learning rate that the range test suggested; null if none lowered the loss, or it was fixed.</param>
/// <param name="IsRepeatable">Whether time has decided nothing: the same seed gives the same bits again, at any number of threads. So it
/// is where rows are few and the time suffices.</param>
/// <param name="AreUsual">Whether the members are the usual networks for few rows, since what the search found is not better together by more than chance.</param>
public sealed record AutoResult(
    Model Model, IReadOnlyList<TrainedTrial> Members, Metrics Validation, Model BestModel, IReadOnlyList<StudyTrial> Trials, SearchSpace Space, int Folds,
    Scaling? Scaling, int Epochs, double? Suggestion, int Refitted, bool IsRepeatable, bool AreUsual);
