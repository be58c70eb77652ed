using static Gradus.RecipeText;

namespace Gradus;

/// <summary>Rows that occur twice, in one part or in two, and rows that disagree.</summary>
internal static class RowChecks
{
    // A random split spreads the copies that a table holds: more than this must have come otherwise.
    private const double ManyShared = 0.05;
    private const double Few = 0.01;

    public static IEnumerable<RecipeCheck> Run(RecipeSetup setup)
    {
        var target = setup.Model.Target;
        if (setup.Train.RowCount == 0 || !setup.Train.TryGetColumn(target, out var column))
            yield break;
        var train = RowFingerprints.Of(setup.Train, target);
        var copies = Copies(train);
        yield return Duplicates(copies, train.Inputs.Length);
        yield return Overlap(setup, train, target, (double)copies / train.Inputs.Length);
        if (column.Kind != ColumnKind.Ignored && TargetRule.TaskOf(column) != LearningTask.Regression)
            yield return LabelNoise(train);
    }

    // Rows that occur before in the same part.
    private static int Copies(RowFingerprints rows)
    {
        var seen = new HashSet<(ulong, ulong)>();
        return rows.Inputs.Zip(rows.Targets).Count(row => !seen.Add(row));
    }

    private static RecipeCheck Duplicates(int copies, int rows)
    {
        var share = (double)copies / rows;
        const string expected = "at most 1 % of the training rows are copies of others";
        return share <= Few ? RecipeCheck.Pass("duplicates", expected, $"{copies:N0} of {rows:N0}")
            : new RecipeCheck("duplicates", Verdict.Warn, expected, $"{copies:N0} of {rows:N0} ({Percent(share)})",
                "If the copies are one observation written twice, keep one of each: they count double in training, and fall into both the training "
                + "and the test part.");
    }

    private static RecipeCheck Overlap(RecipeSetup setup, RowFingerprints train, string target, double copies)
    {
        const string expected = "no row of the validation or test part is a training row";
        var known = new HashSet<(ulong, ulong)>(train.Inputs.Zip(train.Targets));
        var (worst, text, worstShare) = (0, "none", 0.0);
        foreach (var (part, name) in ((Table?, string)[])[(setup.Validation, "validation"), (setup.Test, "test")])
        {
            if (part is not { RowCount: > 0 })
                continue;
            var rows = RowFingerprints.Of(part, target);
            var shared = rows.Inputs.Zip(rows.Targets).Count(known.Contains);
            var share = (double)shared / part.RowCount;
            if (share <= worstShare)
                continue;
            (worst, worstShare, text) = (shared, share, $"{shared:N0} of {part.RowCount:N0} {name} rows ({Percent(share)})");
        }

        // A table of copies shares them between its parts by chance, about twice as often as within one.
        var verdict = worstShare > ManyShared + (2 * copies) ? Verdict.Fail : worstShare > Few && worst > 1 ? Verdict.Warn : Verdict.Pass;
        return new RecipeCheck("overlap", verdict, expected, text, verdict == Verdict.Pass ? ""
            : "Take each row into one part only: what was seen in training is no measure of what was learnt. Remove copies before splitting.");
    }

    private static RecipeCheck LabelNoise(RowFingerprints rows)
    {
        const string expected = "rows of equal inputs have the same class";
        var first = new Dictionary<ulong, ulong>();
        var disagreeing = new HashSet<ulong>();
        for (var row = 0; row < rows.Inputs.Length; row++)
        {
            if (!first.TryAdd(rows.Inputs[row], rows.Targets[row]) && first[rows.Inputs[row]] != rows.Targets[row])
                disagreeing.Add(rows.Inputs[row]);
        }

        var count = rows.Inputs.Count(disagreeing.Contains);
        var share = (double)count / rows.Inputs.Length;
        return share <= Few ? RecipeCheck.Pass("label-noise", expected, $"{count:N0} of {rows.Inputs.Length:N0} rows contradict another")
            : new RecipeCheck("label-noise", Verdict.Warn, expected, $"{count:N0} of {rows.Inputs.Length:N0} rows ({Percent(share)}) contradict another",
                "Look at these rows: wrong labels, or a column that tells them apart is missing. No network can learn them; label smoothing keeps it "
                + "from trying (--label-smoothing 0.1).");
    }
}
