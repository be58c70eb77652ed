using System.Globalization;
using static Gradus.RecipeText;

namespace Gradus;

/// <summary>Columns that say nothing, name the row, are mostly missing or ruled by one value; and the shares of classes.</summary>
internal static class ColumnChecks
{
    private const double NearlyConstant = 0.999;
    private const double MostlyMissing = 0.5;
    private const double OneValueShare = 0.5;
    private const int LeastRows = 50;
    private const double RareClass = 0.01;
    private const int FewOfAClass = 5;

    public static IEnumerable<RecipeCheck> Run(RecipeSetup setup)
    {
        var table = setup.Train;
        if (table.RowCount == 0 || !table.TryGetColumn(setup.Model.Target, out var target))
            yield break;
        // The pixels of an image are looked at together: a border that is always black is no fault.
        var inputs = table.Columns.Where(column => column.Name != target.Name && column.Kind != ColumnKind.Ignored
            && column is not PixelColumn && !setup.Model.Preprocessing.Ignore.Contains(column.Name)).ToArray();
        if (inputs.Length > 0)
        {
            var summaries = inputs.Select(column => (Column: column, Summary: ColumnSummary.Of(column, 1))).ToArray();
            var isImage = InputFitting.HoldsImage(inputs);
            yield return Constant([.. summaries.Where(each => !isImage || !InputFitting.IsPixelName(each.Column.Name))], table.RowCount);
            yield return Identifiers(inputs, summaries);
            yield return Missing(inputs, table.RowCount);
            yield return Outliers([.. inputs.Where(column => !isImage || !InputFitting.IsPixelName(column.Name))]);
        }

        if (target.Kind != ColumnKind.Ignored && TargetRule.TaskOf(target) != LearningTask.Regression && setup.Model.Preprocessing.Task != LearningTask.Regression)
            yield return Balance(setup, target);
    }

    private static RecipeCheck Constant((Column Column, ColumnSummary Summary)[] columns, int rows)
    {
        const string expected = "every input column takes different values";
        var constant = columns.Where(each => each.Summary.Distinct + (each.Summary.Missing > 0 ? 1 : 0) <= 1).Select(each => each.Column.Name).ToArray();
        if (constant.Length > 0)
        {
            return new RecipeCheck("constant", Verdict.Warn, expected, $"{Few(constant)}: one value only",
                $"Leave out {Few(constant)}: a column of one value says nothing, and in use its first other value meets weights that were never trained.")
            {
                Repair = Leave(constant),
            };
        }

        var nearly = columns.Where(each => rows >= LeastRows && MostFrequent(each.Column) >= NearlyConstant * rows && rows - MostFrequent(each.Column) <= 10)
            .Select(each => each.Column.Name).ToArray();
        return nearly.Length == 0 ? RecipeCheck.Pass("constant", expected, "all do")
            : new RecipeCheck("constant", Verdict.Warn, expected, $"{Few(nearly)}: one value on 99.9 % of the rows",
                $"Leave out {Few(nearly)}, or have more rows with other values: what a few rows say of it is chance.")
            { Repair = Leave(nearly) };
    }

    private static RecipeCheck Identifiers(Column[] inputs, (Column Column, ColumnSummary Summary)[] summaries)
    {
        const string expected = "no input column merely names or numbers the row";
        var found = summaries.Where(each => IsIdentifier(each.Column, each.Summary)).Select(each => each.Column.Name).ToArray();
        return found.Length == 0 ? RecipeCheck.Pass("identifiers", expected, $"none of {inputs.Length}")
            : new RecipeCheck("identifiers", Verdict.Warn, expected, $"{Few(found)}: a different value in every row",
                $"Leave out {Few(found)}: new rows have new values, so nothing learnt from it holds for them.")
            { Repair = Leave(found) };
    }

    private static RecipeCheck Missing(Column[] inputs, int rows)
    {
        const string expected = "at most half of a column's values are missing";
        var cells = inputs.Sum(column => (long)column.MissingCount);
        var mostly = inputs.Where(column => column.MissingCount > MostlyMissing * rows).Select(column => column.Name).ToArray();
        var measured = cells == 0 ? "none is missing" : $"{cells:N0} values in {inputs.Count(column => column.MissingCount > 0)} columns are missing";
        return mostly.Length == 0 ? RecipeCheck.Pass("missing", expected, measured)
            : new RecipeCheck("missing", Verdict.Warn, expected, $"{Few(mostly)}: more than half missing",
                $"Find out why {Few(mostly)} is missing so often, or leave it out: the network mostly sees that it is missing.")
            { Repair = Leave(mostly) };
    }

