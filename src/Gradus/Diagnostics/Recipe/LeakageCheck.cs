using static Gradus.RecipeText;

namespace Gradus;

/// <summary>Whether a single column gives the target away: each row's target is guessed from the training rows that are nearest
/// in this one column.</summary>
internal static class LeakageCheck
{
    private const double TooGood = 0.99;
    private const double Suspicious = 0.975;
    private const int Neighbours = 3;

    public static IEnumerable<RecipeCheck> Run(RecipeSetup setup)
    {
        var target = setup.Model.Target;
        if (!setup.Train.TryGetColumn(target, out var column) || column.Kind is ColumnKind.Ignored or ColumnKind.Date)
            yield break;
        var all = Present(column);
        if (all.Length < 20)
            yield break;
        var rows = all.Length <= setup.MostRows ? all : [.. Shuffle.Permutation(all.Length, setup.Training.Seed)[..setup.MostRows].Select(i => all[i])];
        var task = setup.Model.Preprocessing.Task ?? TargetRule.TaskOf(column);
        var truths = task == LearningTask.Regression && column is NumberColumn numbers ? rows.Select(row => (double)numbers.Values[row]).ToArray() : Classes(column, rows);
        var isRegression = task == LearningTask.Regression;
        var (best, bestScore) = ("", double.NegativeInfinity);
        foreach (var input in setup.Train.Columns)
        {
            if (input.Name == target || input is PixelColumn || input.Kind == ColumnKind.Ignored || setup.Model.Preprocessing.Ignore.Contains(input.Name))
                continue;
            var score = Score([.. rows.Select(row => Value(input, row))], truths, isRegression);
            if (score > bestScore)
                (best, bestScore) = (input.Name, score);
        }

        if (best.Length == 0)
            yield break;
        var measure = isRegression ? "R²" : "the share that it gets right, beyond the most frequent class,";
        var expected = $"no column alone predicts '{target}': {measure} < {Suspicious}";
        var measured = $"'{best}': {Figure(bestScore)}";
        yield return bestScore < Suspicious ? RecipeCheck.Pass("leakage", expected, measured)
            : new RecipeCheck("leakage", bestScore >= TooGood ? Verdict.Fail : Verdict.Warn, expected, measured,
                $"Is '{best}' known when a prediction is asked for? If it is another form of the target, or comes after it, leave it out.")
            {
                Repair = ColumnChecks.Leave([best]),
            };
    }

    /// <summary>How well a column alone predicts, every row guessed from others: R², or the share of the rows that the most
    /// frequent class gets wrong and the guess gets right.</summary>
    private static double Score(double[] inputs, double[] truths, bool isRegression)
    {
        // Rows in order of the input, equal ones together; a row's neighbours are the groups on both sides.
        var order = Enumerable.Range(0, inputs.Length).OrderBy(i => inputs[i]).ToArray();
        var guesses = new double[inputs.Length];
        for (int begin = 0, end; begin < order.Length; begin = end)
        {
            for (end = begin + 1; end < order.Length && inputs[order[end]].Equals(inputs[order[begin]]); end++)
            {
            }

            var (low, high) = end - begin > Neighbours ? (begin, end) : (Math.Max(0, begin - Neighbours), Math.Min(order.Length, end + Neighbours));
            var others = order[low..high];
            if (isRegression)
            {
                var sum = others.Sum(i => truths[i]);
                for (var i = begin; i < end; i++)
                    guesses[order[i]] = (sum - truths[order[i]]) / Math.Max(1, others.Length - 1);
                continue;
            }

            var counts = others.CountBy(i => truths[i]).ToDictionary(each => each.Key, each => each.Value);
            for (var i = begin; i < end; i++)
            {
                var own = truths[order[i]];
                guesses[order[i]] = counts.MaxBy(each => each.Key == own ? each.Value - 1 : each.Value).Key;
            }
        }

        if (isRegression)
        {
            var mean = truths.Average();
            var spread = truths.Sum(truth => (truth - mean) * (truth - mean));
            return spread == 0 ? 0 : 1 - (truths.Zip(guesses, (truth, guess) => (truth - guess) * (truth - guess)).Sum() / spread);
        }

        var right = truths.Zip(guesses, (truth, guess) => truth == guess ? 1.0 : 0).Average();
        var constant = (double)truths.CountBy(truth => truth).Max(each => each.Value) / truths.Length;
        return constant == 1 ? 0 : (right - constant) / (1 - constant);
    }

    private static double Value(Column column, int row) => column switch
    {
        NumberColumn number => number.Values[row],
        CategoryColumn category => category.Codes[row],
        BooleanColumn boolean => boolean.Values[row],
        DateColumn date => date.Ticks[row],
        _ => 0,
    };

    private static double[] Classes(Column column, int[] rows)
    {
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. rows.Select(row =>
        {
            var text = column.TextAt(row) ?? "";
            if (!known.TryGetValue(text, out var index))
                known[text] = index = known.Count;
            return (double)index;
        })];
    }

    private static int[] Present(Column column) =>
        [.. Enumerable.Range(0, column.Count).Where(row => column.TextAt(row) is not null)];
}
