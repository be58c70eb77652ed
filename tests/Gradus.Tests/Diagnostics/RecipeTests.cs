using Gradus.Kernels;

namespace Gradus.Tests.Diagnostics;

public sealed class RecipeTests
{
    [Fact]
    public void A_sound_set_up_passes_every_check()
    {
        var report = Recipe.Run(Sound(regression: true));
        Assert.All(report.Checks, check => Assert.True(check.Verdict == Verdict.Pass, $"{check.Name}: {check.Measured}"));
        Assert.True(report.Checks.Count >= 20);
    }

    [Fact]
    public void Classes_pass_too()
    {
        var report = Recipe.Run(Sound(regression: false));
        Assert.All(report.Checks, check => Assert.True(check.Verdict == Verdict.Pass, $"{check.Name}: {check.Measured}"));
        Assert.StartsWith("1.0986", report["loss-formula"]?.Measured, StringComparison.Ordinal);   // ln 3
    }

    [Fact]
    public void Checks_come_in_the_order_of_the_recipe()
    {
        var names = new List<string>();
        _ = Recipe.Run(Sound(regression: true) with { OnCheck = check => names.Add(check.Name) });
        string[] order = ["duplicates", "leakage", "initial-loss", "regularisation", "gradients", "independence", "overfit", "learning-rate", "baselines"];
        Assert.Equal(order, names.Where(order.Contains));
    }

    [Fact]
    public void After_a_training_the_data_and_what_the_watch_found_are_checked()
    {
        var setup = Sound(regression: true);
        var report = Recipe.AfterTraining(setup, []);
        Assert.Equal((Verdict.Pass, 12), (report.Verdict, report.Checks.Count));
        var copies = setup with { Train = setup.Train.SelectRows([.. Enumerable.Range(0, 300).Select(i => i % 100)]) };
        Assert.Equal(Verdict.Warn, Recipe.AfterTraining(copies, [])["duplicates"]?.Verdict);
        foreach (var (kind, name, verdict) in ((WatchKind, string, Verdict)[])[(WatchKind.NonFinite, "finite", Verdict.Fail), (WatchKind.Explosion, "explosion", Verdict.Warn),
            (WatchKind.DeadLayer, "layers", Verdict.Warn), (WatchKind.SaturatedLayer, "layers", Verdict.Warn), (WatchKind.StalledLoss, "progress", Verdict.Fail)])
        {
            var found = Recipe.AfterTraining(setup, [new WatchFinding(kind, 1, 2, null, "Something.", "Do this.")]);
            Assert.Equal([(name, verdict, "Do this.")], found.Checks.Where(check => check.Verdict != Verdict.Pass).Select(check => (check.Name, check.Verdict, check.Advice)));
        }
    }

    [Fact]
    public void Of_a_large_table_only_what_takes_samples_is_checked_after_a_training()
    {
        var rows = new float[100_000];
        var wide = new Table("wide", [.. Enumerable.Range(0, 21).Select(i => new NumberColumn($"c{i}", i == 20 ? [.. rows.Select((_, row) => (float)(row * 7 % 1_000))] : rows))]);
        var setup = Sound(regression: true) with { Train = wide, Validation = null, Test = wide.SelectRows([.. Enumerable.Range(0, 500)]), Model = new ModelOptions { Target = "c20" } };
        Assert.Equal(["leakage", "drift", "finite", "explosion", "layers", "progress"], Recipe.AfterTraining(setup, []).Checks.Select(check => check.Name));
    }

    [Fact]
    public void A_column_that_gives_the_target_away_is_found_and_left_out()
    {
        var setup = Sound(regression: true);
        Table Leak(Table table) => table.With(new NumberColumn("copy", [.. ((NumberColumn)table["y"]).Values.ToArray().Select(y => (2 * y) + 1)]));
        var leaking = setup with { Train = Leak(setup.Train), Validation = Leak(setup.Validation ?? setup.Train), Test = null };
        var check = Found(leaking, "leakage", Verdict.Fail);
        Assert.Contains("'copy'", check.Measured, StringComparison.Ordinal);
        Assert.Equal(Verdict.Pass, Recipe.Run(Assert.IsType<Repair>(check.Repair).Apply(leaking))["leakage"]?.Verdict);
    }

    [Fact]
    public void Training_rows_in_the_test_part_are_found() =>
        Found(Sound(regression: true) with { Test = Sound(regression: true).Train.SelectRows([.. Enumerable.Range(0, 100)]) }, "overlap", Verdict.Fail);

    [Fact]
    public void Weights_that_start_at_zero_are_found() =>
        Found(Sound(regression: true) with { Layers = [new Dense(16, Activation.Relu) { Weights = Initializer.Zeros }] }, "symmetry", Verdict.Fail);

    [Fact]
    public void Weights_that_start_a_hundred_times_too_large_are_found() =>
        Found(Sound(regression: true) with { Layers = [new Dense(16, Activation.Relu) { Weights = Initializer.Normal(100) }] }, "initial-loss", Verdict.Fail);

