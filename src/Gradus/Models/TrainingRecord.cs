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
/// <param name="Seconds">Wall-clock time.</param>
/// <param name="Metrics">Validation metrics of the best epoch, by name; empty without validation rows.</param>
public sealed record TrainingRecord(
    int Rows, int ValidationRows, int Epochs, int BestEpoch, StopReason StopReason, string Optimizer, double LearningRate,
    int BatchSize, ulong Seed, double Seconds, IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>How images were changed while training, as <see cref="Gradus.Augmentation.ToString"/> writes it; null if they were not.</summary>
    public string? Augmentation { get; init; }

    internal JsonObject ToJson()
    {
        var metrics = new JsonObject();
        foreach (var (name, value) in Metrics)
            metrics[name] = value;
        return new JsonObject
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
            ["seconds"] = Seconds,
            ["metrics"] = metrics,
            ["augmentation"] = Augmentation,
        };
    }

    internal static TrainingRecord FromJson(JsonReading json)
    {
        var metrics = new OrderedDictionary<string, double>();
        var values = json.Object("metrics");
        foreach (var name in (string[])["rmse", "mae", "r2", "accuracy", "logLoss", "rocAuc"])
        {
            if (values.Has(name))
                metrics[name] = values.Number(name);
        }

        var reason = json.Text("stopReason");
        return new TrainingRecord(
            json.Integer("rows"), json.Integer("validationRows"), json.Integer("epochs"), json.Integer("bestEpoch"),
            Enum.TryParse<StopReason>(reason, out var stop) && Enum.IsDefined(stop) ? stop
                : throw json.Wrong("stopReason", reason, string.Join(", ", Enum.GetNames<StopReason>())),
            json.Text("optimizer"), json.Number("learningRate"), json.Integer("batchSize"),
            ulong.TryParse(json.Text("seed"), out var seed) ? seed : throw json.Wrong("seed", json.Text("seed"), "a whole number"),
            json.Number("seconds"), metrics)
        {
            Augmentation = json.Has("augmentation") ? json.Text("augmentation") : null,
        };
    }
}
