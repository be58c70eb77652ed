using static Gradus.RecipeText;

namespace Gradus;

/// <summary>Whether the parts look alike, column by column: the largest distance of two distribution functions (Kolmogorov
/// 1933, Smirnov 1948), or of the shares of categories.</summary>
internal static class DriftCheck
{
    // D beyond which two samples of one distribution differ with probability 1e-9 a column, and at least by a tenth.
    private const double Rarely = 3.27;   // √(−½ ln(½ · 1e-9))
    private const double Least = 0.1;

    public static IEnumerable<RecipeCheck> Run(RecipeSetup setup)
    {
        const string expected = "training, validation and test rows come from one distribution: D < 0.1 + 3.27 √((n + m) / nm) in every column";
        var (name, distance, limit, excess) = ("", 0.0, 0.0, double.NegativeInfinity);
        foreach (var (part, which) in ((Table?, string)[])[(setup.Validation, "validation"), (setup.Test, "test")])
        {
            if (part is not { RowCount: > 0 } || setup.Train.RowCount == 0)
                continue;
            foreach (var column in setup.Train.Columns)
            {
                if (column is PixelColumn or IgnoredColumn || !part.TryGetColumn(column.Name, out var other) || other.Kind != column.Kind)
                    continue;
                var (n, m) = (Math.Min(column.Count, setup.MostRows), Math.Min(other.Count, setup.MostRows));
                var d = Distance(column, n, other, m);
                var most = Least + (Rarely * Math.Sqrt((double)(n + m) / ((double)n * m)));
                if (d - most > excess)
                    (name, distance, limit, excess) = ($"'{column.Name}' in the {which} rows", d, most, d - most);
            }
        }

        if (name.Length == 0)
            yield break;
        var measured = $"{name}: D = {Figure(distance)}, limit {Figure(limit)}";
        yield return excess <= 0 ? RecipeCheck.Pass("drift", expected, measured)
            : new RecipeCheck("drift", Verdict.Warn, expected, measured,
                "Shuffle the rows before splitting, unless the parts are meant to differ (by time, by place); then expect the measured error to be that of "
                + "the part, and watch this column in use.");
    }

    private static double Distance(Column a, int n, Column b, int m) => a.Kind switch
    {
        ColumnKind.Number => KolmogorovSmirnov(Numbers(a, n), Numbers(b, m)),
        ColumnKind.Date => KolmogorovSmirnov(Numbers(a, n), Numbers(b, m)),
        _ => TotalVariation(a, n, b, m),
    };

    private static double[] Numbers(Column column, int count)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            var row = (int)((long)i * column.Count / count);   // spread over the column
            values[i] = column switch
            {
                NumberColumn number => float.IsNaN(number.Values[row]) ? double.NegativeInfinity : number.Values[row],
                DateColumn date => date.Ticks[row],
                _ => 0,
            };
        }

        Array.Sort(values);
        return values;
    }

    private static double KolmogorovSmirnov(double[] a, double[] b)
    {
        var (i, j, largest) = (0, 0, 0.0);
        while (i < a.Length && j < b.Length)
        {
            var next = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] <= next)
                i++;
            while (j < b.Length && b[j] <= next)
                j++;
            largest = Math.Max(largest, Math.Abs(((double)i / a.Length) - ((double)j / b.Length)));
        }

        return largest;
    }

    // Half of Σ|p − q|.
    private static double TotalVariation(Column a, int n, Column b, int m)
    {
        var shares = new Dictionary<string, double>(StringComparer.Ordinal);
        void Count(Column column, int count, double sign)
        {
            for (var i = 0; i < count; i++)
            {
                var text = column.TextAt((int)((long)i * column.Count / count)) ?? "";
                shares[text] = shares.GetValueOrDefault(text) + (sign / count);
            }
        }

        Count(a, n, 1);
        Count(b, m, -1);
        // Many small categories differ by chance: only what one category differs by is compared.
        return shares.Values.Max(Math.Abs);
    }
}
