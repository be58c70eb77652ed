using Gradus.Tests.Programs;

namespace Gradus.Tests.Training;

/// <summary>Ensembles: members that follow from their seeds and rows alone, and an answer that is the mean of theirs.</summary>
public sealed class EnsembleTests
{
    private static readonly TrainOptions Options = new() { Epochs = 4, BatchSize = 32, Seed = 7, Ema = 0.9 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Members_have_the_same_bits_however_many_are_trained_at_a_time(bool folds)
    {
        var (train, validation) = (Rows(300), Rows(80, seed: 2));
        float[][] Train(int threads)
        {
            var model = Set(train, "y");
            var options = Options with { Threads = threads };
            var history = folds ? model.TrainFolds(train, 5, options) : model.TrainEnsemble(train, validation, 5, options);
            Assert.Equal(5, model.Members.Count);
            Assert.Equal([1, 2, 3, 4, 5], history.Members.Select(member => member.Number));
            Assert.Equal([7UL, 8, 9, 10, 11], history.Members.Select(member => member.Seed));
            return [.. model.Members.Select(member => member.All.ToArray())];
        }

        var expected = Train(1);
        Assert.All(expected, member => Assert.True(Array.TrueForAll(member, float.IsFinite)));
        Assert.Equal(5, expected.Select(member => member[0]).Distinct().Count());
        foreach (var threads in new[] { 2, 4, 11 })
            Assert.Equal(expected, Train(threads));
    }

    [Fact]
    public void A_member_is_the_network_that_its_seed_gives_alone()
    {
        var (train, validation) = (Rows(200), Rows(50, seed: 2));
        var ensemble = Set(train, "y");
        var history = ensemble.TrainEnsemble(train, validation, 3, Options with { Threads = 2 });
        for (var i = 0; i < 3; i++)
        {
            var seed = Options.Seed + (ulong)i;
            var alone = Set(train, "y", seed);
            var expected = alone.Train(train, validation, Options with { Seed = seed, Threads = 1 });
            Assert.Equal(alone.Weights.All.ToArray(), ensemble.Members[i].All.ToArray());
            Assert.Equal(expected.BestEpoch, history.Members[i].History.BestEpoch);
            Assert.Equal(expected.Best?.ValidationMetrics, history.Members[i].History.Best?.ValidationMetrics);
            Assert.Equal(alone.Evaluate(validation), ensemble.Member(i).Evaluate(validation));
            Assert.All(history.Members[i].History.Epochs, report => Assert.Equal(i + 1, report.Member));
        }
    }

    [Theory]
    [InlineData("y")]
    [InlineData("kind")]
    [InlineData("old")]
    public void The_answer_is_the_mean_of_the_members_answers(string target)
    {
        var table = Rows(700);   // more than one batch of 512
        var model = Set(table, target);
        model.TrainEnsemble(table, null, 3, Options);
        var members = Enumerable.Range(0, 3).Select(i => model.Member(i).Predict(table)).ToArray();
        var answer = model.Predict(table);
        double[] Numbers(Predictions predictions) => target == "y" ? predictions.Values.ToArray() : Array.ConvertAll(predictions.Probabilities.ToArray(), p => (double)p);
        var (actual, each) = (Numbers(answer), members.Select(Numbers).ToArray());
        var largest = actual.Max(Math.Abs);
        for (var i = 0; i < actual.Length; i++)
            Assert.Equal(each.Average(member => member[i]), actual[i], 8e-7 * largest);   // sums of three and their scaling: a few roundings
        Assert.True(each[0].Zip(each[1], (a, b) => Math.Abs(a - b)).Max() > 1e-3 * largest, "the members do not differ");

        var metrics = model.Evaluate(table);
        var first = target == "y" ? "rmse" : "logLoss";
        Assert.True(metrics.Values[first] < Enumerable.Range(0, 3).Average(i => model.Member(i).Evaluate(table).Values[first]), $"{metrics}");
        var one = new double[Math.Max(1, model.Classes.Count)];
        var names = model.Preprocessor.InputNames;
        for (var row = 0; row < 20; row++)
        {
            model.Predict([.. names.Select((name, input) => model.Preprocessor.ParseInput(input, table[name].TextAt(row)))], one);
            for (var i = 0; i < one.Length; i++)
                Assert.Equal(actual[(row * one.Length) + i], one[i], 2e-6 * largest);
        }
    }

    [Fact]
    public void A_row_is_answered_without_allocation()
    {
        var table = Rows(60);
        var model = Set(table, "kind");
        model.TrainEnsemble(table, null, 4, Options with { Epochs = 1 });
        var (values, answer) = (new float[model.Preprocessor.InputNames.Count], new double[3]);
        model.Predict(values, answer);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            model.Predict(values, answer);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1, answer.Sum(), 1e-6);
    }