    private static RecipeCheck Outliers(Column[] inputs)
    {
        const string expected = "no single value makes half of a column's variance: (x − mean)² / Σ(x − mean)² < 0.5";
        var (name, share, value, z) = ("", 0.0, 0f, 0.0);
        foreach (var column in inputs.OfType<NumberColumn>())
        {
            float[] present = [.. column.Values.ToArray().Where(each => !float.IsNaN(each))];
            if (present.Length < LeastRows)
                continue;
            var mean = RecipeContext.Mean(present);
            var total = present.Sum(each => (each - mean) * (each - mean));
            var farthest = present.MaxBy(each => Math.Abs(each - mean));
            var part = total == 0 ? 0 : (farthest - mean) * (farthest - mean) / total;
            if (part <= share)
                continue;
            var middle = Median([.. present.Select(each => (double)each)]);
            var spread = Median([.. present.Select(each => Math.Abs(each - middle))]);
            (name, share, value, z) = (column.Name, part, farthest, spread == 0 ? double.PositiveInfinity : 0.6745 * Math.Abs(farthest - middle) / spread);
        }

        var text = name.Length == 0 ? "no column of numbers with 50 rows" : string.Create(CultureInfo.InvariantCulture,
            $"'{name}': {value} makes {Percent(share)} (robust z {Figure(z)})");
        return share < OneValueShare ? RecipeCheck.Pass("outliers", expected, text)
            : new RecipeCheck("outliers", Verdict.Warn, expected, text,
                "Correct the value if it is a mistake; otherwise clip outliers (--clip-outliers) or scale robustly (--preprocess quantile): standardised, "
                + "every other value of the column is nearly the same.")
            {
                Repair = new Repair($"scale '{name}' by quantiles", setup => setup with
                {
                    Model = setup.Model with
                    {
                        Preprocessing = setup.Model.Preprocessing with
                        {
                            ColumnScaling = new Dictionary<string, Scaling>(setup.Model.Preprocessing.ColumnScaling) { [name] = Scaling.Quantile },
                        },
                    },
                }, [("--preprocess", $"{name}=quantile")]),
            };
    }

    private static RecipeCheck Balance(RecipeSetup setup, Column target)
    {
        const string expected = "each class has at least 1 % of the training rows, and 5 rows";
        var counts = new Dictionary<string, int>();
        for (var row = 0; row < target.Count; row++)
        {
            if (target.TextAt(row) is { } text)
                counts[text] = counts.GetValueOrDefault(text) + 1;
        }

        var absent = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var part in (Table?[])[setup.Validation, setup.Test])
        {
            for (var row = 0; part is not null && row < part.RowCount; row++)
            {
                if (part[target.Name].TextAt(row) is { } text && !counts.ContainsKey(text))
                    absent.Add(text);
            }
        }

        if (absent.Count > 0)
        {
            return new RecipeCheck("balance", Verdict.Fail, expected, $"{Few([.. absent])}: in the validation or test part only",
                $"Have training rows of {Few([.. absent])}, or leave its rows out of the other parts: a class that was never seen is never predicted.");
        }

        var rarest = counts.MinBy(each => each.Value);
        var share = (double)rarest.Value / counts.Values.Sum();
        var measured = $"rarest of {counts.Count}: '{rarest.Key}', {rarest.Value:N0} rows ({Percent(share)})";
        return share >= RareClass && rarest.Value >= FewOfAClass ? RecipeCheck.Pass("balance", expected, measured)
            : new RecipeCheck("balance", Verdict.Warn, expected, measured,
                "Give rare classes more weight (--balance), and judge by the classes' recall, not by accuracy; more rows of the class help most.")
            {
                Repair = setup.Training.Balance ? null
                    : new Repair("balance the classes", other => other with { Training = other.Training with { Balance = true } }, [("--balance", null)]),
            };
    }

    /// <summary>Leaves columns out of the inputs.</summary>
    public static Repair Leave(IReadOnlyList<string> columns) => new($"leave out {Few(columns)}", setup => setup with
    {
        Model = setup.Model with
        {
            Preprocessing = setup.Model.Preprocessing with { Ignore = [.. setup.Model.Preprocessing.Ignore, .. columns] },
        },
    }, [.. columns.Select(column => ("--columns", (string?)$"{column}=ignored"))]);

    private static int MostFrequent(Column column) => column switch
    {
        NumberColumn number => number.Values.ToArray().CountBy(value => value).Max(each => each.Value),
        CategoryColumn category => category.Codes.ToArray().CountBy(code => code).Max(each => each.Value),
        BooleanColumn boolean => boolean.Values.ToArray().CountBy(value => value).Max(each => each.Value),
        _ => 0,
    };

    // Numbers: whole, all different, and as dense as a numbering; texts: nearly all different.
    private static bool IsIdentifier(Column column, ColumnSummary summary)
    {
        if (column.Count < LeastRows)
            return false;
        if (column is CategoryColumn)
            return summary.Distinct > 0.9 * column.Count;
        if (column is not NumberColumn number || summary.Distinct < column.Count || column.MissingCount > 0)
            return false;
        var values = number.Values.ToArray();
        return values.All(float.IsInteger) && (double)values.Max() - values.Min() <= 3.0 * values.Length;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
