using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gradus;

/// <summary>A model as one safetensors file: parameters as tensors, everything else as JSON in its metadata.</summary>
/// <remarks>Metadata keys: <c>gradus.version</c>, the version of this format; <c>gradus.model</c>, the JSON object with
/// <c>network</c>, <c>loss</c>, <c>preprocessing</c> and <c>training</c>; several targets have <c>losses</c>, one each, and several
/// quantiles a loss that version 1 does not know: such files are of version 2; <c>gradus.checksum</c>. An ensemble has <c>members</c>, their number, as well, and the
/// tensors of each under a name of its own: <c>member2.layer1.W</c>. Members of several structures have <c>networks</c> in place of
/// <c>network</c>, and <c>networkOf</c>, the place of each member's in that list, from 0: version 3.</remarks>
internal static class ModelFile
{
    private const string FirstVersion = "1";
    private const string SecondVersion = "2";
    private const string Version = "3";
    private const string VersionKey = "gradus.version";
    private const string ModelKey = "gradus.model";
    private const int MaxWidth = 1 << 24;

    public static void Write(Model model, string path)
    {
        Network[] networks = [.. model.Networks.Distinct()];
        var json = new JsonObject
        {
            [networks.Length == 1 ? "network" : "networks"] = networks.Length == 1 ? WriteNetwork(networks[0]) : new JsonArray([.. networks.Select(WriteNetwork)]),
            [model.Heads.Count == 1 ? "loss" : "losses"] = model.Heads.Count == 1
                ? model.Loss.Name : new JsonArray([.. model.Heads.Select(head => JsonValue.Create(head.Loss.Name))]),
            ["preprocessing"] = model.Preprocessor.ToJson(),
        };
        if (model.Members.Count > 1)
            json["members"] = model.Members.Count;
        if (networks.Length > 1)
            json["networkOf"] = new JsonArray([.. model.Networks.Select(network => JsonValue.Create(Array.IndexOf(networks, network)))]);
        if (model.Training is { } training)
            json["training"] = training.ToJson();
        var metadata = new Dictionary<string, string> { [VersionKey] = VersionOf(model), [ModelKey] = json.ToJsonString() };
        var tensors = model.Members.SelectMany((weights, member) => model.Networks[member].Parameters.Select(parameter =>
        {
            var shape = parameter.Expression.Shape;
            return SafetensorsTensor.FromSingles(
                TensorName(parameter, member, model.Members.Count), [shape.Rows.Size, shape.Columns.Size], weights[parameter.Expression]);
        }));
        AtomicFile.Write(path, stream => SafetensorsWriter.Write(stream, tensors, metadata));
    }

    public static Model Read(string path)
    {
        if (!File.Exists(path))
            throw new GradusException($"There is no model file '{path}'. 'gradus train DATA --target COLUMN --out FILE' writes one.");
        var file = SafetensorsFile.Read(path);
        if (!file.Metadata.TryGetValue(VersionKey, out var version))
            throw new GradusException($"'{path}' is a safetensors file, but not a Gradus model: its metadata has no '{VersionKey}'.");
        if (version is not (FirstVersion or SecondVersion or Version))
            throw new GradusException($"'{path}' has format version {SafetensorsHeader.Quote(version)}; this Gradus reads versions {FirstVersion} to {Version}. Use the Gradus that wrote it.");
        if (file.Checksum is null)
            throw new GradusException($"'{path}' has no checksum, so it cannot be told whether it is whole. Save the model again with Gradus.");
        try
        {
            return Read(file);
        }
        catch (GradusException e)
        {
            throw new GradusException($"'{path}': {e.Message}", e);
        }
    }

