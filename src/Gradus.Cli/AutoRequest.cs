namespace Gradus.Cli;

/// <summary>What <c>train --auto</c> asks for beside a <see cref="TrainRequest"/>.</summary>
/// <param name="Limit">Time for everything.</param>
/// <param name="Line">The line of <c>train</c> that all networks begin with.</param>
/// <param name="Fixed">Parameters of a search that the user's options fix.</param>
/// <param name="Epochs">Epochs at most; null if the time decides.</param>
internal sealed record AutoRequest(TimeSpan Limit, CommandLine Line, IReadOnlyCollection<string> Fixed, int? Epochs);