    [Theory]
    [InlineData("y")]
    [InlineData("kind")]
    public void A_member_of_a_cross_validation_has_not_seen_its_fold(string target)
    {
        var table = Rows(101, missing: target == "y" ? 7 : 0);
        var model = Set(table, target);
        var history = model.TrainFolds(table, 4, Options);
        var present = table.SelectRows([.. Enumerable.Range(0, table.RowCount).Where(row => table[target].TextAt(row) is not null)]);
        Assert.Equal(present.RowCount, history.Members.Sum(member => member.History.Best?.ValidationMetrics?.Count));
        var foldOf = Splitter.Folds(present, 4, Options.Seed, target);
        for (var fold = 0; fold < 4; fold++)
        {
            Table Part(bool isInside) => present.SelectRows([.. Enumerable.Range(0, foldOf.Length).Where(row => foldOf[row] == fold == isInside)]);
            var alone = new Model(model.Preprocessor, model.Network, model.Loss, model.Network.Initialize(Options.Seed + (ulong)fold));
            alone.Train(Part(isInside: false), Part(isInside: true), Options with { Seed = Options.Seed + (ulong)fold });
            Assert.Equal(alone.Weights.All.ToArray(), model.Members[fold].All.ToArray());
        }

        var first = target == "y" ? "rmse" : "accuracy";
        double[] figures = [.. history.Members.Select(member => member.History.Best?.ValidationMetrics?.Values[first] ?? double.NaN)];
        Assert.Equal(figures.Average(), history.Validation[first].Mean, 1e-9 * Math.Abs(figures[0]));
        Assert.Equal(figures.Average(), model.Training?.Metrics[first] ?? double.NaN, 1e-9 * Math.Abs(figures[0]));
        Assert.Equal((4, 4, present.RowCount), (model.Training?.Folds, model.Training?.Members.Count, model.Training?.Rows));
    }

    [Fact]
    public void The_spread_is_that_of_a_sample()
    {
        Assert.Equal(new Spread(4, 2), Spread.Of([2, 4, 6]));
        Assert.Equal(new Spread(3, 0), Spread.Of([3]));
        Assert.Throws<ArgumentException>(() => Spread.Of(Array.Empty<double>()));
        var (some, none) = (new RegressionMetrics(1, 2, 0.5, 3), new RegressionMetrics(3, 4, double.NaN, 1));
        Assert.Equal(["rmse", "mae"], Spread.Of([some, none]).Keys);   // no R² of a single row
        Assert.Equal(2, Spread.Of([some, none])["rmse"].Mean);
    }

    [Fact]
    public void Members_that_diverge_are_named_and_left_out()
    {
        // One value far out: where it is trained on, steps of one row go too far; the fold that holds it out does not meet it.
        float[] x = [.. Enumerable.Range(0, 200).Select(i => i == 50 ? 1e6f : i % 10)];
        var table = new Table("far", [new NumberColumn("x", x), new NumberColumn("y", [.. x.Select((_, i) => 0.37f * (i % 50))])]);
        var model = Model.For(table, "y");
        var options = new TrainOptions
        {
            Optimizer = new GradientDescent(0.1),
            BatchSize = 1,
            Epochs = 100,
            Schedule = Schedule.Constant,
            Seed = 3,
            Threads = 2,
        };
        var e = Assert.Throws<MembersDivergedException>(() => model.TrainFolds(table, 3, options));
        var held = Splitter.Folds(table, 3, 3, null)[50];
        Assert.Equal(held + 1, Assert.Single(e.History.Kept).Number);
        Assert.Equal(StopReason.Diverged, e.History.StopReason);
        Assert.Contains("2 of 3 members diverged", e.Message, StringComparison.Ordinal);
        Assert.Contains("the 1 that did not are kept", e.Message, StringComparison.Ordinal);
        foreach (var part in (string[])["at learning rate 0.1. The first number that is not finite arose in", "Lower the learning rate, to 0.01 say"])
            Assert.Contains(part, e.Message, StringComparison.Ordinal);
        foreach (var member in new[] { 1, 2, 3 })
            Assert.Equal(member != held + 1, e.Message.Contains($"member {member} (seed {member + 2})", StringComparison.Ordinal));
        Assert.Single(model.Members);
        Assert.True(Array.TrueForAll(model.Weights.All.ToArray(), float.IsFinite));
        Assert.Equal(StopReason.Diverged, model.Training?.StopReason);

        var before = model.Weights.All.ToArray();
        e = Assert.Throws<MembersDivergedException>(() => model.TrainEnsemble(table, null, 2, options));
        Assert.Contains("no member is left", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, model.Weights.All.ToArray());
    }