    private static Model Read(SafetensorsFile file)
    {
        var json = Parse(file.Metadata.GetValueOrDefault(ModelKey));
        var preprocessor = Preprocessor.FromJson(json.Node("preprocessing"));
        if (preprocessor.Targets.Count == 0)
            throw json.Wrong("preprocessing", "without a target", "a target");
        var (loss, outputs) = ReadLoss(json, preprocessor.Targets);
        Network[] networks = json.Has("networks")
            ? [.. json.Array("networks").Select((each, i) => ReadNetwork(new JsonReading(each, FormattableString.Invariant($"{json.Place}.networks[{i}]")), preprocessor, outputs))]
            : [ReadNetwork(json.Object("network"), preprocessor, outputs)];
        var members = json.Has("members") ? json.Integer("members") : 1;
        if (members < 1 || (json.Has("members") && members == 1))
            throw json.Wrong("members", $"{members}", "a whole number of at least 2, or nothing");
        var networkOf = json.Has("networks") ? ReadNetworkOf(json, members, networks.Length) : [];
        Network Of(int member) => networks[networkOf.Length == 0 ? 0 : networkOf[member]];

        // Every shape before any memory: the file may claim layers of any width, but it must hold their numbers.
        var count = 0L;
        for (var member = 0; member < members; member++)
        {
            foreach (var parameter in Of(member).Parameters)
            {
                var name = TensorName(parameter, member, members);
                var shape = file[name].Shape;
                var (rows, columns) = (parameter.Expression.Shape.Rows.Size, parameter.Expression.Shape.Columns.Size);
                if (!shape.AsSpan().SequenceEqual([rows, columns]))
                    throw new GradusException($"Tensor '{name}' is {string.Join(" × ", shape)}; the layers need {rows} × {columns}.");
                count++;
            }
        }

        if (file.Tensors.Count != count)
            throw new GradusException($"It has {file.Tensors.Count} tensors; the layers need {count}.");
        var weights = new ParameterBuffer[members];
        for (var member = 0; member < members; member++)
        {
            weights[member] = new ParameterBuffer([.. Of(member).Parameters.Select(parameter => parameter.Expression)]);
            foreach (var parameter in Of(member).Parameters)
            {
                var values = weights[member][parameter.Expression];
                file[TensorName(parameter, member, members)].CopyTo(values);
                foreach (var value in values)
                {
                    if (!float.IsFinite(value))
                        throw new GradusException($"Tensor '{TensorName(parameter, member, members)}' holds a value that is no finite number. Train the model again.");
                }
            }
        }

        var training = json.Has("training") ? TrainingRecord.FromJson(json.Object("training")) : null;
        if (training is { Members.Count: > 0 and var recorded } && recorded != members)
            throw json.Wrong("training.members", $"of {recorded}", $"one for each of {members} members");
        return new Model(preprocessor, [.. Enumerable.Range(0, members).Select(Of)], loss, weights) { Training = training };
    }

    // The first version that reads the model.
    private static string VersionOf(Model model) =>
        model.Networks.Distinct().Count() > 1 ? Version : model.Heads.Count > 1 || model.Loss.Quantiles.Count > 1 ? SecondVersion : FirstVersion;

    // Checked against the number of members before it is used: 0, 0, 1 for members of two structures.
    private static int[] ReadNetworkOf(JsonReading json, int members, int networks)
    {
        int[] places = [.. json.Array("networkOf").Select(each => each is JsonValue value && value.TryGetValue(out int place) && place >= 0 && place < networks ? place
            : throw json.Wrong("networkOf", each?.ToJsonString() ?? "null", $"whole numbers from 0 to {networks - 1}"))];
        return places.Length == members ? places : throw json.Wrong("networkOf", $"of {places.Length}", $"one for each of {members} members");
    }

    private static (Loss Loss, int Outputs) ReadLoss(JsonReading json, IReadOnlyList<TargetEncoding> targets)
    {
        var names = json.Has("losses")
            ? json.Array("losses").Select(name => name is JsonValue value && value.TryGetValue(out string? text) ? text : $"{name}").ToArray()
            : [json.Text("loss")];
        if (names.Length != targets.Count)
            throw json.Wrong("losses", $"a list of {names.Length}", $"{targets.Count}, one for each target");
        return Head.LossOf(targets, [.. names.Select(name =>
            Loss.Parse(name) ?? throw json.Wrong(json.Has("losses") ? "losses" : "loss", name, string.Join(", ", Loss.All)))]);
    }

    private static string TensorName(NetworkParameter parameter, int member, int members) =>
        members == 1 ? parameter.Name : FormattableString.Invariant($"member{member + 1}.{parameter.Name}");

