namespace Gradus;

/// <summary>The tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kégl 2011): the trials, in the order of
/// <see cref="TrialRanking"/>, are split into the good and the others, each parameter gets a density l of the good and a density g of the
/// others, and of candidates drawn from l the one of the largest l/g is tried: that of the largest expected improvement (eq. 4–6).
/// </summary>
internal static class TreeParzen
{
    private const int Candidates = 24;
    private const double GoodShare = 0.15;   // γ
    private const int MostGood = 25;

    /// <summary>Values of a new trial.</summary>
    /// <param name="space">What may change.</param>
    /// <param name="trials">At least one; those that still run count as not good (a constant liar, Ginsbourger, Le Riche and Carraro
    /// 2010), so that workers do not try the same at the same time.</param>
    /// <param name="random">Of the trial.</param>
    public static IReadOnlyDictionary<string, string> Draw(SearchSpace space, IReadOnlyList<StudyTrial> trials, RandomDraws random)
    {
        var ordered = TrialRanking.Of(trials);
        var ended = ordered.Count(trial => trial.HasEnded);
        var count = Math.Clamp((int)Math.Ceiling(GoodShare * ended), 1, MostGood);
        var (good, others) = (ordered.Take(count).ToArray(), ordered.Skip(count).ToArray());
        return space.Draw(each => Draw(each, good, others, random));
    }

    private static string Draw(SearchParameter parameter, StudyTrial[] good, StudyTrial[] others, RandomDraws random)
    {
        var (goodValues, otherValues) = (Values(parameter, good), Values(parameter, others));
        if (!parameter.IsNumber)
            return DrawChoice(parameter, goodValues, otherValues, random);
        var l = new ParzenEstimator(goodValues.Select(parameter.PlaceOf));
        var g = new ParzenEstimator(otherValues.Select(parameter.PlaceOf));
        var (best, bestRatio) = (0.0, double.NegativeInfinity);
        for (var i = 0; i < Candidates; i++)
        {
            var place = l.Draw(random);
            var ratio = l.Density(place) / g.Density(place);
            if (ratio > bestRatio)
                (best, bestRatio) = (place, ratio);
        }

        return parameter.At(best);
    }

    private static string DrawChoice(SearchParameter parameter, string[] good, string[] others, RandomDraws random)
    {
        var (l, g) = (Shares(parameter, good), Shares(parameter, others));
        var (best, bestRatio) = (0, double.NegativeInfinity);
        for (var i = 0; i < Candidates; i++)
        {
            var (choice, left) = (0, random.Next());
            while (choice < l.Length - 1 && (left -= l[choice]) >= 0)
                choice++;
            if (l[choice] / g[choice] > bestRatio)
                (best, bestRatio) = (choice, l[choice] / g[choice]);
        }

        return parameter.Choices[best];
    }

    // (times seen + 1) / (all + choices).
    private static double[] Shares(SearchParameter parameter, string[] values)
    {
        var shares = new double[parameter.Choices.Count];
        foreach (var value in values)
            shares[parameter.IndexOf(value)]++;
        for (var i = 0; i < shares.Length; i++)
            shares[i] = (shares[i] + 1) / (values.Length + shares.Length);
        return shares;
    }

    // Of the trials in which it matters.
    private static string[] Values(SearchParameter parameter, StudyTrial[] trials) =>
        [.. trials.Select(trial => trial.Parameters.GetValueOrDefault(parameter.Name)).OfType<string>()];
}
