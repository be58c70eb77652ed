using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gradus;

/// <summary>What a run of training is made of, as names and texts: two runs with the same go to the same bits.</summary>
internal static class Fingerprint
{
    // These change nothing of what is computed.
    private static readonly string[] Aside =
        [nameof(TrainOptions.Threads), nameof(TrainOptions.Time), nameof(TrainOptions.OnEpoch), nameof(TrainOptions.OnStep), nameof(TrainOptions.OnFinding), nameof(TrainOptions.Checkpoint)];

    public static OrderedDictionary<string, string> Of(Model model, EncodedTable training, EncodedTable? validation, TrainOptions options)
    {
        var network = model.Network;
        var all = new OrderedDictionary<string, string>
        {
            ["target"] = string.Join(", ", model.Heads.Select(head => head.Target)),
            ["columns"] = Suggestion.List(model.Preprocessor.InputNames),
            ["features"] = Text(model.Preprocessor.FeatureCount),
            ["network"] = network.ToString(),
            ["loss"] = model.Loss.Name,
            ["layers"] = Text(network.Layers.Count),
        };
        for (var i = 0; i < network.Layers.Count; i++)
            all[$"layer {Text(i + 1)}"] = ModelFile.WriteLayer(network.Layers[i]).ToJsonString();
        all["training rows"] = Text(training.Rows);
        all["checksum of the training rows"] = training.Checksum();
        all["validation rows"] = Text(validation?.Rows ?? 0);
        all["checksum of the validation rows"] = validation is { Rows: > 0 } ? validation.Checksum() : "none";
        foreach (var property in typeof(TrainOptions).GetProperties().Where(property => !Aside.Contains(property.Name)))
            all[property.Name] = Text(property.GetValue(options));
        return all;
    }

    /// <summary>A checksum of the weights of networks.</summary>
    public static string Of(IReadOnlyList<ParameterBuffer> networks)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var weights in networks)
            hash.AppendData(MemoryMarshal.AsBytes(weights.All));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>What differs, as "NAME is … there and … here"; empty if nothing does.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyDictionary<string, string> there, IReadOnlyDictionary<string, string> here) =>
    [
        .. here.Keys.Union(there.Keys).Where(name => there.GetValueOrDefault(name) != here.GetValueOrDefault(name)).Select(
            name => $"{name} is {there.GetValueOrDefault(name, "unknown")} there and {here.GetValueOrDefault(name, "unknown")} here"),
    ];

    private static string Text(object? value)
    {
        // A record writes its numbers in the current culture.
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            return value switch
            {
                null => "none",
                string text => text,
                IEnumerable many => string.Join(",", many.Cast<object?>().Select(Text)),
                _ => value.ToString() ?? "",
            };
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
