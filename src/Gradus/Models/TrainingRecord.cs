using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>How a model was trained: kept in its file.</summary>
/// <param name="Rows">Training rows.</param>
/// <param name="ValidationRows">Validation rows.</param>
/// <param name="Epochs">Epochs completed.</param>
/// <param name="BestEpoch">The epoch whose weights were kept.</param>
/// <param name="StopReason">Why training ended.</param>
/// <param name="Optimizer">Name of the optimiser.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="BatchSize">Rows a step.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Metrics">Validation metrics of the best epoch, by name; empty without validation rows.</param>
public sealed record TrainingRecord(
    int Rows, int ValidationRows, int Epochs, int BestEpoch, StopReason StopReason, string Optimizer, double LearningRate,
    int BatchSize, ulong Seed, IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>Of an ensemble, how each member was trained; empty for a single network. <see cref="Epochs"/> and
    /// <see cref="BestEpoch"/> are those of the first member, <see cref="Metrics"/> those of the ensemble, or with folds the means
    /// over the folds.</summary>
    public IReadOnlyList<MemberRecord> Members { get; init; } = [];

    /// <summary>The folds of a cross-validation; 0 if there was none.</summary>
    public int Folds { get; init; }

    /// <summary>How images were changed while training, as <see cref="Gradus.Augmentation.ToString"/> writes it; null if they were not.</summary>
    public string? Augmentation { get; init; }

    internal JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["rows"] = Rows,
            ["validationRows"] = ValidationRows,
            ["epochs"] = Epochs,
            ["bestEpoch"] = BestEpoch,
            ["stopReason"] = StopReason.ToString(),
            ["optimizer"] = Optimizer,
            ["learningRate"] = LearningRate,
            ["batchSize"] = BatchSize,
            ["seed"] = Seed.ToString(System.Globalization.CultureInfo.InvariantCulture),   // 64 bits do not fit a JSON double
            ["metrics"] = MetricsToJson(Metrics),
            ["augmentation"] = Augmentation,
        };
        if (Members.Count > 0)
            json["members"] = new JsonArray([.. Members.Select(member => member.ToJson())]);
        if (Folds > 0)
            json["folds"] = Folds;
        return json;
    }

    internal static TrainingRecord FromJson(JsonReading json) => new(
        json.Integer("rows"), json.Integer("validationRows"), json.Integer("epochs"), json.Integer("bestEpoch"), StopReasonFrom(json),
        json.Text("optimizer"), json.Number("learningRate"), json.Integer("batchSize"), SeedFrom(json), MetricsFrom(json))
    {
        Members = json.Has("members") ? [.. json.Array("members").Select((member, i) =>
            MemberRecord.FromJson(new JsonReading(member, FormattableString.Invariant($"training.members[{i}]"))))] : [],
        Folds = json.Has("folds") ? json.Integer("folds") : 0,
        Augmentation = json.Has("augmentation") ? json.Text("augmentation") : null,
    };

    internal static JsonObject MetricsToJson(IReadOnlyDictionary<string, double> values)
    {
        var metrics = new JsonObject();
        foreach (var (name, value) in values)
            metrics[name] = value;
        return metrics;
    }

    internal static IReadOnlyDictionary<string, double> MetricsFrom(JsonReading json)
    {
        var metrics = new OrderedDictionary<string, double>();
        var values = json.Object("metrics");
        foreach (var name in Enum.GetValues<LearningTask>().SelectMany(Gradus.Metrics.NamesOf).Concat(Gradus.Metrics.NamesOfSeveral).Distinct())
        {
            if (values.Has(name))
                metrics[name] = values.Number(name);
        }

        return metrics;
    }

    internal static StopReason StopReasonFrom(JsonReading json)
    {
        var reason = json.Text("stopReason");
        return Enum.TryParse<StopReason>(reason, out var stop) && Enum.IsDefined(stop) ? stop
            : throw json.Wrong("stopReason", reason, string.Join(", ", Enum.GetNames<StopReason>()));
    }

    internal static ulong SeedFrom(JsonReading json) =>
        ulong.TryParse(json.Text("seed"), out var seed) ? seed : throw json.Wrong("seed", json.Text("seed"), "a whole number");
}
