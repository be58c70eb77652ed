using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>How a member of an ensemble was trained: kept in the model's file.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Epochs">Epochs completed.</param>
/// <param name="BestEpoch">The epoch whose weights were kept.</param>
/// <param name="StopReason">Why its training ended.</param>
/// <param name="Metrics">Its validation metrics of the best epoch, by name; empty without validation rows.</param>
public sealed record MemberRecord(
    ulong Seed, int Epochs, int BestEpoch, StopReason StopReason, IReadOnlyDictionary<string, double> Metrics)
{
    internal static MemberRecord Of(MemberHistory member) => new(
        member.Seed, member.History.Epochs.Count, member.History.BestEpoch, member.History.StopReason,
        member.History.Best?.ValidationMetrics?.Values ?? new Dictionary<string, double>());

    internal JsonObject ToJson() => new()
    {
        ["seed"] = Seed.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["epochs"] = Epochs,
        ["bestEpoch"] = BestEpoch,
        ["stopReason"] = StopReason.ToString(),
        ["metrics"] = TrainingRecord.MetricsToJson(Metrics),
    };

    internal static MemberRecord FromJson(JsonReading json) => new(
        TrainingRecord.SeedFrom(json), json.Integer("epochs"), json.Integer("bestEpoch"), TrainingRecord.StopReasonFrom(json),
        TrainingRecord.MetricsFrom(json));
}
