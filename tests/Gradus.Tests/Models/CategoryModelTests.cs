using System.Text.Json.Nodes;
using Gradus.Tests.Programs;

namespace Gradus.Tests.Models;

/// <summary>Models of tables with many categories: embedded, or looked up in place of one-hot.</summary>
public sealed class CategoryModelTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gradus-category-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<bool> Ways() => [false, true];

    private static ModelOptions Options(bool embeds, int rare = 0) => new()
    {
        Target = "y",
        Embedding = embeds ? new EmbeddingOptions() : null,
        Preprocessing = new PreprocessingOptions { OneHotUpTo = 4, RareBelow = rare },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_model_learns_its_categories_and_is_loaded_to_the_bit(bool embeds)
    {
        var table = Table(600);
        var model = Model.For(table, Options(embeds), new Dense(12, Activation.Relu));
        model.Train(table, Table(100, seed: 2), new TrainOptions { Epochs = 40, Optimizer = new Adam(1e-2), Threads = 1 });
        var metrics = (RegressionMetrics)model.Evaluate(Table(100, seed: 3));
        Assert.True(metrics.R2 > 0.9, $"R² {metrics.R2}");

        var path = Path.Combine(folder, "m.safetensors");
        model.Save(path);
        var loaded = Model.Load(path);
        Assert.Equal(model.Network.Layers, loaded.Network.Layers);
        Assert.Equal(model.Weights.All.ToArray(), loaded.Weights.All.ToArray());
        Assert.Equal(model.Predict(table).Values, loaded.Predict(table).Values);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void One_row_gives_the_answer_of_many_without_allocating(bool embeds)
    {
        var table = With(Table(200), 3, "nowhere", null);
        var model = Model.For(Table(200), Options(embeds), new Dense(12, Activation.Relu));
        var many = model.Predict(table).Values;
        var (values, answer) = (new float[3], new double[1]);
        for (var row = 0; row < table.RowCount; row++)
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = model.Preprocessor.ParseInput(i, table[model.Preprocessor.InputNames[i]].TextAt(row));
            model.Predict(values, answer);
            Assert.Equal(many[row], answer[0], 1e-5 * Math.Max(1, Math.Abs(many[row])));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            model.Predict(values, answer);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>A category of no training row is none: zeros, whatever the tables hold. With rare ones grouped it is one of them.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public void Unknown_categories_are_none_or_rare(bool embeds)
    {
        var table = Table(200);
        var model = Model.For(table, Options(embeds), new Dense(3));
        var unknown = With(table, 2, "nowhere", "missing");
        var encoded = model.Preprocessor.EncodeInputs(unknown);
        Assert.Equal(2, encoded.Report.Columns.Single(column => column.Name == "city").Unseen);
        var features = new float[model.Preprocessor.FeatureCount];
        encoded.Inputs.CopyRows(2, 1, features);
        var city = model.Preprocessor.Inputs.Single(input => input.Columns[0] == "city");
        Assert.Equal(city.Levels, features[city.FirstFeature]);
        var answers = model.Predict(unknown).Values.ToArray();
        foreach (var lookup in model.Network.Parameters.Where(p => p.Expression.Shape.Rows.Size == city.Levels))
            model.Weights[lookup.Expression].Fill(1e6f);
        Assert.Equal(answers[2], Model.For(table, Options(embeds), new Dense(3)).Predict(unknown).Values[2]);
        Assert.Equal(answers[2], model.Predict(unknown).Values[2]);

        var grouped = Model.For(With(table, 2, "hamlet", "hamlet"), Options(embeds, rare: 3), new Dense(3)).Preprocessor;
        grouped.EncodeInputs(unknown).Inputs.CopyRows(2, 1, features);
        city = grouped.Inputs.Single(input => input.Columns[0] == "city");
        Assert.Equal(city.Levels - 1, features[city.FirstFeature]);   // the last level: rare
    }

    /// <summary>The same weights, the same steps: one-hot features times W, and rows of W by index, differ by rounding alone.</summary>
    [Fact]
    public void Training_with_indices_is_training_with_one_hot_features()
    {
        var table = Table(300);
        var index = Model.For(table, Options(embeds: false), new Dense(5, Activation.Tanh));
        var oneHot = Model.For(table, Options(embeds: false) with { Preprocessing = new PreprocessingOptions() }, new Dense(5, Activation.Tanh));
        Assert.Equal(3, index.Preprocessor.FeatureCount);
        Assert.True(oneHot.Preprocessor.FeatureCount > 30);
        void Share(bool back)
        {
            // Features of the one-hot model stand in the order of the columns: city, a, street.
            var wide = oneHot.Weights[oneHot.Network.Parameters[0].Expression];
            var cities = index.Preprocessor.Inputs[0].Levels;
            Span<float> rows = new float[wide.Length];
            if (back)
                wide.CopyTo(rows);
            Copy(index, "layer1.W1", rows[..(cities * 5)], back);
            Copy(index, "layer1.W", rows.Slice(cities * 5, 5), back);
            Copy(index, "layer1.W2", rows[((cities + 1) * 5)..], back);
            if (!back)
                rows.CopyTo(wide);
        }

        Share(back: false);
        foreach (var name in new[] { "layer1.b", "layer2.W", "layer2.b" })
            Parameter(index, name).CopyTo(Parameter(oneHot, name));
        var (few, many) = (index.Predict(table).Values.ToArray(), oneHot.Predict(table).Values.ToArray());
        Assert.All(few.Zip(many), each => Assert.Equal(each.Second, each.First, 1e-4));   // of numbers up to 100: 1e-6
        foreach (var model in new[] { index, oneHot })
            model.Train(table, null, new TrainOptions { Epochs = 3, BatchSize = 32, Optimizer = new GradientDescent(0.05), L2 = 1e-3, Threads = 1 });
        (few, many) = (index.Predict(table).Values.ToArray(), oneHot.Predict(table).Values.ToArray());
        Assert.All(few.Zip(many), each => Assert.Equal(each.Second, each.First, 1e-3));   // 30 steps
        Assert.NotEqual(0, few[0] - few[1]);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Contributions_of_categories_add_up_and_equal_those_of_one_hot_features(bool embeds)
    {
        var table = Table(300);
        var model = Model.For(table, Options(embeds), new Dense(6, Activation.Tanh));
        model.Train(table, null, new TrainOptions { Epochs = 10, Threads = 1 });
        var row = RowExplanation.Of(model, table.SelectRows([5]), steps: 200);
        Assert.Equal(3, row.Attribution.Contributions.Count);
        Assert.All(row.Attribution.Contributions, each => Assert.NotEqual(0, each));
        Assert.Equal(row.Attribution.Answer - row.Attribution.Baseline, row.Attribution.Sum, 1e-4 * row.Attribution.Contributions.Sum(Math.Abs));
        Assert.Equal(model.Predict(table.SelectRows([5])).Values[0], row.Answer, 1e-3);
        Assert.Equal([true, false, true], row.Vectors.Select(vector => vector is not null));
        Assert.Equal(6, row.Layers[embeds ? 1 : 0].Sums?.Count);
        for (var j = 0; j < 6; j++)
            Assert.Equal(row.Layers[embeds ? 1 : 0].Outputs[j], Math.Tanh(row.Layers[embeds ? 1 : 0].Sums?[j] ?? double.NaN), 1e-12);
        if (embeds)
            return;

        // A linear model: the contribution of a category is its row of weights, as it is of a one-hot feature.
        var linear = Model.For(table, Options(embeds: false));
        var explained = RowExplanation.Of(linear, table.SelectRows([5]), steps: 1);
        var unit = linear.Preprocessor.Target?.Unit ?? 0;
        var city = (int)explained.Features[0];
        Assert.Equal(unit * Parameter(linear, "layer1.W1")[city], explained.Attribution.Contributions[0], 1e-6);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_new_target_takes_over_the_categories(bool embeds)
    {
        var (table, more) = (Table(300), With(Table(300, seed: 4), 2, "nowhere", "missing"));
        var model = Model.For(table, Options(embeds), new Dense(6, Activation.Tanh));
        model.Train(table, null, new TrainOptions { Epochs = 5, Threads = 1 });
        var next = model.ForTarget(more, new ModelOptions { Target = "y" });
        Assert.Equal(model.Network.Layers, next.Network.Layers);
        Assert.Equal(Parameter(model, embeds ? "layer1.E1" : "layer1.W1").ToArray(), Parameter(next, embeds ? "layer1.E1" : "layer1.W1").ToArray());
        next.Train(more, null, new TrainOptions { Epochs = 2, Threads = 1 });
        Assert.All(next.Predict(more).Values.ToArray(), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Permuting_a_category_hurts_a_model_that_has_learnt_it()
    {
        var table = Table(600);
        var model = Model.For(table, Options(embeds: true), new Dense(12, Activation.Relu));
        model.Train(table, null, new TrainOptions { Epochs = 40, Optimizer = new Adam(1e-2), Threads = 1 });
        var (whole, columns) = PermutationImportance.Of(model, table);
        Assert.Equal("city", columns[0].Column);
        Assert.True(columns[0].Worsening("rmse", whole).Mean > 10);
    }

    [Fact]
    public void A_linear_baseline_takes_categories_by_index()
    {
        var table = Table(600);
        var model = Model.For(table, Options(embeds: true), new Dense(12, Activation.Relu));
        var encoded = model.Preprocessor.Encode(table);
        var linear = (RegressionMetrics?)Baselines.Measure(model, encoded, null, encoded).Linear;
        Assert.True(linear?.R2 > 0.9, $"R² {linear?.R2}");
    }

    [Fact]
    public void Widths_follow_the_rule_or_the_options()
    {
        Assert.Equal([1, 1, 2, 5, 50, 50], ((int[])[1, 2, 3, 10, 100, 100_000]).Select(Embedding.UsualWidth));
        int[] Of(EmbeddingOptions options) =>
            [.. Model.For(Table(200), Options(false) with { Embedding = options }).Network.Layers.OfType<Embedding>().Single().Columns.Select(each => each.Width)];
        Assert.Equal([10, 7], Of(new EmbeddingOptions()));
        Assert.Equal([3, 3], Of(new EmbeddingOptions { Width = 3 }));
        Assert.Equal([6], Of(new EmbeddingOptions { Columns = new Dictionary<string, int> { ["street"] = 6 } }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EmbeddingOptions { Width = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EmbeddingOptions { Columns = new Dictionary<string, int> { ["a"] = 2_000 } });
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_name()
    {
        void Refuses(string text, Action action) => Assert.Contains(text, Assert.Throws<GradusException>(action).Message, StringComparison.Ordinal);
        var table = Table(200);
        ModelOptions Named(string column) => Options(false) with { Embedding = new EmbeddingOptions { Columns = new Dictionary<string, int> { [column] = 2 } } };
        Refuses("has none beside", () => Model.For(table.Without("city", "street"), Options(true)));
        Refuses("'a' is to be embedded, but is a number", () => Model.For(table, Named("a")));
        Refuses("'y' is a target", () => Model.For(table, Named("y")));
        Refuses("'citi'", () => Model.For(table, Named("citi")));
        Refuses("dropout cannot stand before", () => Model.For(table, Options(false), new Dropout(0.2), new Dense(4)));
        Assert.NotNull(Model.For(table, Options(true), new Dropout(0.2), new Dense(4)));
    }

    [Theory]
    [InlineData(""" "levels":20""", """ "levels":21""", "without all the categories")]
    [InlineData(""" "levels":20""", """ "levels":0""", "levels is 0")]
    [InlineData(""" "column":0,"levels" """, """ "column":1,"levels" """, "without all the categories")]
    [InlineData(""" "column":0,"levels" """, """ "column":9,"levels" """, "column 9")]
    [InlineData(""" "column":0,"levels" """, """ "column":2,"levels" """, "column 2 twice")]
    [InlineData(""" "width":10""", """ "width":0""", "width is 0")]
    [InlineData(""" "width":10""", """ "width":9""", "layer1.E1")]
    public void Damaged_embeddings_are_refused(string from, string to, string expected)
    {
        var path = Path.Combine(folder, "m.safetensors");
        Model.For(Table(200), Options(embeds: true), new Dense(3)).Save(path);
        var file = SafetensorsFile.Read(path);
        var text = file.Metadata["gradus.model"];
        Assert.Contains(from.Trim(), text, StringComparison.Ordinal);
        var metadata = new Dictionary<string, string>(file.Metadata) { ["gradus.model"] = text.Replace(from.Trim(), to.Trim(), StringComparison.Ordinal) };
        Assert.NotNull(JsonNode.Parse(metadata["gradus.model"]));
        AtomicFile.Write(path, stream => SafetensorsWriter.Write(stream, file.Tensors, metadata));
        Assert.Contains(expected, Assert.Throws<GradusException>(() => Model.Load(path)).Message, StringComparison.Ordinal);
    }

    private static Span<float> Parameter(Model model, string name) => model.Weights[model.Network.Parameters.Single(p => p.Name == name).Expression];

    private static void Copy(Model model, string name, Span<float> rows, bool back)
    {
        if (back)
            rows.CopyTo(Parameter(model, name));
        else
            Parameter(model, name).CopyTo(rows);
    }

    /// <summary>city (20 categories, each with its own effect), a (a number), street (13 categories), y.</summary>
    private static Table Table(int rows, ulong seed = 1)
    {
        var draw = new Draw(seed);
        var (cities, streets) = (new string?[rows], new string?[rows]);
        var (a, y) = (new float[rows], new float[rows]);
        for (var i = 0; i < rows; i++)
        {
            var (city, street) = (i % 20, i % 13);
            (cities[i], streets[i], a[i]) = ($"c{city:00}", $"s{street}", (float)draw.Between(-1, 1));
            y[i] = (city * 7 % 20 * 5) + (street * 5 % 13) + (3 * a[i]);
        }

        return new Table("places",
        [
            CategoryColumn.FromTexts("city", cities), new NumberColumn("a", a), CategoryColumn.FromTexts("street", streets), new NumberColumn("y", y),
        ]);
    }

    /// <summary>Two rows with another city.</summary>
    private static Table With(Table table, int row, string? first, string? second)
    {
        var cities = Enumerable.Range(0, table.RowCount).Select(table["city"].TextAt).ToArray();
        (cities[row], cities[row + 1]) = (first, second);
        return table.With(CategoryColumn.FromTexts("city", cities));
    }
}
