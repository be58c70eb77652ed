using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>One network of an experiment, trained and measured.</summary>
/// <param name="X">The value of the varied setting.</param>
/// <param name="Seed">Seed of the first weights and of the order of rows.</param>
/// <param name="Network">Widths from input to output.</param>
/// <param name="Parameters">Number of trained numbers.</param>
/// <param name="TrainError">Error of the training rows: RMSE in the target's units, or the share of wrong classes; null if training
/// diverged.</param>
/// <param name="TestError">Error of the test rows; null if training diverged.</param>
/// <param name="SecondsPerEpoch">Seconds of an epoch, validation not counted: the median; 0 if none was completed.</param>
/// <param name="MicrosecondsPerUpdate">The same by update.</param>
/// <param name="BestEpoch">The epoch whose weights were measured.</param>
/// <param name="Losses">Mean training loss of each epoch.</param>
public sealed record ExperimentRun(
    string X, ulong Seed, string Network, int Parameters, double? TrainError, double? TestError, double SecondsPerEpoch,
    double MicrosecondsPerUpdate, int BestEpoch, IReadOnlyList<double> Losses)
{
    /// <summary>Whether the loss became NaN or infinite.</summary>
    public bool Diverged => TestError is null;

    internal JsonObject ToJson() => new()
    {
        ["x"] = X,
        ["seed"] = Seed,
        ["network"] = Network,
        ["parameters"] = Parameters,
        ["trainError"] = TrainError,
        ["testError"] = TestError,
        ["secondsPerEpoch"] = SecondsPerEpoch,
        ["microsecondsPerUpdate"] = MicrosecondsPerUpdate,
        ["bestEpoch"] = BestEpoch,
        ["losses"] = new JsonArray([.. Losses.Select(loss => JsonValue.Create(loss))]),
    };

    /// <summary>Reads what <see cref="ToJson"/> gave.</summary>
    /// <exception cref="FormatException">A member is missing or of another kind.</exception>
    internal static ExperimentRun Of(JsonNode json)
    {
        JsonNode Member(string name) => json[name] ?? throw new FormatException($"'{name}' is missing");
        try
        {
            return new ExperimentRun((string?)Member("x") ?? "", (ulong)Member("seed"), (string?)Member("network") ?? "", (int)Member("parameters"),
                (double?)json["trainError"], (double?)json["testError"], (double)Member("secondsPerEpoch"), (double)Member("microsecondsPerUpdate"),
                (int)Member("bestEpoch"), [.. Member("losses").AsArray().Select(loss => (double)(loss ?? throw new FormatException("a loss is missing")))]);
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException(e.Message, e);
        }
    }
}
