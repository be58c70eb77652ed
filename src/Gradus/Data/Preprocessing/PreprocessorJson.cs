using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>Reads fitted preprocessing back. The kinds of transforms are a closed list of names.</summary>
internal static class PreprocessorJson
{
    private const string Kinds = ScaleJson.Kinds + ", boolean, onehot, onehot-rare, index, date or pixel";

    public static Preprocessor Read(JsonNode? json, Func<InputTransform[], TargetEncoding[], Preprocessor> make)
    {
        var root = new JsonReading(json, "preprocessing");
        var inputs = root.Array("inputs");
        var transforms = new InputTransform[inputs.Count];
        for (var i = 0; i < transforms.Length; i++)
            transforms[i] = ReadTransform(new JsonReading(inputs[i], $"preprocessing.inputs[{i}]"));
        if (transforms.Length == 0)
            throw root.Wrong("inputs", "empty", "at least one column");

        TargetEncoding[] targets = root.Has("targets")
            ? [.. root.Array("targets").Select((target, i) => TargetEncoding.FromJson(new JsonReading(target, $"preprocessing.targets[{i}]")))]
            : root.Has("target") ? [TargetEncoding.FromJson(root.Object("target"))] : [];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in transforms.SelectMany(t => t.Inputs).Concat(targets.Select(target => target.Column)))
        {
            if (!names.Add(name))
                throw root.Wrong("inputs", $"'{name}' twice", "different columns");
        }
        return make(transforms, targets);
    }

    private static InputTransform ReadTransform(JsonReading json)
    {
        switch (json.Text("kind"))
        {
            case "standardize" or "minmax" or "none" or "robust" or "quantile" or "power" or "log" or "clip":
                return new NumberTransform(json.Text("column"), ScaleJson.Read(json), json.Number("median"), json.Flag("indicator"));
            case "boolean":
                return new BooleanTransform(json.Text("column"), json.Flag("fill"), json.Flag("indicator"));
            case "onehot" or "onehot-rare":
                return new OneHotTransform(CategoryCodes.FromJson(json));
            case "index":
                var codes = CategoryCodes.FromJson(json);
                return codes.Levels > 0 ? new IndexTransform(codes) : throw json.Wrong("categories", "empty", "at least one category");
            case "date":
                return DateTransform.FromJson(json);
            case "pixel":
                var columns = json.Texts("columns");
                var divisor = json.Number("divisor");
                if (columns.Count == 0)
                    throw json.Wrong("columns", "empty", "at least one pixel");
                return divisor > 0
                    ? new PixelTransform(columns, (float)divisor)
                    : throw json.Wrong("divisor", divisor.ToString(System.Globalization.CultureInfo.InvariantCulture), "a number above 0");
            case var kind:
                throw json.Wrong("kind", kind, Kinds);
        }
    }
}
