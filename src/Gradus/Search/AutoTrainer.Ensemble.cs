namespace Gradus;

public sealed partial class AutoTrainer
{
    private void Keep(TrainedTrial trained)
    {
        lock (gate)
        {
            kept.Add(trained);
            // Without hidden layers, those of any width and activation are one network, and those of other penalties hardly differ.
            if (Depth(trained) == "0" && kept.Where(each => Depth(each) == "0" && Embedding(each) == Embedding(trained)).ToArray() is { Length: > 1 } alike)
                kept.Remove(EnsembleSelection.Sorted(alike, ErrorOf)[^1]);
            if (kept.Count <= MostKept)
                return;
            var sorted = EnsembleSelection.Sorted(kept, ErrorOf);
            // Where rows are few, the best of each kind stay, and the usual ones.
            kept.Remove(sorted.Except(validation is null ? sorted.DistinctBy(Kind) : []).Last(trial => !IsUsual(trial)));
        }
    }

    private AutoResult Together(
        NetworkTrials networks, Scaling? scaling, IReadOnlyList<StudyTrial> trials, SearchSpace space, int epochs, double? suggestion,
        CancellationToken cancellation)
    {
        if (kept.Count == 0)
        {
            throw new GradusException($"No network completed an epoch within {plan.Limit.TotalSeconds:0} seconds. Give more time (--auto), or fewer rows.");
        }

        var isSmall = networks.Folds > 1;
        var trained = isSmall ? Repeat(networks, cancellation) : kept;
        OnStage?.Invoke("putting the best together");
        var found = Choose(networks, trained, isSmall ? GoodAndDifferent(networks, trained) : []);
        var usual = isSmall ? UsualOnes(networks, trained) : [];
        // Of two hundred trials that the same rows judge, the best are so by chance too.
        var together = usual.Count > 0 ? Choose(networks, usual, usual) : found;
        var areUsual = together != found && !EnsembleSelection.AreClearlyLower(GroupErrors(networks, found.Answers), than: GroupErrors(networks, together.Answers));
        var (chosen, _, metrics) = areUsual ? together : found;
        var best = EnsembleSelection.Sorted(trained, ErrorOf)[0];
        var alone = ModelOf(networks, [best], best.Metrics);
        var (members, refitted) = Refit(networks, chosen, cancellation);
        return new AutoResult(
            ModelOf(networks, members, metrics), chosen, metrics, alone, trials, space, networks.Folds, scaling, epochs, suggestion, refitted, !isBound, areUsual);
    }

