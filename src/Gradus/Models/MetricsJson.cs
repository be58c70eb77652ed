using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>Metrics in a checkpoint's history, to the bit.</summary>
internal static class MetricsJson
{
    public static JsonObject Write(Metrics metrics) => metrics switch
    {
        RegressionMetrics regression => new JsonObject
        {
            ["kind"] = "regression",
            ["count"] = regression.Count,
            ["rmse"] = regression.Rmse,
            ["mae"] = regression.Mae,
            ["r2"] = double.IsNaN(regression.R2) ? null : regression.R2,
            ["quantiles"] = regression.Quantiles is { } quantiles
                ? new JsonObject { ["coverage"] = quantiles.Coverage, ["width"] = quantiles.Width, ["pinball"] = quantiles.Pinball } : null,
        },
        JointMetrics joint => new JsonObject
        {
            ["kind"] = "joint",
            ["count"] = joint.Count,
            ["exactMatch"] = joint.Values.TryGetValue("exactMatch", out var share) ? share : null,
            ["targets"] = new JsonArray([.. joint.Targets.Select(each => new JsonObject { ["target"] = each.Key, ["metrics"] = Write(each.Value) })]),
        },
        ClassificationMetrics classification => new JsonObject
        {
            ["kind"] = "classification",
            ["logLoss"] = classification.LogLoss,
            ["rocAuc"] = classification.RocAuc,
            ["classes"] = classification.Confusion.Classes,
            ["confusion"] = new JsonArray([.. Counts(classification.Confusion)]),
        },
        _ => throw new InvalidOperationException($"{metrics.GetType().Name} has no form in a checkpoint."),
    };

    public static Metrics Read(JsonReading json)
    {
        switch (json.Text("kind"))
        {
            case "regression":
                return new RegressionMetrics(
                    json.Number("rmse"), json.Number("mae"), json.Has("r2") ? json.Number("r2") : double.NaN, json.Integer("count"))
                {
                    Quantiles = json.Has("quantiles") ? ReadQuantiles(json.Object("quantiles")) : null,
                };
            case "joint":
                var targets = json.Array("targets").Select((each, i) => new JsonReading(each, $"targets[{i}]"));
                return JointMetrics.Of(json.Integer("count"), targets.Select(each => (each.Text("target"), (Metrics?)Read(each.Object("metrics")))),
                    json.Has("exactMatch") ? json.Number("exactMatch") : null);
            case "classification":
                var classes = json.Integer("classes") is >= 2 and <= TargetEncoding.MaxClasses and var count ? count
                    : throw json.Wrong("classes", $"{json.Integer("classes")}", $"2 to {TargetEncoding.MaxClasses}");
                var counts = new int[classes * classes];
                foreach (var (entry, i) in json.Array("confusion").Select((entry, i) => (entry, i)))
                {
                    var cell = new JsonReading(entry, $"confusion[{i}]");
                    var (truth, prediction) = (cell.Integer("truth"), cell.Integer("prediction"));
                    if ((uint)truth >= (uint)classes || (uint)prediction >= (uint)classes || cell.Integer("rows") < 0)
                        throw json.Wrong("confusion", $"{entry}", $"classes from 0 to {classes - 1} and a number of rows");
                    counts[(truth * classes) + prediction] = cell.Integer("rows");
                }

                return new ClassificationMetrics(
                    new ConfusionMatrix(classes, counts), json.Number("logLoss"), json.Has("rocAuc") ? json.Number("rocAuc") : null);
            case var kind:
                throw json.Wrong("kind", kind, "regression, classification or joint");
        }
    }

    private static QuantileMetrics ReadQuantiles(JsonReading json) => new(json.Number("coverage"), json.Number("width"), json.Number("pinball"));

    // Of a thousand classes most pairs never occur.
    private static IEnumerable<JsonNode> Counts(ConfusionMatrix confusion) =>
        from truth in Enumerable.Range(0, confusion.Classes)
        from prediction in Enumerable.Range(0, confusion.Classes)
        where confusion[truth, prediction] > 0
        select new JsonObject { ["truth"] = truth, ["prediction"] = prediction, ["rows"] = confusion[truth, prediction] };
}