    [Fact]
    public void Cancelled_members_keep_their_best_weights_and_others_are_not_begun()
    {
        var table = Rows(200);
        using var cancellation = new CancellationTokenSource();
        var model = Set(table, "y");
        var history = model.TrainEnsemble(table, null, 3, Options with
        {
            Epochs = 1_000_000,
            Threads = 1,
            OnEpoch = report =>
            {
                if (report.Epoch == 2)
                    cancellation.Cancel();
            },
        }, cancellation: cancellation.Token);
        Assert.Equal(StopReason.Cancelled, history.StopReason);
        Assert.Equal(2, Assert.Single(history.Kept).History.BestEpoch);
        Assert.Single(model.Members);

        var before = model.Weights.All.ToArray();
        history = model.TrainEnsemble(table, null, 3, Options, cancellation: cancellation.Token);
        Assert.Empty(history.Members);
        Assert.Equal(StopReason.Cancelled, history.StopReason);
        Assert.Equal(before, model.Weights.All.ToArray());
    }

    [Fact]
    public void Epochs_are_reported_one_at_a_time_and_what_a_report_throws_arrives()
    {
        var table = Rows(200);
        var (inside, reports) = (0, new List<(int Member, int Epoch)>());
        Set(table, "y").TrainEnsemble(table, null, 4, Options with
        {
            Threads = 4,
            OnEpoch = report =>
            {
                Assert.Equal(1, Interlocked.Increment(ref inside));
                reports.Add((report.Member, report.Epoch));
                Thread.Yield();
                Interlocked.Decrement(ref inside);
            },
        });
        Assert.Equal([.. Enumerable.Range(1, 4).SelectMany(member => Enumerable.Range(1, 4).Select(epoch => (member, epoch)))], reports.Order());
        var thrown = Assert.Throws<InvalidTimeZoneException>(() => Set(table, "y").TrainEnsemble(table, null, 4, Options with
        {
            Threads = 2,
            OnEpoch = report => throw new InvalidTimeZoneException($"{report.Member}"),
        }));
        Assert.Contains(thrown.Message, (string[])["1", "2"]);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        var table = Rows(60);
        var model = Set(table, "y");
        Assert.Throws<ArgumentOutOfRangeException>(() => model.TrainEnsemble(table, null, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.TrainFolds(table, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Member(1));
        var message = Assert.Throws<GradusException>(() => model.TrainFolds(table, 61)).Message;
        Assert.Contains("61 folds need at least 61 rows with a target, and 'rows' has 60", message, StringComparison.Ordinal);
        model.TrainEnsemble(table, null, 2, Options);
        Assert.Contains("ensemble of 2", Assert.Throws<GradusException>(() => model.Train(table)).Message, StringComparison.Ordinal);
        model.Member(1).Train(table, null, Options);
    }

    [Fact]
    public void An_explanation_is_of_the_mean()
    {
        var table = Rows(150);
        foreach (var target in (string[])["y", "kind", "old"])
        {
            var model = Set(table, target);
            model.TrainEnsemble(table, null, 3, Options);
            var row = table.SelectRows([5]);
            var explanation = RowExplanation.Of(model, row);
            var first = RowExplanation.Of(model.Member(0), row);
            var predictions = model.Predict(row);
            double[] expected = target == "y" ? predictions.Values.ToArray() : Array.ConvertAll(predictions.Probabilities.ToArray(), p => (double)p);
            var scale = expected.Max(Math.Abs);
            Assert.Equal(expected.Length, explanation.Answers.Count);
            for (var i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], explanation.Answers[i], 1e-5 * scale);
            Assert.Equal(explanation.Answer, explanation.Attribution.Answer, 1e-9 * scale);
            Assert.InRange(Math.Abs(explanation.Attribution.Gap), 0, 0.02 * scale);
            Assert.Equal(first.Loss, explanation.Loss);
            Assert.Equal(first.Layers[0].Outputs, explanation.Layers[0].Outputs);
        }
    }

    private static Model Set(Table table, string target, ulong seed = 7) => Model.For(
        table, new ModelOptions { Target = target, Seed = seed }, new GaussianNoise(0.05), new Dense(12, Activation.Relu), new Dropout(0.1));

    /// <summary>x, kind (three categories), old (two) and y, which follows from them.</summary>
    private static Table Rows(int rows, ulong seed = 1, int missing = 0)
    {
        var draw = new Draw(seed);
        var (x, y) = (new float[rows], new float[rows]);
        var (kinds, old) = (new int[rows], new int[rows]);
        for (var i = 0; i < rows; i++)
        {
            (x[i], kinds[i]) = ((float)draw.Between(-3, 3), i % 3);
            old[i] = x[i] + kinds[i] + draw.Between(-1, 1) > 1 ? 1 : 0;
            y[i] = i < missing ? float.NaN : (100 * x[i] * x[i]) + (50 * kinds[i]) + (float)draw.Between(0, 10);
        }

        return new Table("rows",
        [
            new NumberColumn("x", x), new CategoryColumn("kind", kinds, ["a", "b", "c"]), new CategoryColumn("old", old, ["no", "yes"]),
            new NumberColumn("y", y),
        ]);
    }
}