    [Fact]
    public void Units_that_are_dead_are_found() =>
        Found(Sound(regression: true) with { Layers = [new Dense(16, Activation.Relu) { Biases = Initializer.Constant(-100) }] }, "units", Verdict.Fail);

    [Theory]
    [InlineData(30)]
    [InlineData(1e-8)]
    public void A_learning_rate_far_off_is_found_and_set_right(double rate)
    {
        var setup = Sound(regression: true) with { Training = new TrainOptions { Optimizer = new Adam(rate) } };
        var check = Found(setup, "learning-rate", Verdict.Fail);
        Assert.Equal(Verdict.Pass, Recipe.Run(Assert.IsType<Repair>(check.Repair).Apply(setup))["learning-rate"]?.Verdict);
    }

    [Fact]
    public void A_wrong_sign_in_a_derivative_is_found() => Found(Sound(regression: true) with
    {
        Differentiate = (j, parameters) => [.. Gradient.Of(j, parameters).Select((g, i) => i == 0 ? -g : g)],
    }, "gradients", Verdict.Fail);

    [Fact]
    public void Normalisation_by_the_batch_when_predicting_is_found()
    {
        var setup = Sound(regression: true);
        Found(setup with
        {
            MakeModel = s =>
            {
                var model = Model.For(s.Train, s.Model, [.. s.Layers]);
                var mixing = new Network(model.Network.InputCount, new BatchMean(), new Dense(8, Activation.Tanh), new Dense(1));
                return new Model(model.Preprocessor, mixing, model.Loss, mixing.Initialize(1));
            },
        }, "independence", Verdict.Fail);
    }

    [Fact]
    public void Targets_that_have_nothing_to_do_with_the_inputs_are_found()
    {
        var setup = Sound(regression: true);
        var train = setup.Train.With(Noise("y", setup.Train.RowCount, 5));
        var validation = Sound(regression: true).Validation ?? setup.Train;
        Found(setup with { Train = train, Validation = validation.With(Noise("y", validation.RowCount, 6)), Test = null }, "baselines", Verdict.Fail);
    }

    [Fact]
    public void A_set_up_that_cannot_be_built_says_why()
    {
        var setup = Sound(regression: true);
        var check = Found(setup with { Model = setup.Model with { Loss = Loss.CrossEntropy } }, "setup", Verdict.Fail);
        Assert.Contains("cross-entropy", check.Measured, StringComparison.Ordinal);
    }

    [Fact]
    public void The_range_test_finds_where_the_loss_falls_and_where_it_explodes()
    {
        var setup = Sound(regression: true);
        var model = Model.For(setup.Train, setup.Model, [.. setup.Layers]);
        var range = LearningRateRange.Measure(model.Network, model.Loss, model.Preprocessor.Encode(setup.Train), new TrainOptions { Optimizer = new GradientDescent() });
        Assert.InRange(range.Suggestion ?? 0, 1e-3, 0.3);
        Assert.True(range.Smallest < range.Suggestion && range.Suggestion < range.Exploding);
    }

    private static RecipeCheck Found(RecipeSetup setup, string name, Verdict verdict)
    {
        var check = Recipe.Run(setup)[name];
        Assert.NotNull(check);
        Assert.True(check.Verdict == verdict, $"{check.Verdict}: {check.Measured}");
        Assert.NotEqual("", check.Advice);
        return check;
    }

    private static RecipeSetup Sound(bool regression)
    {
        const int rows = 1_500;
        var (a, b, c) = (Noise("a", rows, 1), Noise("b", rows, 2), Noise("c", rows, 3));
        var noise = Noise("", rows, 4);
        var y = new float[rows];
        for (var i = 0; i < rows; i++)
            y[i] = MathF.Sin(2 * a.Values[i]) + (b.Values[i] * c.Values[i]) + (0.1f * noise.Values[i]);
        Column target = regression ? new NumberColumn("y", y)
            : CategoryColumn.FromTexts("y", [.. y.Select(value => value < -0.4f ? "low" : value < 0.4f ? "middle" : "high")]);
        var (train, validation, test) = new Table("sound", [a, b, c, target]).Split(seed: 1);
        return new RecipeSetup
        {
            Train = train,
            Validation = validation,
            Test = test,
            Model = new ModelOptions { Target = "y", Seed = 1 },
            Layers = [new Dense(32, Activation.Relu), new Dense(32, Activation.Relu)],
            Training = new TrainOptions { Seed = 1, Optimizer = new Adam(0.003) },
        };
    }

    private static NumberColumn Noise(string name, int rows, uint stream)
    {
        var values = new float[rows];
        Philox.Normal(new RandomKey(11, stream, 0), 0, values);
        return new NumberColumn(name.Length == 0 ? "noise" : name, values);
    }

    private sealed record BatchMean : Layer
    {
        public override string Kind => "batch-mean";

        internal override Expression Apply(Expression x, ParameterFactory parameters) => x - Functions.Mean(x, Axis.Rows);
    }
}
