using System.Globalization;

namespace Gradus.Tests.Search;

public sealed class SearchTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gradus-search-").FullName;
    private int studies;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // The least, 0, is at lr 1e-3, l2 1e-5, dropout 0.1 with tanh.
    private static readonly SearchSpace Bowl = new(SearchParameter.Parse("lr=1e-5..1:log"), SearchParameter.Parse("l2=1e-8..1:log"),
        SearchParameter.Parse("dropout=0..0.9"), SearchParameter.Parse("activation=relu,tanh,gelu"));

    [Fact]
    public void Parzen_beats_random_on_a_bowl()
    {
        double Best(SearchMethod method, ulong seed) => Search(new SearchPlan { Space = Bowl, Method = method, Trials = 60, Seed = seed, Workers = 1, Halving = null }, InBowl).Best?.Value ?? 99;
        var pairs = Enumerable.Range(1, 9).Select(seed => (Tpe: Best(SearchMethod.Tpe, (ulong)seed), Random: Best(SearchMethod.Random, (ulong)seed))).ToArray();
        Assert.True(pairs.Count(pair => pair.Tpe < pair.Random) >= 7, string.Join("; ", pairs));
        Assert.True(Median(pairs.Select(pair => pair.Tpe)) < 0.5 * Median(pairs.Select(pair => pair.Random)), string.Join("; ", pairs));
    }

    [Fact]
    public void Parzen_beats_random_where_trials_are_stopped_early_and_noise_hides_the_best()
    {
        // Each has another best place, other weights of the parameters and another best activation; a learning rate that is good in the
        // end is slow at first, so that the rungs mislead a little, and the result has a noise of its own.
        TrialResult Learn(int function, StudyTrial trial, Func<int, double, bool> goesOn)
        {
            var (draws, noise) = (new RandomDraws(100, function), new RandomDraws(200, (1000 * function) + trial.Number));
            var end = 0.0;
            foreach (var parameter in SearchSpace.Default.Parameters)
            {
                var (place, weight) = (draws.Next(), Math.Exp(3 * (draws.Next() - 1)));
                var away = parameter.PlaceOf(trial.Parameters[parameter.Name]) - place;
                end += weight * (parameter.IsNumber ? 4 * away * away : Math.Abs(away));
            }

            end += 0.1 * noise.NextNormal();
            var speed = 0.2 * Math.Exp(2 * SearchSpace.Default.Parameters[0].PlaceOf(trial.Parameters["lr"]));
            for (var epoch = 1; epoch <= trial.Epochs; epoch++)
            {
                if (!goesOn(epoch, end + (2 * Math.Exp(-speed * epoch))))
                    return Ended(end + (2 * Math.Exp(-speed * epoch))) with { State = TrialState.Pruned, EpochsTaken = epoch };
            }

            return Ended(end);
        }

        double Best(SearchMethod method, int function) => Search(new SearchPlan { Method = method, Trials = 60, Seed = (ulong)function, Workers = 1 },
            (trial, goesOn, _) => Learn(function, trial, goesOn)).Best?.Value ?? 99;
        var pairs = Enumerable.Range(1, 30).Select(function => (Tpe: Best(SearchMethod.Tpe, function), Random: Best(SearchMethod.Random, function))).ToArray();
        // Were both the same, 21 of 30 or more would happen to one in fifty.
        Assert.True(pairs.Count(pair => pair.Tpe < pair.Random) >= 21, string.Join("; ", pairs));
        Assert.True(Median(pairs.Select(pair => pair.Tpe)) < Median(pairs.Select(pair => pair.Random)) - 0.05, string.Join("; ", pairs));
    }

    [Fact]
    public void The_same_seed_and_one_worker_make_the_same_trials()
    {
        string[] Trials(ulong seed) => [.. Search(new SearchPlan { Space = Bowl, Trials = 25, Seed = seed, Workers = 1 }, InBowl).Trials
            .Select(trial => string.Join(',', trial.Parameters.Values) + trial.State)];
        Assert.Equal(Trials(3), Trials(3));
        Assert.NotEqual(Trials(3), Trials(4));
        Assert.Equal(25, Trials(3).Distinct().Count());
    }

    [Fact]
    public void A_search_that_is_cut_in_two_makes_the_same_trials()
    {
        string[] Texts(Study study) => [.. study.Trials.Select(trial => string.Join(',', trial.Parameters.Values) + trial.Value)];
        var plan = new SearchPlan { Space = Bowl, Trials = 30, Workers = 1 };
        var path = Path.Combine(folder, "cut.jsonl");
        Search(plan with { Trials = 14 }, InBowl, path);
        Assert.Equal(Texts(Search(plan, InBowl)), Texts(Search(plan, InBowl, path)));
    }

    [Fact]
    public void Halving_keeps_the_best_and_costs_little()
    {
        // Value by epoch: falls from 2 towards the bowl's, so that who is ahead early is ahead late.
        static TrialResult Slow(StudyTrial trial, Func<int, double, bool> goesOn, CancellationToken _)
        {
            var value = 0.0;
            for (var epoch = 1; epoch <= trial.Epochs; epoch++)
            {
                value = ValueIn(trial) + (2.0 / epoch);
                if (!goesOn(epoch, value))
                    return new TrialResult(TrialState.Pruned, value, epoch, epoch, 0, new Dictionary<string, double>());
            }

            return new TrialResult(TrialState.Complete, value, trial.Epochs, trial.Epochs, 0, new Dictionary<string, double>());
        }

        var plan = new SearchPlan { Space = Bowl, Method = SearchMethod.Random, Trials = 81, Epochs = 54, Workers = 1 };
        var (halved, whole) = (Search(plan, Slow), Search(plan with { Halving = null }, Slow));
        Assert.Equal([2, 6, 18], plan.RungsOf(new StudyTrial(1, new Dictionary<string, string>(), 54, StudyTrial.OnlyPhase)));
        Assert.True(halved.Trials.Sum(trial => trial.EpochsTaken) < 0.25 * whole.Trials.Sum(trial => trial.EpochsTaken), $"{halved.Trials.Sum(trial => trial.EpochsTaken)}");
        Assert.Equal(whole.Best?.Number, halved.Best?.Number);
        Assert.All(halved.Trials.Where(trial => trial.State == TrialState.Pruned), trial => Assert.Contains(trial.EpochsTaken, (int[])[2, 6, 18]));
        Assert.DoesNotContain(whole.Trials, trial => trial.State == TrialState.Pruned);
    }

    [Fact]
    public void Coarse_comes_before_fine_and_fine_is_around_the_best()
    {
        var study = Search(new SearchPlan { Space = Bowl, Method = SearchMethod.CoarseFine, Trials = 200, Workers = 1, Halving = null }, InBowl);
        var (coarse, fine) = (study.Trials.Take(100).ToArray(), study.Trials.Skip(100).ToArray());
        Assert.All(coarse, trial => Assert.Equal((StudyTrial.CoarsePhase, 5), (trial.Phase, trial.Epochs)));
        Assert.All(fine, trial => Assert.Equal((StudyTrial.FinePhase, 60), (trial.Phase, trial.Epochs)));
        Assert.True(Median(fine.Select(ValueIn)) < 0.5 * Median(coarse.Select(ValueIn)));
        Assert.Equal(StudyTrial.FinePhase, study.Best?.Phase);
    }

    [Fact]
    public void Given_trials_come_first_and_variations_last_and_both_run_to_their_end()
    {
        Dictionary<string, string>[] first = [new() { ["lr"] = "0.5", ["l2"] = "1", ["dropout"] = "0.5", ["activation"] = "relu" }];
        var plan = new SearchPlan
        {
            Space = Bowl,
            First = first,
            Vary = there => there.Count < 40 ? null : there.Order(StudyTrial.BestFirst).First(),
            Trials = 80,
            Epochs = 9,
            Workers = 1,
        };
        var study = Search(plan, (trial, goesOn, _) => Enumerable.Range(1, trial.Epochs).All(epoch => goesOn(epoch, ValueIn(trial)))
            ? Ended(ValueIn(trial)) : Ended(ValueIn(trial)) with { State = TrialState.Pruned });
        var (drawn, varied) = (study.Trials.Skip(1).Take(39).ToArray(), study.Trials.Skip(40).ToArray());
        Assert.Equal(first[0], study.Trials[0].Parameters);
        Assert.Equal(TrialState.Complete, study.Trials[0].State);
        Assert.Contains(drawn, trial => trial.State == TrialState.Pruned);
        Assert.All(varied, trial => Assert.Equal((StudyTrial.FinePhase, TrialState.Complete), (trial.Phase, trial.State)));
        // Near what was best when they were drawn: a choice stays, and numbers move by far less than their range.
        var before = drawn.Order(StudyTrial.BestFirst).First();
        Assert.All(varied, trial => Assert.Equal(before.Parameters["activation"], trial.Parameters["activation"]));
        var lr = Bowl.Parameters.First(each => each.Name == "lr");
        Assert.InRange(Math.Abs(lr.PlaceOf(varied[0].Parameters["lr"]) - lr.PlaceOf(before.Parameters["lr"])), 1e-6, 0.25);
        Assert.InRange(varied.Select(trial => trial.Parameters["lr"]).Distinct().Count(), 30, 40);
        Assert.True(Median(varied.Select(ValueIn)) < Median(drawn.Select(ValueIn)));
    }

    [Fact]
    public void What_decides_is_found()
    {
        var study = Search(new SearchPlan { Space = Bowl, Method = SearchMethod.Random, Trials = 150, Workers = 1 }, (trial, _, _) => Ended(Math.Pow(Place(trial, "lr") + 3, 2)));
        var shares = ParameterImportance.Of(study.Space, study.Trials);
        Assert.Equal(("lr", true), (shares[0].Name, shares[0].Share > 0.9));
        Assert.Equal(1, shares.Sum(each => each.Share), 1e-9);
        Assert.Empty(ParameterImportance.Of(study.Space, [.. study.Trials.Take(5)]));
    }

    [Fact]
    public void Workers_do_all_trials_once()
    {
        var begun = new System.Collections.Concurrent.ConcurrentBag<int>();
        var study = Search(new SearchPlan { Space = Bowl, Trials = 60, Workers = 8 }, (trial, goesOn, cancellation) =>
        {
            begun.Add(trial.Number);
            return InBowl(trial, goesOn, cancellation);
        });
        Assert.Equal(Enumerable.Range(1, 60), begun.Order());
        Assert.All(study.Trials, trial => Assert.True(trial.HasEnded));
    }

    [Fact]
    public void Drawn_from_trials_far_enough_behind_they_are_the_same_at_any_number_of_workers()
    {
        var (gate, busy, most) = (new Lock(), 0, 0);
        string[] Trials(int workers, int? behind) => [.. Search(
            new SearchPlan { Space = Bowl, Trials = 60, Epochs = 9, Workers = workers, Behind = behind }, (trial, goesOn, cancellation) =>
            {
                lock (gate)
                    most = Math.Max(most, ++busy);
                cancellation.WaitHandle.WaitOne((trial.Number * 7919 * workers) % 5);   // they end in another order
                var isWhole = Enumerable.Range(1, trial.Epochs).All(epoch => goesOn(epoch, ValueIn(trial)));
                lock (gate)
                    busy--;
                return Ended(ValueIn(trial)) with { State = isWhole ? TrialState.Complete : TrialState.Pruned };
            }).Trials.Select(trial => string.Join(',', trial.Parameters.Values) + trial.Value + trial.State)];
        var alone = Trials(1, 4);
        Assert.Equal(1, most);
        Assert.Equal(alone, Trials(2, 4));
        Assert.Equal(alone, Trials(8, 4));
        Assert.InRange(most, 2, 5);
        Assert.Contains(alone, trial => trial.EndsWith("Pruned", StringComparison.Ordinal));
        Assert.NotEqual(alone, Trials(1, null));
        Assert.Equal(60, alone.Distinct().Count());
    }

    [Fact]
    public void A_trial_that_cannot_be_trained_ends_the_search_and_is_not_lost()
    {
        var path = Path.Combine(folder, "broken.jsonl");
        var plan = new SearchPlan { Space = Bowl, Trials = 8, Workers = 2 };
        var error = Assert.Throws<GradusException>(() => Search(plan, (trial, goesOn, cancellation) =>
            trial.Number == 4 ? throw new GradusException("four") : InBowl(trial, goesOn, cancellation), path));
        Assert.Equal("four", error.Message);
        Assert.Equal(TrialState.Waiting, Study.Read(path).Trials[3].State);
        Assert.All(Search(plan, InBowl, path).Trials, trial => Assert.Equal(TrialState.Complete, trial.State));
    }

    [Fact]
    public void The_time_ends_a_search_and_gives_trials_back()
    {
        var study = Search(new SearchPlan { Space = Bowl, Trials = 1000, Workers = 2, Limit = TimeSpan.FromMilliseconds(300) }, (_, _, cancellation) =>
            cancellation.WaitHandle.WaitOne(20) ? Ended(0) with { State = TrialState.Waiting } : Ended(1));
        // All thousand would take ten seconds; a busy machine may notice the end late.
        Assert.InRange(study.Trials.Count, 1, 999);
        Assert.DoesNotContain(study.Trials, trial => trial.State == TrialState.Running);
    }

    private Study Search(SearchPlan plan, SearchObjective objective, string? path = null)
    {
        var study = Study.Open(path ?? Path.Combine(folder, $"{++studies}.jsonl"), plan.Space, new Dictionary<string, string>());
        new SearchRunner(plan, study, objective).Run();
        return study;
    }

    private static TrialResult InBowl(StudyTrial trial, Func<int, double, bool> goesOn, CancellationToken cancellation) => Ended(ValueIn(trial));

    private static TrialResult Ended(double value) => new(TrialState.Complete, value, 1, 1, 0, new Dictionary<string, double>());

    private static double ValueIn(StudyTrial trial) => Math.Pow((Place(trial, "lr") + 3) / 2, 2) + Math.Pow((Place(trial, "l2") + 5) / 4, 2)
        + Math.Pow((double.Parse(trial.Parameters["dropout"], CultureInfo.InvariantCulture) - 0.1) * 2, 2) + (trial.Parameters["activation"] == "tanh" ? 0 : 0.3);

    private static double Place(StudyTrial trial, string name) => Math.Log10(double.Parse(trial.Parameters[name], CultureInfo.InvariantCulture));

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;
}