    private static JsonReading Parse(string? text)
    {
        try
        {
            return new JsonReading(text is null ? null : JsonNode.Parse(
                text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }), ModelKey);
        }
        catch (JsonException e)
        {
            throw new GradusException($"The model file is damaged: '{ModelKey}' is not JSON: {e.Message}", e);
        }
    }

    /// <summary>A layer's settings.</summary>
    internal static JsonObject WriteLayer(Layer layer) => layer switch
    {
        Dense dense => WriteDense(dense),
        Embedding embedding => CategoryJson.Write(embedding),
        Dropout dropout => new JsonObject { ["kind"] = dropout.Kind, ["dropProbability"] = dropout.DropProbability },
        GaussianNoise noise => new JsonObject { ["kind"] = noise.Kind, ["deviation"] = noise.Deviation },
        LayerNormalization normalization => new JsonObject { ["kind"] = normalization.Kind, ["activation"] = normalization.Activation.Name },
        BatchNormalization normalization => new JsonObject { ["kind"] = normalization.Kind, ["activation"] = normalization.Activation.Name },
        _ => StructureJson.Write(layer),
    };

    private static JsonObject WriteDense(Dense dense)
    {
        var json = new JsonObject
        {
            ["kind"] = dense.Kind,
            ["outputs"] = dense.Outputs,
            ["activation"] = dense.Activation.Name,
            ["weights"] = dense.Weights.Name,
            ["biases"] = dense.Biases.Name,
        };
        if (dense.Categories.Count > 0)
            json["categories"] = CategoryJson.Write(dense.Categories);
        return json;
    }

    private static JsonObject WriteNetwork(Network network) => new()
    {
        ["inputs"] = network.InputCount,
        ["layers"] = new JsonArray([.. network.Layers.Select(WriteLayer)]),
    };

    private static Network ReadNetwork(JsonReading json, Preprocessor preprocessor, int outputs)
    {
        var layers = json.Array("layers");
        if (layers.Count == 0)
            throw json.Wrong("layers", "empty", "at least one layer");
        var (inputs, read) = (Width(json, "inputs"), layers.Select((layer, i) => ReadLayer(new JsonReading(layer, FormattableString.Invariant($"{json.Place}.layers[{i}]")))).ToList());
        Network network;
        try
        {
            network = new Network(inputs, read);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new GradusException($"'{json.Place}.layers' do not fit each other: {e.Message}", e);
        }

        if (network.InputCount != preprocessor.FeatureCount)
            throw json.Wrong("inputs", $"{network.InputCount}", $"{preprocessor.FeatureCount}, the number of features");
        if (!CategoryLayers.Fit(network, preprocessor))
            throw json.Wrong("layers", "without all the categories that are indices, or with others", "a table for each");
        if (network.Layers[^1] is not (Dense or MemberOutputs))
            throw json.Wrong("layers", network.Layers[^1].Kind + " at the end", "a dense layer or the members' outputs");
        if (network.Members > 1 != network.Layers[^1] is MemberOutputs)
            throw json.Wrong("layers", network.Layers[^1].Kind + " at the end", "member-outputs where there are members, else a dense layer");
        return network.OutputCount == outputs ? network : throw json.Wrong("layers", $"{network.OutputCount} outputs", $"{outputs}");
    }

    internal static Layer ReadLayer(JsonReading json)
    {
        var kind = json.Text("kind");
        return kind switch
        {
            "dense" => new Dense(Width(json, "outputs"), ReadActivation(json))
            {
                Weights = ReadInitializer(json, "weights"),
                Biases = ReadInitializer(json, "biases"),
                Categories = CategoryJson.ReadCategories(json),
            },
            "embedding" => CategoryJson.ReadEmbedding(json),
            "dropout" => new Dropout(json.Number("dropProbability") is >= 0 and < 1 and var probability ? probability
                : throw json.Wrong("dropProbability", $"{json.Number("dropProbability")}", "a number from 0 up to below 1")),
            "gaussian-noise" => new GaussianNoise(json.Number("deviation") is >= 0 and <= double.MaxValue and var deviation ? deviation
                : throw json.Wrong("deviation", $"{json.Number("deviation")}", "a number of at least 0")),
            "layer-normalization" => new LayerNormalization(ReadActivation(json)),
            "batch-normalization" => new BatchNormalization(ReadActivation(json)),
            _ => StructureJson.Read(kind, json) ?? throw json.Wrong("kind", kind, "dense, embedding, dropout, gaussian-noise, layer-normalization, "
                + $"batch-normalization, {StructureJson.Kinds}"),
        };
    }

    internal static Activation ReadActivation(JsonReading json)
    {
        var activation = json.Text("activation");
        return Activation.All.FirstOrDefault(known => known.Name == activation)
            ?? throw json.Wrong("activation", activation, string.Join(", ", Activation.All));
    }

    internal static Initializer ReadInitializer(JsonReading json, string name) =>
        Initializer.Parse(json.Text(name)) ?? throw json.Wrong(name, json.Text(name), "an initialiser such as he-normal or normal(0.01)");

    // Checked before anything of that size is allocated.
    internal static int Width(JsonReading json, string name) => json.Integer(name) is >= 1 and <= MaxWidth and var width ? width
        : throw json.Wrong(name, $"{json.Integer(name)}", $"a whole number from 1 to {MaxWidth}");
}
