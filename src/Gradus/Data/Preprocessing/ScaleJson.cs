using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>A <see cref="NumberScale"/> as JSON, by kind.</summary>
internal static class ScaleJson
{
    public const string Kinds = "standardize, minmax, none, robust, quantile, power, log, clip";

    public static JsonObject Write(NumberScale scale) => !scale.IsClipped ? WriteInner(scale) : new()
    {
        ["kind"] = "clip",
        ["low"] = scale.Low,
        ["high"] = scale.High,
        ["then"] = WriteInner(scale),
    };

    public static NumberScale Read(JsonReading json)
    {
        if (json.Text("kind") != "clip")
            return ReadInner(json);
        var (low, high) = (json.Number("low"), json.Number("high"));
        return low < high ? ReadInner(json.Object("then")) with { Low = low, High = high }
            : throw json.Wrong("high", high.ToString(System.Globalization.CultureInfo.InvariantCulture), "a number above low");
    }

    private static JsonObject WriteInner(NumberScale scale) => scale.Scaling switch
    {
        Scaling.Standardize => new() { ["kind"] = "standardize", ["mean"] = scale.Shift, ["deviation"] = scale.Divisor },
        Scaling.MinMax => new() { ["kind"] = "minmax", ["minimum"] = scale.Shift, ["range"] = scale.Divisor },
        Scaling.Robust => new() { ["kind"] = "robust", ["center"] = scale.Shift, ["spread"] = scale.Divisor },
        Scaling.Quantile => new()
        {
            ["kind"] = "quantile",
            ["quantiles"] = new JsonArray([.. (scale.Quantiles?.Values ?? []).Select(q => JsonValue.Create(q))]),
        },
        Scaling.Power => new()
        {
            ["kind"] = "power",
            ["lambda"] = scale.Lambda,
            ["mean"] = scale.Shift,
            ["deviation"] = scale.Divisor,
        },
        Scaling.Log => new() { ["kind"] = "log", ["mean"] = scale.Shift, ["deviation"] = scale.Divisor },
        _ => new() { ["kind"] = "none" },
    };

    private static NumberScale ReadInner(JsonReading json) => json.Text("kind") switch
    {
        "standardize" => new(Scaling.Standardize, json.Number("mean"), json.NotNegative("deviation")),
        "minmax" => new(Scaling.MinMax, json.Number("minimum"), json.NotNegative("range")),
        "robust" => new(Scaling.Robust, json.Number("center"), json.NotNegative("spread")),
        "quantile" => new(Scaling.Quantile, 0, 0) { Quantiles = new Quantiles(json.Ascending("quantiles")) },
        "power" => new(Scaling.Power, json.Number("mean"), json.NotNegative("deviation")) { Lambda = json.Number("lambda") },
        "log" => new(Scaling.Log, json.Number("mean"), json.NotNegative("deviation")),
        "none" => NumberScale.None,
        var kind => throw json.Wrong("kind", kind, Kinds),
    };
}
