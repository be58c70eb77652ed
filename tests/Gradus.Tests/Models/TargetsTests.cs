using Gradus.Tests.Programs;

namespace Gradus.Tests.Models;

/// <summary>Models of several targets, and of several quantiles of one.</summary>
public sealed class TargetsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gradus-targets-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Each_target_is_learnt_and_measured_on_its_own()
    {
        var (train, test) = (Table(600, 1), Table(200, 2));
        var model = Of(train, "y", "kind", "half", "w");
        model.Train(train, null, Options());
        Assert.Equal([1, 3, 1, 1], model.Heads.Select(head => head.OutputCount));
        Assert.Equal([0, 1, 4, 5], model.Heads.Select(head => head.FirstOutput));
        Assert.Equal("mean(mse, cross-entropy, bce, mse)", model.Loss.Name);
        var joint = Assert.IsType<JointMetrics>(model.Evaluate(test));
        Assert.Equal(["y", "kind", "half", "w"], joint.Targets.Keys);
        Assert.True(joint.Values["r2"] > 0.95, joint.ToString());
        Assert.True(joint.Values["accuracy"] > 0.9 && joint.Values["macroF1"] > 0.9, joint.ToString());

        // Together and on their own from the predictions.
        var predictions = model.Predict(test);
        Assert.Equal(["y", "kind", "half", "w"], predictions.Targets.Select(target => target.Target));
        var squares = Enumerable.Range(0, test.RowCount).Average(i => Math.Pow(predictions.Targets[3].Values[i] - Number(test, "w", i), 2));
        Assert.Equal(((RegressionMetrics)joint.Targets["w"]).Rmse, Math.Sqrt(squares), 1e-4 * Math.Sqrt(squares));
        var both = Enumerable.Range(0, test.RowCount).Count(i =>
            predictions.Targets[1].ClassOf(i) == test["kind"].TextAt(i) && predictions.Targets[2].ClassOf(i) == test["half"].TextAt(i));
        Assert.Equal((double)both / test.RowCount, joint.Values["exactMatch"], 1e-15);
    }

    [Fact]
    public void A_missing_target_teaches_the_others_and_is_not_measured()
    {
        var train = Table(600, 1, missing: (target, row) => row % 3 == target);   // each row lacks one of three
        var model = Of(train, "y", "kind", "half");
        var encoded = model.Preprocessor.Encode(train);
        Assert.Equal((600, 3), (encoded.Rows, encoded.TargetCount));
        Assert.Equal(600, encoded.Targets.ToArray().Count(float.IsNaN));
        Assert.Equal([("y", 200), ("kind", 200), ("half", 200)], encoded.Report.MissingTargets.Select(each => (each.Key, each.Value)));
        var history = model.Train(train, Table(90, 3, missing: (target, _) => target == 1), Options());
        Assert.Equal(["y", "half"], Assert.IsType<JointMetrics>(history.Best?.ValidationMetrics).Targets.Keys);
        var joint = Assert.IsType<JointMetrics>(model.Evaluate(Table(200, 2)));
        Assert.True(joint.Values["r2"] > 0.95 && joint.Values["accuracy"] > 0.9, joint.ToString());
        Assert.Equal(400, model.Evaluate(train) is JointMetrics own ? own.Targets["kind"].Count : 0);
    }

    [Fact]
    public void A_row_without_any_target_is_left_out()
    {
        var table = Table(30, 1, missing: (_, row) => row == 7);
        var model = Of(table, "y", "kind");
        var encoded = model.Preprocessor.Encode(table);
        Assert.Equal((29, 1, 8), (encoded.Rows, encoded.Report.RowsDropped, encoded.SourceRow(7)));
        Assert.Empty(encoded.Report.MissingTargets);
    }

    [Fact]
    public void A_target_that_is_always_missing_moves_no_weight_of_its_own()
    {
        var whole = Table(64, 1);
        var model = Of(whole, "y", "w");
        var (w, b) = (model.Network.Parameters[2].Expression, model.Network.Parameters[3].Expression);
        var started = model.Weights[w].ToArray();
        var encoded = model.Preprocessor.Encode(whole);
        float[] onlyY = [.. encoded.Targets.ToArray().Select((value, i) => i % 2 == 1 ? float.NaN : value)];
        model.Train(new EncodedTable(encoded.Inputs, onlyY, null, encoded.Report), null,
            Options() with { Epochs = 3, Optimizer = new GradientDescent(0.1), BatchSize = null });
        var trained = model.Weights[w].ToArray();
        for (var i = 0; i < started.Length; i++)
            Assert.True(started[i] == trained[i] == (i % 2 == 1));   // (16 × 2): the column of w stays where it started
        Assert.NotEqual(0, model.Weights[b][0]);
        Assert.Equal(0, model.Weights[b][1]);
    }

    [Theory]
    [InlineData("y,kind,half")]
    [InlineData("half,old")]
    [InlineData("y,w")]
    [InlineData("y")]
    public void A_loaded_model_answers_the_same_bits_row_by_row_too(string targets)
    {
        var table = Table(120, 1);
        Loss[] losses = targets == "y" ? [Loss.Quantile(0.1, 0.4, 0.9)] : [];
        var model = Of(table, losses, targets.Split(','));
        model.Train(table, Table(60, 2), Options() with { Epochs = 3 });
        var path = Path.Combine(folder, "m.safetensors");
        model.Save(path);
        var loaded = Model.Load(path);
        Assert.Equal("2", SafetensorsFile.Read(path).Metadata["gradus.version"]);
        Assert.Equal((model.Loss, model.Training?.Metrics.Count), (loaded.Loss, loaded.Training?.Metrics.Count));
        Assert.Equal(model.Heads.Select(head => (head.Target, head.Task, head.Loss, head.FirstOutput, head.OutputCount)),
            loaded.Heads.Select(head => (head.Target, head.Task, head.Loss, head.FirstOutput, head.OutputCount)));
        var (expected, actual) = (model.Predict(table), loaded.Predict(table));
        var answer = new double[loaded.Heads.Sum(head => head.AnswerCount)];
        for (var row = 0; row < table.RowCount; row++)
        {
            var values = loaded.Preprocessor.InputNames.Select((name, i) => loaded.Preprocessor.ParseInput(i, table[name].TextAt(row))).ToArray();
            loaded.Predict(values, answer);
            var at = 0;
            foreach (var (one, other) in expected.Targets.Zip(actual.Targets))
            {
                var numbers = Numbers(one, row);
                Assert.Equal(numbers, Numbers(other, row));
                // One row is a product of another shape, so its last bits may differ.
                Assert.All(numbers.Zip(answer[at..(at + numbers.Length)]), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * Math.Max(1, Math.Abs(pair.First))));
                at += numbers.Length;
            }
        }
    }

    [Fact]
    public void Quantiles_ascend_in_every_row_cover_what_they_say_and_the_middle_answers()
    {
        var (train, test) = (Table(3_000, 1, noise: 1), Table(2_000, 2, noise: 1));
        var model = Of(train, [Loss.Quantile(0.1, 0.5, 0.9)], "y");
        var untrained = model.Predict(test).Targets[0];   // drawn weights cross in many rows
        Assert.Equal([0.1, 0.5, 0.9], untrained.Shares);
        for (var row = 0; row < test.RowCount; row++)
        {
            var of = untrained.QuantilesOf(row);
            Assert.True(of[0] <= of[1] && of[1] <= of[2]);
            Assert.Equal(of[1], untrained.Values[row]);
        }

        model.Train(train, Table(600, 3, noise: 1), Options() with { Epochs = 60 });
        var metrics = Assert.IsType<RegressionMetrics>(model.Evaluate(test));
        Assert.NotNull(metrics.Quantiles);
        Assert.InRange(metrics.Quantiles.Coverage, 0.75, 0.85);     // 0.8 ± five deviations of 2,000 draws
        Assert.InRange(metrics.Quantiles.Width, 2.2, 3.1);          // of a normal distribution of deviation 1: 2.563
        Assert.True(metrics.Quantiles.Pinball < 0.33, metrics.ToString());
        var baselines = Baselines.Measure(model, model.Preprocessor.Encode(train), null, model.Preprocessor.Encode(test));
        Assert.InRange(((RegressionMetrics)baselines.Constant).Quantiles?.Coverage ?? 0, 0.75, 0.85);
        Assert.True(((RegressionMetrics)baselines.Constant).Quantiles?.Width > 2 * metrics.Quantiles.Width);
    }

    [Fact]
    public void An_even_number_of_quantiles_answers_with_the_mean_of_the_middle_two()
    {
        var table = Table(60, 1);
        var predictions = Of(table, [Loss.Quantile(0.05, 0.95)], "y").Predict(table).Targets[0];
        Assert.Equal((predictions.QuantilesOf(3)[0] + predictions.QuantilesOf(3)[1]) / 2, predictions.Values[3]);
    }

    [Fact]
    public void Balance_and_smoothing_are_of_the_targets_that_are_classes()
    {
        var table = Table(300, 1);
        var model = Of(table, "y", "rare");
        model.Train(table, null, Options() with { Epochs = 40, Balance = true, LabelSmoothing = 0.05 });
        var plain = Of(table, "y", "rare");
        plain.Train(table, null, Options() with { Epochs = 40 });
        double Recall(Model m) => ((ClassificationMetrics)((JointMetrics)m.Evaluate(table)).Targets["rare"]).PerClass[1].Recall;
        Assert.True(Recall(model) > Recall(plain) + 0.3, $"{Recall(model)} against {Recall(plain)}");
        var numbers = Of(table, "y", "w");
        Assert.Contains("Balancing is for classes", Assert.Throws<GradusException>(
            () => numbers.Train(table, null, Options() with { Balance = true })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_count_beside_a_scaled_number_is_not_scaled()
    {
        var table = Table(300, 1);
        var model = Of(table, [Loss.MeanSquaredError, Loss.Poisson], "y", "count");
        Assert.Equal([Scaling.Standardize, Scaling.None], model.Heads.Select(head => head.Encoding.Scaling));
        model.Train(table, null, Options());
        Assert.True(model.Evaluate(table) is JointMetrics joint && ((RegressionMetrics)joint.Targets["count"]).R2 > 0.8);
        Assert.All(model.Predict(table).Targets[1].Values.ToArray(), value => Assert.True(value > 0));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_at_any_number_of_threads()
    {
        var table = Table(300, 1, missing: (target, row) => target == 0 && row % 5 == 0);
        var weights = ((int[])[1, 2, 3]).Select(threads =>
        {
            var model = Of(table, "y", "kind", "half");
            model.Train(table, null, Options() with { Epochs = 3, Threads = threads });
            return model.Weights.All.ToArray();
        }).ToArray();
        Assert.All(weights, each => Assert.Equal(weights[0], each));
    }

    [Fact]
    public void Members_that_share_weights_learn_several_targets_too()
    {
        var table = Table(300, 1, missing: (target, row) => target == 1 && row % 4 == 0);
        var model = Model.For(table.Without("w", "count", "old", "rare"), new ModelOptions { Targets = ["y", "kind", "half"] },
            new Members(4), new MemberDense(16, Activation.Tanh));
        model.Train(table, null, Options() with { Balance = true, LabelSmoothing = 0.05 });
        Assert.Equal((4, 5), (model.Network.Members, model.Network.OutputCount));
        Assert.True(model.Evaluate(table) is JointMetrics joint && joint.Values["r2"] > 0.9 && joint.Values["accuracy"] > 0.9, $"{model.Evaluate(table)}");
    }

    [Fact]
    public void Mix_up_is_of_one_target()
    {
        var model = Of(Table(60, 1), "y", "half");
        Assert.Contains("Mix-up", Assert.Throws<GradusException>(() => new Trainer(
            model.Network, model.Loss, model.Weights, Options() with { Augmentation = new Augmentation { MixUp = 0.2 } })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_learnt_is_refused_by_name()
    {
        var table = Table(60, 1);
        foreach (var (model, parts) in new (Action, string[])[]
        {
            (() => Of(table, "y", "y"), ["twice", "y"]),
            (() => Of(table, "y", "z"), ["no column 'z'"]),
            (() => Of(table), ["no target"]),
            (() => Of(table, [Loss.Huber, Loss.Huber, Loss.Huber], "y", "w"), ["3 losses", "y, w"]),
            (() => Of(table, [Loss.MeanAbsoluteError], "y", "kind"), ["'mae'", "'kind'", "3 classes", "one loss for each target"]),
            (() => Of(table, [Loss.Quantile(0.1, 0.9)], "kind"), ["quantile(0.1,0.9)", "'kind'", "quantiles are of numbers", "cross-entropy"]),
        })
        {
            var message = Assert.Throws<GradusException>(model).Message;
            Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("y,kind")]
    [InlineData("half,old")]
    public void Contributions_add_up_for_each_target(string targets)
    {
        var table = Table(120, 1, missing: (target, row) => target == 0 && row == 5);
        var model = Of(table, targets.Split(','));
        model.Train(table, null, Options() with { Epochs = 20 });
        var row = RowExplanation.Of(model, table.SelectRows([5]), steps: 512);
        Assert.Equal(2, row.Targets.Count);
        Assert.Equal([targets == "y,kind", false], row.Targets.Select(target => target.Truth is null));
        var predicted = model.Predict(table.SelectRows([5])).Targets;
        Assert.All(row.Targets.Zip(predicted), pair => Assert.Equal(
            pair.First.Class < 0 ? pair.Second.Values[0] : pair.Second.ProbabilitiesOf(0)[pair.First.Class], pair.First.Answer, 1e-4 * Math.Max(1, Math.Abs(pair.First.Answer))));
        Assert.All(row.Targets, target => Assert.InRange(target.Attribution.Gap, -0.02 * Math.Abs(target.Answer), 0.02 * Math.Abs(target.Answer)));
        Assert.True(row.Loss > 0);
    }

    [Fact]
    public void The_middle_quantile_is_explained_even_where_outputs_cross()
    {
        var table = Table(60, 1);
        var model = Of(table, [Loss.Quantile(0.1, 0.5, 0.9)], "y");   // untrained: outputs cross
        for (var i = 0; i < 20; i++)
        {
            var row = RowExplanation.Of(model, table.SelectRows([i]));
            var expected = model.Predict(table.SelectRows([i])).Targets[0];
            Assert.Equal(expected.Values[0], row.Answer, 1e-4 * Math.Max(1, Math.Abs(row.Answer)));
            Assert.Equal(row.Answer, row.Attribution.Answer, 1e-9);
            Assert.Equal(expected.QuantilesOf(0).ToArray(), row.Answers, (a, b) => Math.Abs(a - b) <= 1e-4 * Math.Max(1, Math.Abs(a)));
        }
    }

    private static TrainOptions Options() => new() { Epochs = 120, Optimizer = new Adam(1e-2), Threads = 1, Seed = 1, Schedule = Schedule.Cosine };

    private static Model Of(Table table, params string[] targets) => Of(table, [], targets);

    /// <summary>Predicts the targets from a and b alone.</summary>
    private static Model Of(Table table, Loss[] losses, params string[] targets) => Model.For(table, new ModelOptions
    {
        Targets = targets,
        Losses = losses,
        Preprocessing = new PreprocessingOptions { Ignore = [.. table.Columns.Select(column => column.Name).Where(name => name is not ("a" or "b")).Except(targets)] },
    }, new Dense(16, Activation.Tanh));

    private static double[] Numbers(TargetPredictions target, int row) =>
        target.Shares.Count > 0 ? target.QuantilesOf(row).ToArray()
        : target.Task == LearningTask.Regression ? [target.Values[row]]
        : Array.ConvertAll(target.ProbabilitiesOf(row).ToArray(), p => (double)p);

    private static float Number(Table table, string column, int row) => ((NumberColumn)table[column]).Values[row];

    /// <summary>y = 10 a − 5 b + noise, w = a b, a count, and classes by a and b; the n-th of y, kind and half is missing where asked.</summary>
    private static Table Table(int rows, ulong seed, Func<int, int, bool>? missing = null, double noise = 0)
    {
        var draw = new Draw(seed);
        bool Missing(int target, int row) => missing?.Invoke(target, row) ?? false;
        var (a, b) = (new float[rows], new float[rows]);
        var (y, w, count) = (new float[rows], new float[rows], new float[rows]);
        var (kind, half, old, rare) = (new string?[rows], new string?[rows], new string?[rows], new string?[rows]);
        for (var i = 0; i < rows; i++)
        {
            (a[i], b[i]) = ((float)draw.Between(-1, 1), (float)draw.Between(-1, 1));
            var normal = Math.Sqrt(-2 * Math.Log(draw.Between(1e-9, 1))) * Math.Cos(2 * Math.PI * draw.Between(0, 1));
            y[i] = Missing(0, i) ? float.NaN : (10 * a[i]) - (5 * b[i]) + (float)(noise * normal);
            (w[i], count[i]) = (a[i] * b[i] * 300, MathF.Round(MathF.Exp(a[i] + 3)));
            kind[i] = Missing(1, i) ? null : a[i] + b[i] < -0.4 ? "low" : a[i] + b[i] < 0.4 ? "middle" : "high";
            half[i] = Missing(2, i) ? null : b[i] > 0 ? "yes" : "no";
            old[i] = a[i] > b[i] ? "yes" : "no";
            rare[i] = a[i] > 0.7 && draw.Chance(0.4) ? "yes" : "no";
        }

        return new Table("several",
        [
            new NumberColumn("a", a), new NumberColumn("b", b), new NumberColumn("y", y), new NumberColumn("w", w), new NumberColumn("count", count),
            CategoryColumn.FromTexts("kind", kind), CategoryColumn.FromTexts("half", half), CategoryColumn.FromTexts("old", old),
            CategoryColumn.FromTexts("rare", rare),
        ]);
    }
}
