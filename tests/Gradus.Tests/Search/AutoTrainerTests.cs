using System.Collections.Concurrent;
using System.Globalization;
using Gradus.Tests.Programs;

namespace Gradus.Tests.Search;

public sealed class AutoTrainerTests
{
    private static readonly string[] Kinds = ["x", "y", "z"];

    [Fact]
    public void Few_rows_are_cross_validated_and_the_best_put_together()
    {
        var rows = Rows(300, seed: 1);
        var started = TimeProvider.System.GetTimestamp();
        var result = new AutoTrainer(new AutoPlan { Limit = TimeSpan.FromMinutes(5), Trials = 14, Epochs = 20 }, rows, null, new ModelOptions { Target = "t" }, Setup).Run();
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(4));   // it does not wait for the time to pass
        Assert.Equal((5, 14), (result.Folds, result.Trials.Count(trial => trial.HasEnded)));
        Assert.Equal(0, result.Refitted);   // folds have used all rows
        Assert.All(result.Members, member => Assert.Equal(2 * 5, member.Weights.Count));   // the rows were dealt to folds twice
        Assert.Equal(10 * result.Members.Count, result.Model.Members.Count);
        Assert.InRange(result.Members.Count, 3, 6);
        Assert.Contains(result.Trials, trial => trial.Phase == StudyTrial.FinePhase);   // the last few are variations of the best
        Assert.All(result.Trials.Take(10), trial => Assert.Equal(StudyTrial.OnlyPhase, trial.Phase));
        Assert.True(result.Suggestion > 0);
        var other = Rows(300, seed: 2);
        var rmse = result.Model.Evaluate(other).Values["rmse"];
        Assert.True(rmse < 0.5 * Spread(other), $"{rmse}");   // always the mean has the spread
        // The error of a mean answer is at most the mean of the errors: a norm is convex.
        Assert.True(result.Validation.Values["rmse"] <= 1.0001 * result.Members.Average(member => member.Metrics.Values["rmse"]));
        // Each row is judged by the network that has not seen it: all together they know no row by heart.
        Assert.True(result.Validation.Values["rmse"] > 0.8 * result.Model.Evaluate(rows).Values["rmse"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Few_rows_and_time_enough_give_the_same_bits_at_any_number_of_threads(bool withLbfgs)
    {
        AutoResult Result(int workers) => new AutoTrainer(
            new AutoPlan { Limit = TimeSpan.FromMinutes(10), Trials = 30, Epochs = 3, Workers = workers }, Rows(120, seed: 1), null, new ModelOptions { Target = "t" },
            withLbfgs ? WithLbfgs : Setup).Run();
        var (one, three) = (Result(1), Result(3));
        Assert.True(one.IsRepeatable && three.IsRepeatable);
        Assert.Equal(one.Trials.Select(trial => (trial.Value, string.Join(' ', trial.Parameters))), three.Trials.Select(trial => (trial.Value, string.Join(' ', trial.Parameters))));
        Assert.Equal(one.Members.Select(member => member.Trial.Number), three.Members.Select(member => member.Trial.Number));
        Assert.Equal(one.Model.Members.Select(weights => weights.All.ToArray()), three.Model.Members.Select(weights => weights.All.ToArray()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_time_that_ends_when_all_is_done_harms_nothing(bool withValidation)
    {
        var time = new LateTimers();
        new AutoTrainer(
            new AutoPlan { Limit = TimeSpan.FromMinutes(10), Trials = 3, Epochs = 2, Time = time }, Rows(withValidation ? 400 : 120, seed: 1),
            withValidation ? Rows(100, seed: 2) : null, new ModelOptions { Target = "t" }, Setup).Run();
        Assert.True(time.Fire() >= 2);   // of the search and of what follows it; what they throw would end the process
    }

    [Fact]
    public void Validation_rows_judge_where_there_are_some_and_time_ends_the_search()
    {
        var time = TimeSpan.FromSeconds(4);
        var started = TimeProvider.System.GetTimestamp();
        var stages = new List<string>();
        var result = new AutoTrainer(new AutoPlan { Limit = time, Trials = 100_000 }, Rows(2_000, seed: 1), Rows(500, seed: 2), new ModelOptions { Target = "t" }, Setup) { OnStage = stages.Add }.Run();
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), time / 2, time * 3);
        Assert.Equal(1, result.Folds);
        Assert.True(result.Trials.Count > 1);
        Assert.False(result.IsRepeatable);
        Assert.Equal(500, result.Model.Training?.ValidationRows);
        Assert.Contains(stages, stage => stage.StartsWith("searching", StringComparison.Ordinal));
        Assert.True(result.Model.Evaluate(Rows(300, seed: 3)).Values["rmse"] < 0.5 * Spread(Rows(300, seed: 3)));
    }

    [Fact]
    public void Where_there_is_time_all_that_are_chosen_are_trained_anew_on_validation_rows_too()
    {
        var plan = new AutoPlan { Limit = TimeSpan.FromMinutes(5), Trials = 6, Epochs = 8 };
        var result = new AutoTrainer(plan, Rows(2_000, seed: 1), Rows(500, seed: 2), new ModelOptions { Target = "t" }, Setup).Run();
        Assert.Equal(result.Members.Count, result.Refitted);
        Assert.All(result.Members.Zip(result.Model.Members), pair => Assert.NotEqual(pair.First.Weights[0].All.ToArray(), pair.Second.All.ToArray()));
        Assert.True(result.Model.Evaluate(Rows(300, seed: 3)).Values["rmse"] < 0.5 * Spread(Rows(300, seed: 3)));
    }

    [Fact]
    public void Few_rows_are_also_given_to_networks_that_go_to_a_minimum_with_an_L2_penalty()
    {
        var plan = new AutoPlan { Limit = TimeSpan.FromMinutes(5), Trials = 24, Epochs = 27 };
        var (rows, options) = (Rows(150, seed: 1), new ModelOptions { Target = "t", Preprocessing = new PreprocessingOptions { Scaling = Scaling.Standardize } });
        var result = new AutoTrainer(plan, rows, null, options, WithLbfgs).Run();
        Assert.Equal(["adamw", "lbfgs"], result.Space.Parameters[0].Choices);
        var (batches, all) = (result.Trials.Where(trial => trial.Parameters["optimizer"] == "adamw").ToArray(), result.Trials.Where(trial => trial.Parameters["optimizer"] == "lbfgs").ToArray());
        Assert.True(batches.Length >= 5 && all.Length >= 4, $"{batches.Length} {all.Length}");
        Assert.All(batches, trial => Assert.True(trial.Parameters.ContainsKey("lr") && !trial.Parameters.ContainsKey("l2")));
        Assert.All(all, trial => Assert.True(trial.Parameters.ContainsKey("l2") && !trial.Parameters.ContainsKey("lr") && !trial.Parameters.ContainsKey("batch")));
        // Their first epochs tell nothing beside those of others.
        Assert.All(all, trial => Assert.Equal((TrialState.Complete, 0), (trial.State, trial.Rungs.Count)));
        Assert.Contains(batches, trial => trial.Rungs.Count > 0);
    }

    [Fact]
    public void Of_few_rows_with_much_noise_usual_networks_of_each_activation_are_kept_together()
    {
        var draw = new Draw(5);
        float[] a = [.. Enumerable.Range(0, 200).Select(_ => (float)draw.Unit())];
        // A bend that is not clear in its noise: no trial can be better than the usual ones by more than chance.
        var rows = new Table("rows", [new NumberColumn("a", a), new NumberColumn("t", [.. a.Select(x => (x * x) + (2 * (float)draw.Unit()))])]);
        var result = new AutoTrainer(
            new AutoPlan { Limit = TimeSpan.FromMinutes(5), Trials = 30, Epochs = 20 }, rows, null, new ModelOptions { Target = "t" }, WithLbfgs).Run();
        Assert.Equal(["relu", "gelu", "silu", "mish"], result.Members.Select(member => member.Trial.Parameters["activation"]));
        Assert.Equal(["0.1", "0.07", "0.05", "0.05"], result.Members.Select(member => member.Trial.Parameters["l2"]));
        Assert.All(result.Members, member => Assert.Equal(("lbfgs", "1", 10), (member.Trial.Parameters["optimizer"], member.Trial.Parameters["depth"], member.Weights.Count)));
        // One of the others may seem better: it is not taken for it.
        Assert.True(result.AreUsual);
        Assert.Equal(30, result.Trials.Count(trial => trial.HasEnded));
    }

    [Fact]
    public void What_the_search_finds_is_taken_where_it_is_better_than_usual_networks_by_more_than_chance()
    {
        // No noise: a penalty costs much, and networks without one are far better.
        var draw = new Draw(5);
        float[] a = [.. Enumerable.Range(0, 200).Select(_ => (float)((6 * draw.Unit()) - 3))];
        var rows = new Table("rows", [new NumberColumn("a", a), new NumberColumn("t", [.. a.Select(x => (float)Math.Sin(3 * x))])]);
        var result = new AutoTrainer(
            new AutoPlan { Limit = TimeSpan.FromMinutes(5), Trials = 40, Epochs = 60 }, rows, null, new ModelOptions { Target = "t" }, WithLbfgs).Run();
        var usual = result.Trials.Take(12).Select(trial => trial.Number).ToArray();
        Assert.All(result.Trials.Take(12), trial => Assert.Equal("lbfgs", trial.Parameters["optimizer"]));
        Assert.Contains(result.Members, member => !usual.Contains(member.Trial.Number));
        Assert.False(result.AreUsual);
    }

    [Fact]
    public void Usual_networks_have_a_penalty_for_their_activation_and_what_they_predict()
    {
        var rows = Rows(50, seed: 1);
        Assert.Equal(
            ["0.1 relu", "0.07 gelu", "0.05 silu", "0.05 mish", "0.02 relu", "0.014 gelu", "0.01 silu", "0.01 mish", "0.004 relu", "0.0028 gelu", "0.002 silu", "0.002 mish"],
            Usual(false));
        Assert.Equal(["0.005 relu", "0.005 gelu", "0.005 silu", "0.005 mish"], Usual(true).Take(4));
        Assert.Equal(["0.07 ", "0.014 ", "0.0028 "], Usual(false, "activation"));
        Assert.Equal([" relu", " gelu", " silu", " mish"], Usual(false, "l2"));

        IEnumerable<string> Usual(bool hasClasses, params string[] fixedNames)
        {
            var space = AutoSpace.For(Model.For(rows, new ModelOptions { Target = "t" }), isSmall: true, withLinear: true, ["adamw", "lbfgs"], 0.01, fixedNames);
            return AutoSpace.Usual(space, hasClasses).Select(values =>
            {
                Assert.Equal(("lbfgs", "64", "1", "none"), (values["optimizer"], values["width"], values["depth"], values["embed-numbers"]));
                return $"{(values.TryGetValue("l2", out var l2) ? $"{double.Parse(l2, CultureInfo.InvariantCulture):G3}" : "")} {values.GetValueOrDefault("activation")}";
            });
        }
    }

    [Fact]
    public void Of_linear_networks_the_best_stands_for_all()
    {
        // A line with hardly any noise: linear networks are the best, and clearly better than the usual ones.
        var draw = new Draw(3);
        float[] a = [.. Enumerable.Range(0, 100).Select(_ => (float)draw.Unit())];
        var rows = new Table("rows", [new NumberColumn("a", a), new NumberColumn("t", [.. a.Select(x => (3 * x) + (0.02f * (float)draw.Unit()))])]);
        var plan = new AutoPlan { Limit = TimeSpan.FromMinutes(5), Trials = 40, Epochs = 30, Fixed = ["embed-numbers"] };
        var result = new AutoTrainer(plan, rows, null, new ModelOptions { Target = "t" }, WithLbfgs).Run();
        Assert.True(result.Trials.Count(trial => trial.State == TrialState.Complete && trial.Parameters["depth"] == "0") > 1);
        Assert.Single(result.Members, member => member.Trial.Parameters["depth"] == "0");
    }

    [Theory]
    [InlineData("optimizer")]   // says which
    [InlineData("lr")]          // L-BFGS would have to begin its line search with it
    [InlineData("batch")]       // L-BFGS takes all rows
    public void What_is_fixed_may_leave_one_optimizer(string name)
    {
        var plan = new AutoPlan { Limit = TimeSpan.FromMinutes(5), Trials = 2, Epochs = 2, Fixed = [name] };
        TrialSetup Given(StudyTrial trial) => WithLbfgs(trial) is var setup && name == "batch" ? setup with { Training = setup.Training with { BatchSize = 32 } }
            : name == "lr" && setup.Training.Optimizer is Lbfgs ? setup with { Training = setup.Training with { Optimizer = new Lbfgs(0.01) } } : setup;
        var result = new AutoTrainer(plan, Rows(100, seed: 1), null, new ModelOptions { Target = "t" }, Given).Run();
        Assert.DoesNotContain(result.Space.Parameters, parameter => parameter.Name is "optimizer" or "l2" || parameter.When is not null);
    }

    [Fact]
    public void Of_Lbfgs_alone_the_penalty_is_searched_and_no_rate()
    {
        var plan = new AutoPlan { Limit = TimeSpan.FromMinutes(5), Trials = 4, Epochs = 5, Fixed = ["optimizer"] };
        var result = new AutoTrainer(plan, Rows(100, seed: 1), null, new ModelOptions { Target = "t" }, trial => WithLbfgs(trial, "lbfgs")).Run();
        Assert.Equal(["l2", "width", "depth", "activation", "embed-numbers"], result.Space.Parameters.Select(parameter => parameter.Name));
        Assert.Null(result.Suggestion);
        Assert.All(result.Members, member => Assert.IsType<Lbfgs>(member.Training.Optimizer));
    }

    [Fact]
    public void Fixed_parameters_are_not_searched()
    {
        var plan = new AutoPlan { Limit = TimeSpan.FromSeconds(10), Trials = 3, Epochs = 2, Fixed = ["lr", "width", "depth", "members", "embed-numbers"] };
        var result = new AutoTrainer(plan, Rows(200, seed: 1), null, new ModelOptions { Target = "t", Preprocessing = new PreprocessingOptions { Scaling = Scaling.Robust } }, Setup).Run();
        Assert.Equal(["activation", "dropout", "weight-decay", "batch"], result.Space.Parameters.Select(parameter => parameter.Name));
        Assert.Equal((Scaling.Robust, (double?)null), (result.Scaling, result.Suggestion));
    }

    [Fact]
    public void Answers_of_folds_are_those_of_the_network_that_has_not_seen_the_row()
    {
        var rows = Rows(60, seed: 4);
        var trained = new List<TrainedTrial>();
        var options = new ModelOptions { Target = "t", Seed = 1 };
        var networks = new NetworkTrials(rows, 3, options, Setup) { OnTrained = trained.Add };
        var trial = new StudyTrial(1, new Dictionary<string, string> { ["width"] = "8" }, 4, StudyTrial.OnlyPhase);
        Assert.Equal(TrialState.Complete, networks.Run(trial, (_, _) => true, CancellationToken.None).State);

        // The same by a cross-validation of the library: folds and seeds are the same.
        var model = Model.For(rows, options, [.. Setup(trial).Layers]);
        model.TrainFolds(rows, 3, Setup(trial).Training);
        Assert.Equal(model.Members.Select(member => member.All.ToArray()), Assert.Single(trained).Weights.Select(weights => weights.All.ToArray()));
        var foldOf = Splitter.Folds(rows, 3, options.Seed, null);
        var ofMembers = Enumerable.Range(0, 3).Select(i => model.Member(i).Predict(rows).Values.ToArray()).ToArray();
        var truths = Enumerable.Range(0, rows.RowCount).Select(row => Number(rows, row)).ToArray();
        var expected = RegressionMetrics.Of([.. foldOf.Select((fold, row) => ofMembers[fold][row])], truths);
        Assert.Equal(expected.Rmse, trained[0].Metrics.Values["rmse"], 4);
        Assert.True(Math.Abs(RegressionMetrics.Of([.. foldOf.Select((fold, row) => ofMembers[(fold + 1) % 3][row])], truths).Rmse - expected.Rmse) > 1e-3);

        // Three groups of twenty rows: each by hand.
        var groups = networks.ByGroup(trained[0].Answers).ToArray();
        Assert.Equal(3, groups.Length);
        foreach (var (i, group) in groups.Index())
        {
            var own = Enumerable.Range(20 * i, 20).ToArray();
            Assert.Equal(RegressionMetrics.Of([.. own.Select(row => ofMembers[foldOf[row]][row])], [.. own.Select(row => truths[row])]).Rmse, group.Values["rmse"], 4);
        }
    }

    [Fact]
    public void A_network_is_trained_anew_on_all_rows_for_as_many_epochs_as_were_best()
    {
        var (train, validation) = (Rows(80, seed: 4), Rows(40, seed: 5));
        var trained = new List<TrainedTrial>();
        var options = new ModelOptions { Target = "t", Seed = 1 };
        // Steps so large that the best epoch is not the last.
        TrialSetup Rough(StudyTrial trial) => Setup(trial) with { Training = Setup(trial).Training with { Optimizer = new Adam(0.2), Schedule = Schedule.Cosine } };
        var networks = new NetworkTrials(train, validation, options, Rough) { OnTrained = trained.Add };
        networks.Run(new StudyTrial(1, new Dictionary<string, string> { ["width"] = "8" }, 12, StudyTrial.OnlyPhase), (epoch, _) => epoch < 9, CancellationToken.None);
        var (before, all) = (Assert.Single(trained), networks.Together());
        Assert.NotNull(all);
        Assert.Equal(120, all.Rows);
        var after = networks.Refit(before, all, CancellationToken.None);
        Assert.NotNull(after);
        Assert.Equal(before.Histories, after.Histories);

        // The same by hand: no epoch after the best one, at the rates of twelve.
        var model = networks.Make(Rough(before.Trial).Layers);
        using var stop = new CancellationTokenSource();
        new Trainer(model.Network, model.Loss, model.Weights, before.Training with
        {
            OnEpoch = report =>
            {
                if (report.Epoch == before.Histories[0].BestEpoch)
                    stop.Cancel();
            },
        }).Train(networks.Start.Encode(train.Joined(validation)), null, cancellation: stop.Token);
        Assert.Equal(model.Weights.All.ToArray(), Assert.Single(after.Weights).All.ToArray());
        Assert.NotEqual(before.Weights[0].All.ToArray(), after.Weights[0].All.ToArray());

        using var ended = new CancellationTokenSource();
        ended.Cancel();
        Assert.Null(networks.Refit(before, all, ended.Token));
    }

    [Fact]
    public void A_trial_that_cannot_be_trained_is_named_whatever_part_of_the_work_meets_it()
    {
        var calls = 0;
        TrialSetup Faulty(StudyTrial trial) => Interlocked.Increment(ref calls) > 1 ? throw new GradusException("no such layer") : Setup(trial);
        var plan = new AutoPlan { Limit = TimeSpan.FromMinutes(1), Trials = 3, Epochs = 2, Fixed = ["lr"] };
        var e = Assert.Throws<GradusException>(() => new AutoTrainer(plan, Rows(200, seed: 1), null, new ModelOptions { Target = "t" }, Faulty).Run());
        Assert.Contains("cannot be trained: no such layer", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_that_is_stopped_on_the_first_fold_trains_no_other()
    {
        var trained = new List<TrainedTrial>();
        var networks = new NetworkTrials(Rows(60, seed: 4), 3, new ModelOptions { Target = "t" }, Setup) { OnTrained = trained.Add };
        var result = networks.Run(new StudyTrial(1, new Dictionary<string, string>(), 9, StudyTrial.OnlyPhase), (epoch, _) => epoch < 2, CancellationToken.None);
        Assert.Equal((TrialState.Pruned, 2), (result.State, result.EpochsTaken));
        Assert.Empty(trained);
    }

    [Fact]
    public void A_time_below_a_second_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AutoPlan { Limit = TimeSpan.FromMilliseconds(999) });

    // t = 3a − b² + 2 (kind is x), with a little noise.
    private static Table Rows(int count, ulong seed)
    {
        var draw = new Draw(seed);
        var (a, b, kinds, t) = (new float[count], new float[count], new string[count], new float[count]);
        for (var i = 0; i < count; i++)
        {
            (a[i], b[i], kinds[i]) = ((float)((4 * draw.Unit()) - 2), (float)((4 * draw.Unit()) - 2), Kinds[draw.Below(3)]);
            t[i] = (3 * a[i]) - (b[i] * b[i]) + (kinds[i] == "x" ? 2 : 0) + (0.1f * (float)draw.Unit());
        }

        return new Table("rows", [new NumberColumn("a", a), new NumberColumn("b", b), CategoryColumn.FromTexts("kind", kinds), new NumberColumn("t", t)]);
    }

    private static double Spread(Table rows)
    {
        var t = Enumerable.Range(0, rows.RowCount).Select(i => Number(rows, i)).ToArray();
        return Math.Sqrt(t.Average(value => Math.Pow(value - t.Average(), 2)));
    }

    private static double Number(Table rows, int row) => double.Parse(rows["t"].TextAt(row) ?? "", CultureInfo.InvariantCulture);

    private static TrialSetup WithLbfgs(StudyTrial trial) => WithLbfgs(trial, "adamw");

    private static TrialSetup WithLbfgs(StudyTrial trial, string usual) => Setup(trial) is var setup && trial.Parameters.GetValueOrDefault("optimizer", usual) != "lbfgs" ? setup
        : setup with
        {
            Training = setup.Training with
            {
                Optimizer = new Lbfgs(),
                L2 = double.Parse(trial.Parameters.GetValueOrDefault("l2", "0"), CultureInfo.InvariantCulture),
                BatchSize = null,
                Schedule = Schedule.Constant,
            },
        };

    private static TrialSetup Setup(StudyTrial trial)
    {
        int Whole(string name, int usual) => int.Parse(trial.Parameters.GetValueOrDefault(name, $"{usual}"), CultureInfo.InvariantCulture);
        var layers = Enumerable.Range(0, Whole("depth", 1)).Select(_ => (Layer)new Dense(Math.Min(32, Whole("width", 16)), Activation.Relu));
        if (trial.Parameters.GetValueOrDefault("members", "none") is not "none" and var members)
            layers = layers.Prepend(new Members(int.Parse(members, CultureInfo.InvariantCulture)));
        var rate = double.Parse(trial.Parameters.GetValueOrDefault("lr", "0.01"), CultureInfo.InvariantCulture);
        return new TrialSetup([.. layers], new TrainOptions { Optimizer = new Adam(rate), Epochs = trial.Epochs, Seed = 1, BatchSize = 32 });
    }

    // Timers whose callbacks run only after they were disposed of, as one may that is under way at that moment.
    private sealed class LateTimers : TimeProvider
    {
        private readonly ConcurrentBag<Action> callbacks = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            callbacks.Add(() => callback(state));
            return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public int Fire()
        {
            foreach (var callback in callbacks)
                callback();
            return callbacks.Count;
        }
    }
}