    // With few rows, chance has a large part in which of many trials is the best. Those that seem so are cross-validated again, with the
    // rows dealt to folds in other ways, as far as there is time; all their networks judge together, and stay together.
    private List<TrainedTrial> Repeat(NetworkTrials networks, CancellationToken cancellation)
    {
        var best = UsualOnes(networks, kept).Concat(GoodAndDifferent(networks, kept))
            .Concat(EnsembleSelection.Sorted(kept, ErrorOf)).Distinct().Take(Repeated).ToList();
        using var limit = new CancellationTokenSource(Later(Left() - (plan.Limit * Reserve)), plan.Time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        for (var deal = 1; deal < Deals && !ended.IsCancellationRequested; deal++)
        {
            OnStage?.Invoke(FormattableString.Invariant($"judging the best {best.Count} again, with the rows dealt in another way ({deal} of {Deals - 1})"));
            var again = new TrainedTrial?[best.Count];
            var redealt = networks.Redealt((ulong)deal);
            redealt.OnTrained = trial => again[best.FindIndex(each => each.Trial.Number == trial.Trial.Number)] = trial;
            var workers = plan.Workers ?? Environment.ProcessorCount;
            InParallel(best.Count, workers, i => redealt.Run(best[i].Trial, (_, _) => true, ended.Token));
            if (Array.TrueForAll(again, each => each is null) || ended.IsCancellationRequested)
                break;   // a part of them would be judged better than the others
            best = [.. best.Zip(again, (before, now) => now is null ? null : networks.Joined(before, now)).OfType<TrainedTrial>()];
        }

        isBound |= ended.IsCancellationRequested;
        return best;
    }

    private bool IsUsual(TrainedTrial trained) => trained.Trial.Number is var number && number > 0 && number <= usualTrials;

    private IReadOnlyList<TrainedTrial> UsualOnes(NetworkTrials networks, List<TrainedTrial> trials) =>
        EnsembleSelection.OneOfEachKind(trials.Where(IsUsual), Kind, ErrorOf, trial => GroupErrors(networks, trial.Answers));

    private IReadOnlyList<TrainedTrial> GoodAndDifferent(NetworkTrials networks, List<TrainedTrial> trials) =>
        EnsembleSelection.GoodAndDifferent(trials, Kind, ErrorOf, trial => GroupErrors(networks, trial.Answers));

    private EnsembleSelection.Ensemble Choose(NetworkTrials networks, IReadOnlyList<TrainedTrial> trials, IReadOnlyList<TrainedTrial> sure)
    {
        var most = networks.Folds > 1 ? MostOfFolds / trials[0].Weights.Count : MostNetworks;
        return EnsembleSelection.Choose(trials, [.. sure.Take(most)], most, answers => networks.Start.Score(networks.Judged, answers), ErrorOf);
    }

    private double[] GroupErrors(NetworkTrials networks, ReadOnlyMemory<float> answers) => [.. networks.ByGroup(answers).Select(ErrorOf)];

    private static string? Depth(TrainedTrial trained) => trained.Trial.Parameters.GetValueOrDefault("depth");

    // What makes networks err in different ways.
    private static string Kind(TrainedTrial trained) => string.Join(' ', ((string[])[AutoSpace.Optimizer, "depth", .. Depth(trained) == "0" ? (string[])[] : ["activation"]])
        .Select(name => trained.Trial.Parameters.GetValueOrDefault(name)));

    private static string? Embedding(TrainedTrial trained) => trained.Trial.Parameters.GetValueOrDefault("embed-numbers");

    // The chosen networks, trained anew on training and validation rows together as far as there is time, those that were chosen first
    // before the others; and how many were. The others stay as they are. Not with folds: networks of all rows together are no better than
    // those of folds, which differ more.
    private (IReadOnlyList<TrainedTrial> Members, int Refitted) Refit(NetworkTrials networks, IReadOnlyList<TrainedTrial> chosen, CancellationToken cancellation)
    {
        var left = Left() - (plan.Limit * Reserve);
        if (left <= TimeSpan.Zero || cancellation.IsCancellationRequested || networks.Together() is not { } rows)
            return (chosen, 0);
        OnStage?.Invoke("training the chosen on training and validation rows together");
        using var limit = new CancellationTokenSource(left, plan.Time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        var (members, next, refitted) = (chosen.ToArray(), -1, 0);
        var workers = plan.Workers ?? Environment.ProcessorCount;
        InParallel(workers, workers, _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < members.Length;)
            {
                var history = chosen[i].Histories[0];
                var seconds = history.Seconds * history.BestEpoch / history.Epochs.Count * rows.Rows / networks.Training.Rows;
                if (seconds > (Left() - (plan.Limit * Reserve)).TotalSeconds || networks.Refit(chosen[i], rows, ended.Token) is not { } member)
                    continue;
                members[i] = member;
                Interlocked.Increment(ref refitted);
            }
        });
        return (members, refitted);
    }

    private static Model ModelOf(NetworkTrials networks, IReadOnlyList<TrainedTrial> chosen, Metrics metrics)
    {
        var members = chosen.SelectMany(each => each.Weights.Zip(each.Histories, (weights, history) => (each.Network, weights, history, each.Training.Seed))).ToArray();
        return networks.Start.With(
            [.. members.Select(member => member.Network)], [.. members.Select(member => member.weights)], chosen[0].Training, chosen[0].Histories[0],
            networks.Training.Rows, networks.Judged.Rows, metrics.Values,
            [.. members.Select((member, i) => MemberRecord.Of(new MemberHistory(i + 1, unchecked(member.Seed + (ulong)(i % networks.Folds)), member.history, null)))],
            networks.Folds > 1 ? networks.Folds : 0);
    }

    // All trials have this in common.
    private double ErrorOf(Metrics metrics) => ErrorOf(metrics, kept[0].Training.StopOn);

    // What the loss makes small, from answers: of several targets, the sum over them.
    private static double ErrorOf(Metrics metrics, string stopOn) => stopOn is not (StopRule.Loss or TrainOptions.StopOnNone)
        ? (Metrics.IsScore(stopOn) ? -1 : 1) * metrics.Values.GetValueOrDefault(stopOn, double.PositiveInfinity)
        : metrics switch
        {
            RegressionMetrics regression => regression.Quantiles?.Pinball ?? regression.Rmse,
            ClassificationMetrics classification => classification.LogLoss,
            JointMetrics joint => joint.Targets.Values.Sum(each => each is RegressionMetrics { R2: var r2 } ? 1 - r2 : ErrorOf(each, stopOn)),
            _ => throw new InvalidOperationException($"{metrics.GetType().Name} has no error"),
        };
}
