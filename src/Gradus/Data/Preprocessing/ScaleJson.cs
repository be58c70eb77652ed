using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>A <see cref="NumberScale"/> as JSON: the kinds "standardize", "minmax" and "none".</summary>
internal static class ScaleJson
{
    public static JsonObject Write(NumberScale scale) => scale.Scaling switch
    {
        Scaling.Standardize => new() { ["kind"] = "standardize", ["mean"] = scale.Shift, ["deviation"] = scale.Divisor },
        Scaling.MinMax => new() { ["kind"] = "minmax", ["minimum"] = scale.Shift, ["range"] = scale.Divisor },
        _ => new() { ["kind"] = "none" },
    };

    public static NumberScale Read(JsonReading json) => json.Text("kind") switch
    {
        "standardize" => new(Scaling.Standardize, json.Number("mean"), json.NotNegative("deviation")),
        "minmax" => new(Scaling.MinMax, json.Number("minimum"), json.NotNegative("range")),
        "none" => new(Scaling.None, 0, 1),
        var kind => throw json.Wrong("kind", kind, "standardize, minmax or none"),
    };
}
