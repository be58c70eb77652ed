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
                    json.Number("rmse"), json.Number("mae"), json.Has("r2") ? json.Number("r2") : double.NaN, json.Integer("count"));
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
                throw json.Wrong("kind", kind, "regression or classification");
        }
    }

    // Of a thousand classes most pairs never occur.
    private static IEnumerable<JsonNode> Counts(ConfusionMatrix confusion) =>
        from truth in Enumerable.Range(0, confusion.Classes)
        from prediction in Enumerable.Range(0, confusion.Classes)
        where confusion[truth, prediction] > 0
        select new JsonObject { ["truth"] = truth, ["prediction"] = prediction, ["rows"] = confusion[truth, prediction] };
}
