namespace Gradus;

/// <summary>Runs a trial.</summary>
/// <param name="trial">The trial.</param>
/// <param name="goesOn">To be asked after every epoch, with its number and the best value so far, of which less is better: whether to go
/// on. Once it says no, the trial is pruned.</param>
/// <param name="cancellation">When it is cancelled, the trial is to end as <see cref="TrialState.Waiting"/>.</param>
public delegate TrialResult SearchObjective(StudyTrial trial, Func<int, double, bool> goesOn, CancellationToken cancellation);
