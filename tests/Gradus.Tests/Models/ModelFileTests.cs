using System.Text.Json;
using System.Text.Json.Nodes;
using Gradus.Tests.Architecture;
using Gradus.Tests.Programs;

namespace Gradus.Tests.Models;

/// <summary>A model as one file: what is saved is loaded to the bit, and what is damaged or invented is refused by name.
/// </summary>
public sealed class ModelFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gradus-model-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("price")]
    [InlineData("kind")]
    [InlineData("old")]
    public void A_loaded_model_predicts_the_same_bits(string target)
    {
        var table = Table(60);
        var model = Model.For(table, target, new Dense(7, Activation.LeakyRelu) { Weights = Initializer.Normal(0.3) }, new Dense(3, Activation.Sigmoid));
        var history = model.Train(table, Table(20), new TrainOptions { Epochs = 3, Threads = 1, Seed = ulong.MaxValue });
        var loaded = SaveAndLoad(model);

        var (expected, actual) = (model.Predict(table), loaded.Predict(table));
        Assert.Equal(expected.Values, actual.Values);
        Assert.Equal(expected.Probabilities, actual.Probabilities);
        Assert.Equal(expected.Classes, actual.Classes);
        Assert.Equal(model.Evaluate(table).Values, loaded.Evaluate(table).Values);
        Assert.Equal(model.Weights.All.ToArray(), loaded.Weights.All.ToArray());
        Assert.Equal(model.Network.Layers, loaded.Network.Layers);
        Assert.Equal((model.Loss, model.Target, model.Task), (loaded.Loss, loaded.Target, loaded.Task));
        Assert.NotNull(model.Training);
        Assert.NotNull(loaded.Training);
        Assert.Equal(model.Training with { Metrics = loaded.Training.Metrics }, loaded.Training);
        Assert.Equal(model.Training.Metrics, loaded.Training.Metrics);
        Assert.Equal(history.Best?.ValidationMetrics?.Values, loaded.Training.Metrics);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Weights_that_are_no_numbers_are_refused(float value)
    {
        var table = Table(30);
        var model = Model.For(table, "price", new Dense(3, Activation.Tanh));
        model.Weights[model.Network.Parameters[0].Expression][1] = value;
        var message = Assert.Throws<GradusException>(() => SaveAndLoad(model)).Message;
        Assert.Contains("'layer1.W' holds a value that is no finite number", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_layer_is_saved_with_its_running_averages()
    {
        var table = Table(60);
        var model = Model.For(table, "price", new GaussianNoise(0.1), new Dropout(0.25), new Dense(6), new BatchNormalization(Activation.Gelu),
            new Dense(5), new LayerNormalization(Activation.Tanh), new Dropout(0.5));
        model.Train(table, Table(20), new TrainOptions { Epochs = 3, Threads = 1 });
        var loaded = SaveAndLoad(model);
        Assert.Equal(model.Network.Layers, loaded.Network.Layers);
        Assert.Equal(model.Weights.All.ToArray(), loaded.Weights.All.ToArray());
        Assert.Equal(model.Predict(table).Values, loaded.Predict(table).Values);
    }

    [Theory]
    [InlineData("price")]
    [InlineData("kind")]
    [InlineData("old")]
    public void An_ensemble_is_one_file(string target)
    {
        var table = Table(60);
        var model = Model.For(table, target, new Dense(4, Activation.Tanh));
        model.TrainEnsemble(table, Table(20), 3, new TrainOptions { Epochs = 3, Seed = ulong.MaxValue });
        var loaded = SaveAndLoad(model);
        Assert.Equal(3, loaded.Members.Count);
        Assert.Equal(model.Members.Select(member => member.All.ToArray()), loaded.Members.Select(member => member.All.ToArray()));
        var (expected, actual) = (model.Predict(table), loaded.Predict(table));
        Assert.Equal(expected.Values, actual.Values);
        Assert.Equal(expected.Probabilities, actual.Probabilities);
        Assert.Equal([ulong.MaxValue, 0, 1], loaded.Training?.Members.Select(member => member.Seed));
        Assert.Equal(model.Training?.Members.Select(member => member.ToJson().ToJsonString()), loaded.Training?.Members.Select(member => member.ToJson().ToJsonString()));
        Assert.Equal(model.Training?.Metrics, loaded.Training?.Metrics);
        var content = ModelFileContent.Of(PathOf("saved"));
        Assert.Equal(3, content.Tensors.Count(tensor => tensor.Name.EndsWith(".layer1.W", StringComparison.Ordinal)));

        void Refuses(Action<ModelFileContent> change, params string[] names)
        {
            var changed = ModelFileContent.Of(PathOf("saved"));
            change(changed);
            changed.Write(PathOf("changed"));
            var message = Assert.Throws<GradusException>(() => Model.Load(PathOf("changed"))).Message;
            Assert.All(names, name => Assert.Contains(name, message, StringComparison.Ordinal));
        }

        Refuses(c => c.Tensors.RemoveAll(t => t.Name == "member2.layer1.b"), "member2.layer1.b");
        Refuses(c => c.Reshape("member3.layer1.W", t => [t[0] * t[1]]), "member3.layer1.W");
        Refuses(c => c.Set(4, "members"), "member4.layer1.W");
        Refuses(c => c.Set(2_000_000_000, "members"), "member4.layer1.W");
        Refuses(c => c.Set(2, "members"), "12 tensors", "8");
        Refuses(c => c.Set(0, "members"), "members", "at least 2");
        Refuses(c => c.Set(1, "members"), "members", "at least 2");
        Refuses(c => c.Remove("members"), "layer1.W");
        Refuses(c => c.Remove("training", "members", 2), "training.members", "3 members");
        Refuses(c => c.Set("Bored", "training", "members", 1, "stopReason"), "training.members[1].stopReason", "Bored");
    }

    [Fact]
    public void Members_of_several_structures_are_one_file()
    {
        var table = Table(60);
        Model[] alone = [Model.For(table, "price", new Dense(4, Activation.Tanh)), Model.For(table, "price", new Members(3), new Dense(5)), Model.For(table, "price")];
        foreach (var one in alone)
            one.Train(table, Table(20), new TrainOptions { Epochs = 3 });
        int[] order = [0, 1, 0, 2];
        var history = alone[0].Train(table, Table(20), new TrainOptions { Epochs = 1 });
        var record = MemberRecord.Of(new MemberHistory(1, 1, history, null));
        var model = alone[0].With([.. order.Select(i => alone[i].Network)], [.. order.Select(i => alone[i].Weights)], new TrainOptions(), history, 60, 20,
            new Dictionary<string, double> { ["rmse"] = 1 }, [.. order.Select(_ => record)], folds: 0);

        // The answer is the mean of the members', each of its own structure.
        var expected = order.Select(i => alone[i].Predict(table).Values.ToArray()).ToArray();
        Assert.All(model.Predict(table).Values.ToArray().Select((value, row) => (value, mean: expected.Average(each => each[row]))),
            each => Assert.InRange(each.value - each.mean, -1e-5 * Math.Abs(each.mean), 1e-5 * Math.Abs(each.mean)));
        var loaded = SaveAndLoad(model);
        Assert.Equal("3", ModelFileContent.Of(PathOf("saved")).Metadata["gradus.version"]);
        Assert.Equal(model.Networks.Select(network => network.Layers), loaded.Networks.Select(network => network.Layers));
        Assert.Same(loaded.Networks[0], loaded.Networks[2]);
        Assert.Equal(model.Predict(table).Values, loaded.Predict(table).Values);
        for (var i = 0; i < order.Length; i++)
            Assert.Equal(alone[order[i]].Predict(table).Values, loaded.Member(i).Predict(table).Values);
        Assert.Contains("4 members of the model are of several structures", Assert.Throws<GradusException>(
            () => loaded.TrainEnsemble(table, Table(20), 4, new TrainOptions { Epochs = 1 }, fromWeights: true)).Message, StringComparison.Ordinal);
        var answer = new double[1];
        loaded.Predict([.. loaded.Preprocessor.InputNames.Select((name, i) => loaded.Preprocessor.ParseInput(i, table[name].TextAt(3)))], answer);
        Assert.InRange(answer[0] - model.Predict(table).Values[3], -1e-4 * Math.Abs(answer[0]), 1e-4 * Math.Abs(answer[0]));

        void Refuses(Action<ModelFileContent> change, params string[] names)
        {
            var changed = ModelFileContent.Of(PathOf("saved"));
            change(changed);
            changed.Write(PathOf("changed"));
            var message = Assert.Throws<GradusException>(() => Model.Load(PathOf("changed"))).Message;
            Assert.All(names, name => Assert.Contains(name, message, StringComparison.Ordinal));
        }

        Refuses(c => c.Set(3, "networkOf", 1), "networkOf is 3", "0 to 2");
        Refuses(c => c.Set(-1, "networkOf", 1), "networkOf is -1");
        Refuses(c => c.Set(2, "networkOf", 0), "member1.layer1.W", "the layers need");
        Refuses(c => c.Remove("networkOf", 3), "networkOf is of 3", "4 members");
        Refuses(c => c.Remove("networkOf"), "networkOf", "a list");
        Refuses(c => c.Set("convolution", "networks", 1, "layers", 0, "kind"), "networks[1].layers[0]", "convolution");
        Refuses(c => c.Set(7, "networks", 2, "inputs"), "networks[2].inputs is 7");
    }

    [Fact]
    public void Embeddings_members_and_residual_blocks_are_saved()
    {
        var table = Table(60);
        foreach (var layers in (Layer[][])[
            [new GaussianNoise(0.1), new PiecewiseEmbedding(3, 5), new Members(4) { Scales = Initializer.Normal(1) },
                new MemberDense(6, Activation.PRelu), new Residual(new Dense(12), new LayerNormalization(Activation.Maxout), new Dropout(0.2))],
            [new PeriodicEmbedding(3, 5, 0.5), new Members(2), new Dense(6, Activation.Maxout), new Residual(new BatchNormalization(), new Residual(new Dense(6, Activation.PRelu)))]])
        {
            var model = Model.For(table, "price", layers);
            model.Train(table, Table(20), new TrainOptions { Epochs = 3, Threads = 1 });
            var loaded = SaveAndLoad(model);
            Assert.Equal(model.Network.Layers, loaded.Network.Layers);
            Assert.Equal(model.Weights.All.ToArray(), loaded.Weights.All.ToArray());
            Assert.Equal(model.Predict(table).Values, loaded.Predict(table).Values);

            // One row at a time gives the answer of the table, but for the roundings of other kernels.
            var (answer, expected) = (new double[1], model.Predict(table).Values[3]);
            loaded.Predict([.. loaded.Preprocessor.InputNames.Select((name, i) => loaded.Preprocessor.ParseInput(i, table[name].TextAt(3)))], answer);
            Assert.InRange(answer[0] - expected, -1e-4 * Math.Abs(expected), 1e-4 * Math.Abs(expected));
        }
    }

    [Fact]
    public void An_untrained_model_and_one_whose_metrics_are_undefined_are_saved()
    {
        var model = Small();
        Assert.Null(SaveAndLoad(model).Training);
        model.Train(Table(30), Table(1), new TrainOptions { Epochs = 1, Threads = 1 });   // no R² of a single row
        Assert.DoesNotContain("r2", SaveAndLoad(model).Training?.Metrics.Keys ?? []);
    }

    [Fact]
    public void Every_flipped_byte_of_a_file_is_refused_or_harmless()
    {
        var (model, table) = (Small(), Table(5));
        var path = PathOf("small");
        model.Save(path);
        var (bytes, expected) = (File.ReadAllBytes(path), model.Predict(table).Values.ToArray());
        var refused = 0;
        var damaged = PathOf("damaged");
        foreach (var mask in new byte[] { 0x01, 0x20, 0x80 })
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] ^= mask;
                File.WriteAllBytes(damaged, bytes);
                bytes[i] ^= mask;
                try
                {
                    Assert.Equal(expected, Model.Load(damaged).Predict(table).Values.ToArray());
                }
                catch (GradusException e)
                {
                    Assert.Contains(damaged, e.Message, StringComparison.Ordinal);
                    refused++;
                }
            }
        }

        // What passes is at most white space and escapes of the JSON, the capital letters of digits in them included.
        Assert.InRange(refused, 3 * bytes.Length * 98 / 100, 3 * bytes.Length);
    }

    [Fact]
    public void Every_shortened_file_is_refused()
    {
        var path = PathOf("small");
        Small().Save(path);
        var bytes = File.ReadAllBytes(path);
        for (var length = 0; length < bytes.Length; length += 7)
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Throws<GradusException>(() => Model.Load(path));
        }
    }

    /// <summary>A change to a valid file, its checksum made anew, and what the message must name.</summary>
    private static readonly Dictionary<string, (Action<ModelFileContent> Change, string[] Names)> Inventions = new()
    {
        ["wrong version"] = (c => c.Metadata["gradus.version"] = "4", ["version '4'", "versions 1 to 3"]),
        ["no version"] = (c => c.Metadata.Remove("gradus.version"), ["not a Gradus model"]),
        ["no model"] = (c => c.Metadata.Remove("gradus.model"), ["gradus.model"]),
        ["model is no JSON"] = (c => c.Metadata["gradus.model"] = "{", ["gradus.model", "not JSON"]),
        ["model is a list"] = (c => c.Metadata["gradus.model"] = "[]", ["gradus.model"]),
        ["a name twice"] = (c => c.Metadata["gradus.model"] = """{"loss":"mse","loss":"bce"}""", ["loss"]),
        ["missing tensor"] = (c => c.Tensors.RemoveAll(t => t.Name == "layer2.b"), ["layer2.b"]),
        ["extra tensor"] = (c => c.Tensors.Add(SafetensorsTensor.FromSingles("more", [1], [1])), ["5 tensors", "4"]),
        ["transposed tensor"] = (c => c.Reshape("layer1.W", t => [t[1], t[0]]), ["layer1.W", "2 × 4", "4 × 2"]),
        ["flat tensor"] = (c => c.Reshape("layer1.W", t => [t[0] * t[1]]), ["layer1.W", "4 × 2"]),
        ["tensor of whole numbers"] = (c => c.Replace("layer2.b", t => new SafetensorsTensor(t.Name, SafetensorsType.I32, t.Shape, t.Bytes)), ["layer2.b"]),
        ["unknown layer"] = (c => c.Set("convolution", "network", "layers", 0, "kind"), ["convolution", "dense", "layers[0]"]),
        ["unknown activation"] = (c => c.Set("swish", "network", "layers", 0, "activation"), ["swish", "leaky-relu"]),
        ["unknown loss"] = (c => c.Set("l7", "loss"), ["l7", "cross-entropy"]),
        ["loss of another task"] = (c => c.Set("bce", "loss"), ["bce"]),
        ["unknown initialiser"] = (c => c.Set("magic", "network", "layers", 0, "weights"), ["magic"]),
        ["no layers"] = (c => c.Set(new JsonArray(), "network", "layers"), ["layers"]),
        ["layers missing"] = (c => c.Remove("network", "layers"), ["layers", "missing"]),
        ["inputs of another number"] = (c => c.Set(9, "network", "inputs"), ["inputs", "9"]),
        ["a width of no units"] = (c => c.Set(0, "network", "layers", 0, "outputs"), ["outputs", "0"]),
        ["a width and a half"] = (c => c.Set(1.5, "network", "layers", 0, "outputs"), ["outputs", "1.5"]),
        ["widths beyond memory"] = (c => c.Set(1 << 24, "network", "layers", 0, "outputs"), ["layer1.W", "4 × 2", "4 × 16777216"]),
        ["weights beyond memory"] = (c =>
            {
                c.Set(1 << 24, "network", "layers", 0, "outputs");
                var (wide, last) = (c.Get("network", "layers", 0), c.Get("network", "layers", 1));
                c.Set(new JsonArray(wide.DeepClone(), wide.DeepClone(), last.DeepClone()), "network", "layers");
            }, ["layer1.W", "4 × 2", "4 × 16777216"]),
        ["outputs of another number"] = (c => c.Set(2, "network", "layers", 1, "outputs"), ["2 outputs"]),
        ["preprocessing missing"] = (c => c.Remove("preprocessing"), ["preprocessing"]),
        ["no target"] = (c => c.Set(null, "preprocessing", "target"), ["target"]),
        ["unknown stop reason"] = (c => c.Set("Bored", "training", "stopReason"), ["Bored", "EarlyStopping"]),
    };

    public static TheoryData<string> Names() => [.. Inventions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_no_Gradus_wrote_is_refused_by_name(string name)
    {
        var model = Small();
        model.Train(Table(30), null, new TrainOptions { Epochs = 1, Threads = 1 });
        var path = PathOf("invented");
        model.Save(path);
        var content = ModelFileContent.Of(path);
        content.Write(path);
        Assert.Equal(model.Weights.All.ToArray(), Model.Load(path).Weights.All.ToArray());   // unchanged, it is accepted

        var (change, names) = Inventions[name];
        change(content);
        content.Write(path);
        var message = Assert.Throws<GradusException>(() => Model.Load(path)).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        foreach (var text in names)
            Assert.Contains(text, message, StringComparison.Ordinal);
    }

    /// <summary>A file of format version 1, as it was written before there was a second.</summary>
    [Fact]
    public void An_old_file_is_read_and_answers_as_it_did()
    {
        var model = Model.Load(Repository.PathOf("tests/Gradus.Tests/Models/files/version1.safetensors"));
        Assert.Equal(("price", LearningTask.Regression, Loss.MeanSquaredError), (model.Target, model.Task, model.Loss));
        var rows = new Table("rows", [new NumberColumn("rooms", [float.NaN, 7.11f, 4.96f]), new CategoryColumn("kind", [0, 1, 2], ["flat", "house", "hut"])]);
        Assert.Equal([404.48074, 758.7297, 614.7133], model.Predict(rows).Values.ToArray(), (a, b) => Math.Abs(a - b) < 1e-3);
        model.Save(PathOf("again"));
        Assert.Equal("1", SafetensorsFile.Read(PathOf("again")).Metadata["gradus.version"]);   // and older versions read it still
    }

    [Fact]
    public void A_file_that_is_missing_or_no_model_is_refused()
    {
        Assert.Contains("There is no model file", Assert.Throws<GradusException>(() => Model.Load(PathOf("none"))).Message, StringComparison.Ordinal);
        File.WriteAllText(PathOf("text"), "price,rooms\n1,2\n");
        Assert.Throws<GradusException>(() => Model.Load(PathOf("text")));
    }

    [Fact]
    public void A_saved_file_follows_the_rules_of_the_format_and_names_no_type_of_NET()
    {
        var model = Model.For(Table(60), "kind", new Dense(7, Activation.Relu));
        model.Train(Table(60), Table(20), new TrainOptions { Epochs = 1, Threads = 1 });
        var path = PathOf("model");
        model.Save(path);
        var bytes = File.ReadAllBytes(path);
        var length = (int)BitConverter.ToUInt64(bytes);
        Assert.Equal(0, (8 + length) % 8);
        Assert.Equal((byte)'{', bytes[8]);
        using var json = JsonDocument.Parse(bytes.AsMemory(8, length));
        var end = 0L;
        foreach (var tensor in json.RootElement.EnumerateObject().Where(p => p.Name != "__metadata__").OrderBy(p => p.Value.GetProperty("data_offsets")[0].GetInt64()))
        {
            Assert.Equal(["data_offsets", "dtype", "shape"], tensor.Value.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
            Assert.Equal("F32", tensor.Value.GetProperty("dtype").GetString());
            var count = tensor.Value.GetProperty("shape").EnumerateArray().Aggregate(1L, (product, side) => product * side.GetInt64());
            Assert.Equal(end, tensor.Value.GetProperty("data_offsets")[0].GetInt64());
            Assert.Equal(end += 4 * count, tensor.Value.GetProperty("data_offsets")[1].GetInt64());
            Assert.Equal(0, end % 4);
        }

        Assert.Equal(bytes.Length - 8 - length, end);
        Assert.Equal(4 * model.Network.ParameterCount, end);
        Assert.All(json.RootElement.GetProperty("__metadata__").EnumerateObject(), pair => Assert.Equal(JsonValueKind.String, pair.Value.ValueKind));

        var header = System.Text.Encoding.UTF8.GetString(bytes, 8, length);
        Assert.All(new[] { "System.", "Gradus.", "Version=", "PublicKeyToken", "`1", "$type" },
            text => Assert.DoesNotContain(text, header, StringComparison.Ordinal));
    }

    private string PathOf(string name) => Path.Combine(folder, name + ".safetensors");

    private Model SaveAndLoad(Model model)
    {
        model.Save(PathOf("saved"));
        return Model.Load(PathOf("saved"));
    }

    private static Model Small() => Model.For(
        Table(30).Without("old"), new ModelOptions { Target = "price" }, new Dense(2, Activation.Tanh));

    /// <summary>rooms, kind (three categories), old (two), price.</summary>
    private static Table Table(int rows)
    {
        var draw = new Draw(3);
        var (rooms, price) = (new float[rows], new float[rows]);
        var (kinds, old) = (new int[rows], new int[rows]);
        for (var i = 0; i < rows; i++)
        {
            (rooms[i], kinds[i], old[i]) = ((float)draw.Between(1, 9.5), i % 3, draw.Below(2));
            price[i] = (100 * rooms[i]) + (50 * kinds[i]) + (float)draw.Between(0, 10);
        }

        return new Table("houses",
        [
            new NumberColumn("rooms", rooms), new CategoryColumn("kind", kinds, ["flat", "house", "Größe \"x\""]),
            new CategoryColumn("old", old, ["no", "yes"]), new NumberColumn("price", price),
        ]);
    }
}
